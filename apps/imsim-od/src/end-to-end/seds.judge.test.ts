/** Spectra and the sky's brightness through the built command line: the examples of docs/inputs/seds.md and sky-background.md. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasPython, repositoryRoot, runPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();

function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(repositoryRoot, 'docs/inputs', page), 'utf8');
  const examples = text.slice(text.indexOf('## Example'));
  return [...examples.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
}

function commandsOf(page: string): string[][] {
  return blocksOf(page, 'sh').flatMap((block) =>
    [...block.matchAll(/^npx imsim-od (.*)$/gm)].map(([, line]) => String(line).split(' ')),
  );
}

/** The first file of a product in an output folder. */
function fileOf(out: string, product: string, ending: string): string {
  const name = readdirSync(join(folder, out)).find(
    (file) => file.startsWith(product) && file.endsWith(ending),
  );
  return join(folder, out, name ?? '');
}

const TRUTH = `
import sys
from astropy.io import fits
hdus = fits.open(sys.argv[1])
table = next(h for h in hdus if h.data is not None)
for row in sorted(zip(table.data['object_id'], table.data['magnitude'], table.data['flags'])):
    print(row[0].strip(), f'{row[1]:.4f}', 'approximated' if row[2] & 8 else 'exact')
header = next(h.header for h in hdus if 'SEDEXACT' in h.header)
print(header['SEDEXACT'], header['SEDAPPR'])
`;

/** The i magnitude of the example's black body, magnorm 18, by numpy: the coarse throughput of the facts of v1.9 would do for 0.01. */
const BLACK_BODY = `
import numpy as np
nm = np.arange(300, 1200, 0.5)
n = nm ** -4.0 / np.expm1(1.43877688e7 / (nm * 5772.0))
# total throughput in i, airmass 1.2, every 20 nm from 660 nm (means around each)
l = np.array([680, 690, 700, 720, 740, 750, 760, 770, 780, 800, 810, 820, 830.])
t = np.array([.07, .33, .551, .56, .619, .60, .47, .60, .621, .615, .60, .324, .02])
T = np.interp(nm, l, t, left=0, right=0)
n /= np.interp(500, nm, n)
print(18 - 2.5 * np.log10(np.sum(n * T) / np.sum(500 / nm * T)))
`;

describe.skipIf(!hasPython)('the page on spectra', () => {
  const [script = ''] = blocksOf('seds.md', 'python');
  const [catalog = ''] = blocksOf('seds.md', 'text');
  const [command = []] = commandsOf('seds.md');

  it('makes what it says: light by the spectrum, Galactic dust, and a family where the file is absent', () => {
    runPython(`import os\nos.chdir(${JSON.stringify(folder)})\n${script}`);
    writeFileSync(join(folder, 'two-suns.txt'), catalog);
    const run = runCli(command, folder);
    expect([run.status, run.stderr]).toEqual([0, expect.anything()]);
    const [bare, dimmed, missing, counts] = runPython(TRUTH, [fileOf('suns', 'truth', '.fits')])
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect([bare![2], dimmed![2], missing![2]]).toEqual(['exact', 'exact', 'approximated']);
    expect(counts).toEqual(['2', '1']);
    const page = readFileSync(join(repositoryRoot, 'docs/inputs/seds.md'), 'utf8');
    expect(page).toContain(
      `The truth has i = ${Number(bare![1]).toFixed(2)} for the first and ${Number(dimmed![1]).toFixed(2)} for the second`,
    );
    // The throughput there is a sketch of a dozen points: 0.02 mag.
    expect(Math.abs(Number(bare![1]) - Number(runPython(BLACK_BODY)))).toBeLessThan(0.02);
    // F19 at 754 nm, R_V 3.1: 0.673 A_V; the band is a little wide for one number.
    expect(Math.abs(Number(dimmed![1]) - Number(bare![1]) - 0.5 * 0.673)).toBeLessThan(0.01);
    const [said] = /1 object\(s\) have their SED replaced[^`]*by their spectrum/.exec(
      page.replaceAll('\n', ' '),
    )!;
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain(said);
  });

  it('is reproduced from the same files, and refused where one has changed', () => {
    const recipe = fileOf('suns', 'recipe', '.json');
    const { recipe: kept } = JSON.parse(readFileSync(recipe, 'utf8')) as {
      recipe: { sky: { seds?: { files: number } }[] };
    };
    expect(kept.sky[0]?.seds?.files).toBe(1);
    expect(runCli(['reproduce', recipe], folder).status).toBe(0);
    const spectrum = join(folder, 'library/starSED/mine/sun.spec');
    const original = readFileSync(spectrum, 'utf8');
    writeFileSync(spectrum, `${original}# changed\n`);
    const changed = runCli(['reproduce', recipe], folder);
    expect([changed.status, changed.stderr]).toEqual([
      3,
      expect.stringMatching(/its SED files are not those .* starSED\/mine\/sun\.spec is another file/),
    ]);
    writeFileSync(spectrum, original);
  });

  it('draws by families without a library, whatever the environment says later, and takes one from there', () => {
    const show = (more: string[], env: NodeJS.ProcessEnv = {}) => {
      Object.assign(process.env, env);
      try {
        return askCli<{ notes: string[] }>(['show', 'two-suns.txt', '--json', ...more], folder).notes.join(
          '\n',
        );
      } finally {
        delete process.env['SIMS_SED_LIBRARY_DIR'];
      }
    };
    expect(show([])).toContain('3 object(s) have their SED replaced');
    expect(show([], { SIMS_SED_LIBRARY_DIR: join(folder, 'library') })).toContain('2 are by their spectrum');
    expect(show(['--sed-dir', 'library'], { SIMS_SED_LIBRARY_DIR: '/nowhere' })).toContain('2 are by their');
  });

  it('ends with exit code 3 and one clear line where a file or the folder is wrong', () => {
    mkdirSync(join(folder, 'bad/starSED/mine'), { recursive: true });
    writeFileSync(join(folder, 'bad/starSED/mine/sun.spec'), '100 1\n600 -1\n');
    const wrong = runCli(['plan', 'two-suns.txt', '--sed-dir', 'bad'], folder);
    expect([wrong.status, wrong.stderr]).toEqual([
      3,
      expect.stringMatching(/sun\.spec:2 is no SED file: the flux is -1; it cannot be negative/),
    ]);
    const absent = runCli(['plan', 'two-suns.txt', '--sed-dir', 'nowhere'], folder);
    expect([absent.status, absent.stderr]).toEqual([3, expect.stringContaining('nowhere does not exist')]);
  });
});

describe.skipIf(!hasPython)('the page on the sky background', () => {
  it('makes what it says: the number and its source in plan, header and show, and pixels that have it', () => {
    const [request = ''] = blocksOf('sky-background.md', 'yaml');
    writeFileSync(join(folder, 'moonlit.yaml'), request);
    const [plan = [], moonlit = [], moonless = []] = commandsOf('sky-background.md');
    expect(runCli(plan, folder).stdout).toMatch(/sky 19\.\d\d mag per arcsec\^2, from: airmass and Moon/);
    for (const command of [moonlit, moonless]) expect(runCli(command, folder).status).toBe(0);
    const [bright, dark] = ['moonlit', 'moonless'].map((out) =>
      runPython(
        `
import sys, numpy as np
from astropy.io import fits
hdus = fits.open(sys.argv[1])
header = next(h.header for h in hdus if 'SKYMAG' in h.header)
print(header['SKYMAG'], header['SKYELEC'], np.mean(next(h.data for h in hdus if h.data is not None)), header['SKYFROM'])
`,
        [fileOf(out, 'eimage', '.fits')],
      )
        .trim()
        .split(' '),
    );
    expect(bright!.slice(3).join(' ')).toBe('airmass and Moon');
    expect(dark!.slice(3).join(' ')).toBe('dark sky at the airmass');
    const ratio = Number(bright![2]) / Number(dark![2]);
    // 16 million pixels of 1000 electrons.
    expect(Math.abs(ratio / 10 ** (-0.4 * (Number(bright![0]) - Number(dark![0]))) - 1)).toBeLessThan(1e-4);
    const { resolved } = askCli<{ resolved: { visit: { skyBrightnessFrom: string } } }>(
      ['show', 'moonlit.yaml', '--json'],
      folder,
    );
    expect(resolved.visit.skyBrightnessFrom).toBe('airmass and Moon');
    const scheduled = askCli<{ resolved: { visit: { skyBrightnessFrom: string } } }>(
      ['show', 'moonlit.yaml', '--json', '--set', 'skyBrightnessMagPerArcsec2=20'],
      folder,
    );
    expect(scheduled.resolved.visit.skyBrightnessFrom).toBe('request');
  });

  it('takes a scheduler’s number, unless the command line gives another', () => {
    const source = (...more: string[]) =>
      askCli<{ visits: { resolved: { visit: { skyBrightnessFrom: string } } }[] }>([
        'show',
        '--opsim',
        'examples/visits.db',
        '--limit',
        '1',
        '--where',
        "band = 'r'",
        '--json',
        ...more,
      ]).visits[0]!.resolved.visit.skyBrightnessFrom;
    expect(source()).toBe('scheduler');
    expect(source('--set', 'skyBrightnessMagPerArcsec2=20.5')).toBe('request');
  });
});
