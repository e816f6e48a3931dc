/** What users of PhoSim and imSim bring along: the pages on instance catalogs and on moving here, held against the program. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PHOSIM_COMMANDS } from '@imsim-od/simulator';
import { HEADER_KEYWORDS, SUPPORTED_MODELS } from '@imsim-od/sky';
import { hasPython, repositoryRoot, runPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const page = (name: string): string => readFileSync(join(repositoryRoot, 'docs/inputs', name), 'utf8');
const migration = page('from-dc2-imsim-phosim.md');
const example = /```text\n([\s\S]*?)```/.exec(page('instance-catalogs.md'))?.[1] ?? '';

describe('the page for those who come from PhoSim and imSim', () => {
  it('names every keyword of the header and every model that is read', () => {
    for (const { name } of HEADER_KEYWORDS) expect(migration).toContain(`\`${name}\``);
    for (const model of SUPPORTED_MODELS) expect(migration).toContain(`\`${model}\``);
  });

  it('names no command that the program does not know', () => {
    const [, section = ''] = /## PhoSim's commands([\s\S]*?)\n## /.exec(migration) ?? [];
    const first = [...section.matchAll(/^\| (.*?) \|/gm)].map(([, cell]) => cell ?? '').slice(2);
    const named = first.flatMap((cell) => [...cell.matchAll(/`([a-z_]+)(?: 0)?`/g)].map(([, word]) => word));
    expect(named.length).toBeGreaterThan(20);
    for (const word of named) expect(PHOSIM_COMMANDS).toContain(word);
  });
});

describe.skipIf(!hasPython)('the example of an instance catalog', () => {
  it('is drawn, every object of it, and what is not used is told', () => {
    runPython(
      `
import sys, numpy as np
from astropy.io import fits
fits.PrimaryHDU(np.ones((9, 9), 'f4')).writeto(sys.argv[1])
`,
      [join(folder, 'spiral.fits')],
    );
    writeFileSync(
      join(folder, 'phosim_cat.txt'),
      `moonra 140.2\ndist2moon 96\ntemperature 12\nminsource 5\n${example}`,
    );
    writeFileSync(
      join(folder, 'commands.txt'),
      'centroidfile 1\nfringing 0\nchargediffusion 0\nexptime 15\nbackalfa 0.1\n',
    );
    const plan = askCli<{ total: { objects: number }; notes: string[] }>(
      ['plan', 'phosim_cat.txt', '--phosim-commands', 'commands.txt', '--json'],
      folder,
    );
    expect(plan.total.objects).toBe(5);
    const said = plan.notes.join('\n');
    expect(said).toContain('header keywords that change nothing here: dist2moon, moonra, temperature.');
    expect(said).toContain('minsource is not used');
    expect(said).toContain('commands.txt: centroidfile changes nothing: the product truth');
    expect(said).toContain('commands.txt: fringing changes nothing: not drawn here');
    expect(said).toContain('commands.txt: backalfa is unknown and changes nothing; is it backalpha?');
    const { values } = askCli<{ values: { key: string; value: unknown; origin: string }[] }>(
      ['show', 'phosim_cat.txt', '--phosim-commands', 'commands.txt', '--json'],
      folder,
    );
    const of = (key: string) => values.find((entry) => entry.key === key);
    expect(of('exposureS')).toMatchObject({ value: 15, origin: 'commands.txt' });
    expect(of('effects.chargeDiffusion')).toMatchObject({ value: false, origin: 'commands.txt' });
  });
});

describe('what is brought along and cannot be read', () => {
  it.each([
    ['config.yaml', 'modules: [imsim]\ntemplate: imsim-config-instcat\ninput.opsim_data.visit: 7\n'],
    ['plain.yaml', 'input:\n  instance_catalog: { file_name: a.txt }\noutput: { dir: out }\n'],
  ])('%s is told to be a configuration of imSim', (name, text) => {
    writeFileSync(join(folder, name), text);
    const { status, stderr } = runCli(['simulate', name], folder);
    expect([status, stderr]).toEqual([3, expect.stringContaining('this is a configuration of imSim')]);
  });

  it.each([
    ['gone.txt', undefined, /gone\.txt/],
    ['number.txt', 'exptime soon\n', /number\.txt, line 1: exptime needs a number after it, not "soon"/],
    ['zero.txt', 'exptime 0.01\n', /exposureS is 0\.01; it must be a finite number from 0\.1/],
  ])('commands of %s are refused', (name, text, message) => {
    if (text !== undefined) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'r.yaml'), 'pointing: { raDeg: 53, decDeg: -28 }\nband: r\n');
    const { status, stderr } = runCli(['plan', 'r.yaml', '--phosim-commands', name], folder);
    expect([status, stderr]).toEqual([3, expect.stringMatching(message)]);
  });
});
