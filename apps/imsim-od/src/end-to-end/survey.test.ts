import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const DATABASE = 'examples/visits.db';
const page = readFileSync(join(repositoryRoot, 'docs/inputs/scheduler-databases.md'), 'utf8');

/** The words of a command line, as a shell takes them apart. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

const commands = [...page.matchAll(/^npx imsim-od (.*)$/gm)].map(([, line]) => wordsOf(String(line)));

interface SurveyPlan {
  readonly survey: { readonly matching: number };
  readonly visits: readonly {
    readonly visit: { visitId: number; seeingFwhm500Arcsec: number };
    readonly bytes: number;
  }[];
  readonly total: { readonly visits: number; readonly detectors: number; readonly bytes: number };
  readonly notes: readonly string[];
}

interface Shown {
  readonly visits: readonly {
    readonly request: Readonly<Record<string, unknown>>;
    readonly values: readonly { readonly key: string; readonly origin: string }[];
    readonly resolved: { readonly visit: { readonly rotSkyPosDeg: number } };
    readonly notes: readonly string[];
  }[];
}

describe('the page on scheduler databases', () => {
  it('plans what it says', () => {
    const [plan] = commands;
    const { status, stdout } = runCli(plan!);
    expect(status).toBe(0);
    const table = /```text\n([\s\S]*?)```/.exec(page)![1]!.trimEnd().split('\n');
    const planned = stdout.split('\n').slice(0, table.length);
    expect(planned.map((line, index) => line.slice(0, table[index]!.length))).toEqual(table);
    expect(stdout).toMatch(/3 visits, 3 CCD images: [\d,]+ objects, .* of CPU, .* on disk/);
    expect(stdout).toContain('4 visits match; the first 3 in order of time are taken');
  });

  it('makes what it says, a folder for each visit, and goes on where it was', () => {
    const simulate = commands[1]!.map((word) => (word === 'survey' ? join(folder, 'survey') : word));
    const first = runCli(simulate);
    expect(first.stderr).not.toContain('imsim-od:');
    expect(first.status).toBe(0);
    expect(first.stdout).toContain('Made 3 detectors of 2 visits');
    expect(existsSync(join(folder, /survey\/(\S+\.json)/.exec(page)![0]))).toBe(true);
    expect(
      readdirSync(join(folder, 'survey/00007007')).filter((name) => name.startsWith('recipe')),
    ).toHaveLength(2);
    const again = askCli<{ visits: { detectors: { status: string }[] }[] }>([...simulate, '--json']);
    expect(again.visits.flatMap(({ detectors }) => detectors.map(({ status }) => status))).toEqual(
      Array(3).fill('skipped'),
    );
  });

  it('lets the visit win over the request file, and --set over both', () => {
    const show = [...commands[2]!, '--json'];
    const { visits } = askCli<Shown>([...show, '--set', 'seeingFwhm500Arcsec=0.6']);
    const [shown] = visits;
    expect(shown!.request).toMatchObject({ band: 'i', visitId: 7007, snaps: 2, seeingFwhm500Arcsec: 0.6 });
    const originOf = (key: string) => shown!.values.find((value) => value.key === key)?.origin;
    expect(originOf('band')).toBe('visit 7007 of examples/visits.db');
    expect(originOf('detectors')).toBe('examples/first-light.yaml');
    expect(originOf('seeingFwhm500Arcsec')).toBe('--set seeingFwhm500Arcsec');
    expect(shown!.notes.join()).toMatch(
      /pointing, band.* of examples\/first-light.yaml give way to the visit/,
    );
  });
});

describe('--opsim', () => {
  it('is planned visit by visit, with a total', () => {
    const plan = askCli<SurveyPlan>([
      'plan',
      '--opsim',
      DATABASE,
      '--where',
      'night = 76',
      '--detectors',
      'R22',
      '--json',
    ]);
    expect(plan.survey.matching).toBe(8);
    expect(plan.visits.map(({ visit }) => visit.visitId)).toEqual([
      7001, 7002, 7003, 7004, 7005, 7006, 7007, 7008,
    ]);
    // nine CCDs each; one visit has two snaps
    expect(plan.total).toMatchObject({ visits: 8, detectors: 81 });
    expect(plan.total.bytes).toBe(plan.visits.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(plan.notes).toEqual([]);
  });

  it('takes the earliest of all where only --limit is given, and says so', () => {
    const plan = askCli<SurveyPlan>(['plan', '--opsim', DATABASE, '--limit', '2', '--json']);
    expect(plan.survey.matching).toBe(8);
    const starts = plan.visits.map(({ visit }) => visit.visitId);
    expect(starts).toEqual([7001, 7002]);
    expect(plan.notes).toContain('the database holds 8 visits; the first 2 in order of time are taken');
  });

  it('gives the sky of an instance catalog another visit, its header unused', () => {
    const { visits } = askCli<Shown>([
      ...['show', 'examples/catalogs/small-field.txt', '--opsim', DATABASE, '--visit', '7001', '--json'],
    ]);
    expect(visits[0]!.request).toMatchObject({ band: 'g', visitId: 7001 });
    expect(visits[0]!.request).not.toHaveProperty('seed');
  });

  it('says at the end what catalogs and tables had that is not used, as for one visit', () => {
    const object = 'flatSED/sed_flat.txt 0 0 0 0 0 0 point none none';
    writeFileSync(
      join(folder, 'catalog.txt'),
      `rightascension 53\ndeclination -28\nfilter 2\nmoonra 12\nobject 1 53.08 -28.17 50 ${object}\n`,
    );
    writeFileSync(join(folder, 'stars.csv'), 'ra,dec,mag\n53.08,-28.17,20\n53.08,-28.17,word\n');
    const { status, stdout } = runCli([
      ...['simulate', '--opsim', DATABASE, '--visit', '7002,7007', '--products', 'truth'],
      ...['--catalog', join(folder, 'catalog.txt'), '--table', join(folder, 'stars.csv')],
      ...['--set', 'duplicates.withinMag=1', '--out', join(folder, 'told')],
    ]);
    expect(status).toBe(0);
    const notes = stdout.slice(stdout.indexOf('Notes'));
    expect(notes.match(/catalog\.txt: header keywords that change nothing here: moonra/g)).toHaveLength(1);
    expect(notes.match(/stars\.csv: ra from ra \[deg\], dec from dec \[deg\], mag from mag/g)).toHaveLength(
      1,
    );
    expect(notes).toMatch(/- 1 object skipped: magnorm is 50 or more.*catalog\.txt:5/);
    // Visit 7007 is elsewhere: of rows outside its detectors the position alone is looked at.
    expect(notes).toMatch(/- visit 7002: 1 object skipped: a value that is needed is missing.*stars\.csv:3/);
    expect(notes).toMatch(/- visit 7007: .*stars\.csv: no row of the table is to be drawn/);
  });

  it('lets --set turn the camera: the angle of the visit is left out', () => {
    const { visits } = askCli<Shown>([
      ...['show', '--opsim', DATABASE, '--visit', '7001', '--set', 'rotSkyPosDeg=12', '--json'],
    ]);
    expect(visits[0]!.resolved.visit.rotSkyPosDeg).toBe(12);
  });

  it.each<[readonly string[], number, RegExp]>([
    [['--opsim', DATABASE], 2, /holds 8 visits, observationId 7001 to 7008, .*choose some with --visit/],
    [['--opsim', DATABASE, '--visit', '1', '--where', 'night = 76'], 2, /give one of them/],
    [['--visit', '7001'], 2, /--visit chooses visits of a scheduler database; give it with --opsim FILE/],
    [['--opsim', DATABASE, '--visit', '7oo1'], 2, /whole numbers with commas/],
    [['--opsim', DATABASE, '--where', 'night = 76', '--limit', '0'], 2, /whole number from 1/],
    [['--opsim', DATABASE, '--visit', '99'], 3, /there is no visit 99 .*the nearest are 7001/],
    [['--opsim', DATABASE, '--where', "bnad = 'r'"], 3, /no column bnad; did you mean band\?/],
    [['--opsim', 'README.md', '--visit', '1'], 3, /README.md: is not a SQLite database/],
    [['--opsim', 'docs', '--visit', '1'], 3, /docs: is a folder/],
    [['--opsim', 'none.db', '--visit', '1'], 3, /none.db: no such file/],
    [['--opsim', DATABASE, '--visit', '7001', '--set', 'airmass=2'], 3, /visit 7001.*give one of them/],
  ])('%j: exit %i, one message', (args, exitCode, message) => {
    const { status, stdout, stderr } = runCli(['plan', ...args]);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(exitCode);
  });
});
