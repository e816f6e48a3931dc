import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli } from './run-cli.js';

const COMMANDS = [
  'simulate',
  'draw',
  'plan',
  'show',
  'detectors',
  'inspect',
  'explain',
  'reproduce',
  'completion',
];

describe('imsim-od', () => {
  it('lists every command in its help, on stdout, with examples', () => {
    const { status, stdout, stderr } = runCli(['--help']);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command} `);
    expect(stdout).toContain('Examples:');
  });

  it.each(COMMANDS)('%s --help shows examples', (command) => {
    const { status, stdout } = runCli([command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain(`$ ${command === 'completion' ? 'source <(' : ''}imsim-od ${command}`);
  });

  it('tells the versions of package, simulation and Node', () => {
    const { status, stdout } = runCli(['--version']);
    const { version } = JSON.parse(
      readFileSync(join(repositoryRoot, 'apps/imsim-od/package.json'), 'utf8'),
    ) as {
      version: string;
    };
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^imsim-od ${version}\nsimulation [0-9a-f]{8,}\nnode ${process.versions.node}\n$`),
    );
  });

  it.each([
    [[], /Usage/],
    [['simulat'], /unknown command 'simulat'[\s\S]*Did you mean simulate/],
    [['simulate'], /missing required argument 'input'/],
    [['simulate', 'x.yaml', '--wrokers', '3'], /unknown option '--wrokers'[\s\S]*Did you mean --workers/],
    [['simulate', 'x.yaml', '--workers', '0'], /whole number from 1/],
    [['simulate', 'x.yaml', '--seed', '-1'], /must be a whole number/],
    [['drop', '--forever', '--type', ','], /'--type <list>' argument ',' is invalid. It names nothing/],
    [['drop', '--forever', ' '], /'expression'. It names nothing/],
    [['get', '--cone', ',,'], /declination \(-90 to 90\)/],
    [['get', '--visit', '7,x'], /Visits are whole numbers/],
    [['admin', 'change-user', 'ada', '--quota', '9999 PB'], /Give bytes/],
    [['draw', 'spec.json'], /required option '--out <file>'/],
    [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
    [['simulate', 'examples/first-light.yaml', '--set', 'novalue'], /write key=value/],
    [
      ['plan', 'examples/first-light.yaml', '--table', 'stars.csv', '--set', 'sky=[]'],
      /--set sky puts another sky in place of the whole, with what --catalog, --table/,
    ],
  ])('%j is a usage error: exit 2, on stderr alone', (args, message) => {
    const { status, stdout, stderr } = runCli(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });

  it('does not mind a reader that goes away', () => {
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', 'set -o pipefail; node apps/imsim-od/bin/imsim-od.js detectors --json | head -c 10'],
      { cwd: repositoryRoot, encoding: 'utf8' },
    );
    expect(stdout).toHaveLength(10);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('lists detectors, as a table and as JSON', () => {
    const { stdout } = runCli(['detectors', 'R22_S1*']);
    expect(stdout.trim().split('\n')).toHaveLength(4);
    const all = askCli<{ id: number; name: string; centreMm: { x: number; y: number } }[]>([
      'detectors',
      '--json',
    ]);
    expect(all).toHaveLength(189 + 8);
    expect(all.find(({ id }) => id === 94)).toMatchObject({ name: 'R22_S11', centreMm: { x: 0, y: 0 } });
  });
});

interface Shown {
  readonly values: readonly {
    key: string;
    value?: unknown;
    unit: string;
    origin: string;
    description: string;
  }[];
  readonly resolved: { readonly visit: { airmass: number }; readonly detectors: readonly string[] };
}

describe('imsim-od show', () => {
  it('tells value, unit, origin and meaning of every key', () => {
    const { values, resolved } = askCli<Shown>([
      ...['show', 'examples/first-light.yaml', '--json', '--set', 'sky.0.faintIMag=24', '--detectors', 'R22'],
    ]);
    const find = (key: string) => values.find((value) => value.key === key);
    expect(find('exposureS')).toMatchObject({ value: 30, unit: 's', origin: 'examples/first-light.yaml' });
    expect(find('snaps')).toMatchObject({ value: 1, origin: 'default' });
    expect(find('sky.0.faintIMag')).toMatchObject({ value: 24, origin: '--set sky.0.faintIMag' });
    expect(find('detectors')).toMatchObject({ value: ['R22'], origin: '--detectors' });
    expect(find('effects.bleed')).toMatchObject({ value: true, origin: 'default' });
    expect(values.filter(({ description }) => description === '').map(({ key }) => key)).toEqual([]);
    expect(resolved.detectors).toHaveLength(9);
    expect(resolved.visit.airmass).toBeGreaterThan(1);
  });

  it('takes the visit from the header of an instance catalog, and lets the request win', () => {
    const { values } = askCli<Shown>([
      'show',
      'examples/catalogs/small-field.txt',
      '--json',
      '--set',
      'band=r',
    ]);
    const find = (key: string) => values.find((value) => value.key === key);
    expect(find('pointing.raDeg')).toMatchObject({
      value: 53.01,
      origin: 'header of examples/catalogs/small-field.txt',
    });
    expect(find('band')).toMatchObject({ value: 'r', origin: '--set band' });
    expect(find('visitId')).toMatchObject({ value: 700123 });
  });
});
