/** The built `simulate` on small skies: products, resuming, interruption, two runs at once, reproducing. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, startCli, temporaryFolder, until } from './run-cli.js';

const folder = temporaryFolder();

interface Report {
  readonly simulationVersion: string;
  readonly visit: { readonly visitId: number; readonly airmass: number };
  readonly detectors: readonly { id: number; name: string; status: string; recipeHash: string }[];
  readonly outputs: readonly {
    detector: string;
    path: string;
    product: string;
    bytes: number;
    sha256: string;
    adler32: string;
  }[];
  readonly notes: readonly string[];
  readonly skipped: readonly { catalog: string; reasons: Record<string, { count: number }> }[];
  readonly timings: { readonly wallS: number; readonly cpuS: number };
}

function request(name: string, products: string, detectors = 'R22_S11'): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `visitId: 77\npointing: {raDeg: 53.0, decDeg: -27.5}\nband: r\ndetectors: ${detectors}\n` +
      `sky: [{type: synthetic, faintIMag: 19}]\nproducts: ${products}\n`,
  );
  return path;
}

const sha256Of = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const visible = (out: string) => readdirSync(out).sort();
const STEM = '00000077-0-r-R22_S11-det094';

describe('simulate', () => {
  it('makes every product under its name, and its report is true', () => {
    const out = join(folder, 'all');
    const report = askCli<Report>([
      'simulate',
      request('all', '[eimage, raw, truth, preview]'),
      '--out',
      out,
      '--json',
    ]);
    expect(report.detectors).toMatchObject([{ id: 94, name: 'R22_S11', status: 'made' }]);
    expect(visible(out)).toEqual([
      `amp_${STEM}.fits.fz`,
      `eimage_${STEM}.fits`,
      `preview_${STEM}.png`,
      `recipe_${STEM}.json`,
      `thumbnail_${STEM}.png`,
      `truth_${STEM}.fits`,
      `truth_${STEM}.parquet`,
    ]);
    for (const { path, bytes, sha256 } of report.outputs) {
      expect(statSync(path).size, path).toBe(bytes);
      expect(sha256Of(path), path).toBe(sha256);
    }
    expect(new Set(report.outputs.map(({ product }) => product))).toEqual(
      new Set(['eimage', 'raw', 'truth', 'preview']),
    );
    expect(report.timings.wallS).toBeGreaterThan(0);
    expect(report.simulationVersion).toMatch(/^[0-9a-f]+$/);
  });

  it('gives an e-image and a raw file whose bytes do not depend on workers, subset or products', () => {
    const alone = askCli<Report>([
      'simulate',
      request('alone', '[eimage]'),
      '--out',
      join(folder, 'alone'),
      '--json',
    ]);
    const among = askCli<Report>([
      ...[
        'simulate',
        request('among', '[raw, eimage]', '[R22_S11, R22_S10]'),
        '--out',
        join(folder, 'among'),
        '--json',
      ],
      ...['--workers', '2'],
    ]);
    const eimage = (report: Report) =>
      report.outputs.find(({ product, detector }) => product === 'eimage' && detector === 'R22_S11');
    expect(eimage(among)?.sha256).toBe(eimage(alone)?.sha256);
  });

  it('says on stdout what was made and how to look at it', () => {
    const { status, stdout, stderr } = runCli(
      ['simulate', request('words', '[eimage, preview]'), '--out', 'words-out'],
      folder,
    );
    expect(status).toBe(0);
    expect(stdout).toContain('Made 1 detector');
    expect(stdout).toContain(`open words-out/preview_${STEM}.png`);
    expect(stdout).toContain(`ds9 -zscale words-out/eimage_${STEM}.fits`);
    expect(stderr).toContain('visit 77: r band');
  });
});

describe('simulate again', () => {
  const out = join(folder, 'again');
  const run = (...more: string[]) =>
    askCli<Report>(['simulate', request('again', '[eimage, truth]'), '--out', out, '--json', ...more]);
  const eimage = join(out, `eimage_${STEM}.fits`);

  it('leaves what the same recipe made', () => {
    const first = run();
    const { mtimeMs } = statSync(eimage);
    const second = run();
    expect(second.detectors[0]).toMatchObject({
      status: 'skipped',
      recipeHash: first.detectors[0]!.recipeHash,
    });
    expect(second.outputs.map(({ sha256 }) => sha256)).toEqual(first.outputs.map(({ sha256 }) => sha256));
    expect(statSync(eimage).mtimeMs).toBe(mtimeMs);
  });

  it.each([
    ['cut off', () => truncateSync(eimage, 1000), /has 1000 bytes instead of/],
    ['removed', () => rmSync(eimage), /is missing/],
    [
      'changed in one byte',
      () => {
        const bytes = readFileSync(eimage);
        bytes[40_000]! ^= 1;
        writeFileSync(eimage, bytes);
      },
      /was changed/,
    ],
  ])('makes a file again that was %s, and says so', (_what, damage, note) => {
    const before = run();
    damage();
    const after = run();
    expect(after.detectors[0]!.status).toBe('made');
    expect(after.notes.join('\n')).toMatch(note);
    expect(sha256Of(eimage)).toBe(before.outputs.find(({ product }) => product === 'eimage')!.sha256);
  });

  it('makes a missing product and keeps those that were there', () => {
    run();
    const more = run('--products', 'preview');
    expect(more.detectors[0]!.status).toBe('made');
    expect(new Set(more.outputs.map(({ product }) => product))).toEqual(
      new Set(['eimage', 'truth', 'preview']),
    );
    expect(run('--products', 'eimage,preview').detectors[0]!.status).toBe('skipped');
  });

  it('replaces the files of another recipe and leaves none of them behind', () => {
    run();
    const other = run('--seed', '5', '--products', 'truth');
    expect(other.detectors[0]!.status).toBe('made');
    expect(other.notes.join('\n')).toContain('another recipe');
    expect(visible(out)).toEqual([`recipe_${STEM}.json`, `truth_${STEM}.fits`, `truth_${STEM}.parquet`]);
  });
});

describe('an interrupted run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends with 130, leaves whole files alone, and is resumed',
    async (signal) => {
      const out = join(folder, `interrupted-${signal}`);
      const args = [
        'simulate',
        request(signal, '[eimage, raw]', '[R22_S00, R22_S01, R22_S02, R22_S10]'),
        '--out',
        out,
        '--workers',
        '2',
      ];
      const { child, ended } = startCli(args);
      await until(() => existsSync(out) && readdirSync(out).some((name) => name.startsWith('recipe_')), 60);
      child.kill(signal);
      const { status, stderr } = await ended;
      expect(status).toBe(130);
      expect(stderr).toContain('interrupted');
      const left = visible(out);
      expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
      const recipes = left.filter((name) => name.startsWith('recipe_'));
      expect(left).toHaveLength(3 * recipes.length);
      expect(recipes.length).toBeLessThan(4);
      const resumed = askCli<Report>([...args, '--json']);
      expect(resumed.detectors.filter(({ status: state }) => state === 'skipped')).toHaveLength(
        recipes.length,
      );
      expect(resumed.detectors.filter(({ status: state }) => state === 'made')).toHaveLength(
        4 - recipes.length,
      );
    },
  );

  it('that was killed leaves unfinished files, which the next run removes and tells', async () => {
    const out = join(folder, 'killed');
    const args = ['simulate', request('killed', '[eimage, raw]'), '--out', out];
    const { child, ended } = startCli(args);
    await until(() => existsSync(out) && readdirSync(out).some((name) => name.startsWith('.partial-')), 60);
    child.kill('SIGKILL');
    await ended;
    expect(visible(out).some((name) => name.startsWith('.partial-'))).toBe(true);
    const report = askCli<Report>([...args, '--json']);
    expect(report.notes.join('\n')).toMatch(/unfinished file/);
    expect(visible(out).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('two runs in one folder', () => {
  it('do not disturb each other: the second is refused', async () => {
    const out = join(folder, 'shared');
    const args = ['simulate', request('shared', '[eimage, raw]'), '--out', out];
    const first = startCli(args);
    await until(() => existsSync(join(out, '.imsim-od.lock')), 60);
    const second = runCli(args);
    expect(second.status).toBe(3);
    expect(second.stderr).toMatch(/another run \(process \d+ on .*\) is writing there/);
    expect((await first.ended).status).toBe(0);
    expect(visible(out)).toEqual([`amp_${STEM}.fits.fz`, `eimage_${STEM}.fits`, `recipe_${STEM}.json`]);
  });
});

describe('a run of which a part fails', () => {
  it.skipIf(!existsSync('/dev/full'))('ends with 4, keeps what was made, and says what was not', () => {
    const out = join(folder, 'partly');
    mkdirSync(out);
    symlinkSync('/dev/full', join(out, '.partial-eimage_00000077-0-r-R22_S12-det095.fits'));
    const { status, stdout } = runCli([
      ...[
        'simulate',
        request('partly', '[eimage]', '[R22_S11, R22_S12, R22_S20]'),
        '--out',
        out,
        '--workers',
        '1',
      ],
    ]);
    expect(status).toBe(4);
    expect(stdout).toContain('Made 1 detector');
    expect(stdout).toMatch(/R22_S12: .*no space left on the disk/);
    expect(stdout).toContain('Not begun: 1 detector');
    expect(visible(out)).toEqual([`eimage_${STEM}.fits`, `recipe_${STEM}.json`]);
  });
});

describe('reproduce', () => {
  const out = join(folder, 'original');
  const recipe = join(out, `recipe_${STEM}.json`);

  it('makes the same bytes again and leaves nothing', () => {
    runCli(['simulate', request('original', '[eimage, raw, truth, preview]'), '--out', out]);
    const { status, stdout } = runCli(['reproduce', recipe]);
    expect(stdout).toContain('Every file is the same');
    expect(status).toBe(0);
  });

  it('names the first pixel that was changed', () => {
    const copy = join(folder, 'changed');
    mkdirSync(copy);
    for (const name of readdirSync(out)) copyFileSync(join(out, name), join(copy, name));
    const eimage = join(copy, `eimage_${STEM}.fits`);
    const bytes = readFileSync(eimage);
    const header = 2880 * Math.ceil((bytes.indexOf('END     ') + 80) / 2880);
    // Pixel x 1001, y 301 of an int32 image 4096 wide: its lowest byte.
    bytes[header + 4 * (300 * 4096 + 1000) + 3]! ^= 1;
    writeFileSync(eimage, bytes);
    const { status, stdout } = runCli([
      'reproduce',
      join(copy, `recipe_${STEM}.json`),
      '--out',
      join(folder, 'made-again'),
    ]);
    expect(status).toBe(4);
    expect(stdout).toMatch(/DIFFERENT {2}eimage_/);
    expect(stdout).toMatch(
      /the first pixel that differs is x 1001, y 301 \(FITS counting\): -?\d+ before, -?\d+ made again/,
    );
    expect(stdout).toMatch(/same {7}amp_/);
  });

  it('refuses a recipe that was edited, and says when it is of another simulation', () => {
    const document = JSON.parse(readFileSync(recipe, 'utf8')) as { recipe: { seed: number } };
    const edited = join(folder, 'edited.json');
    writeFileSync(edited, JSON.stringify({ ...document, recipe: { ...document.recipe, seed: 1 } }));
    const { status, stderr } = runCli(['reproduce', edited]);
    expect(status).toBe(3);
    expect(stderr).toContain('the recipe was changed');
  });

  it('is inspected as a recipe', () => {
    const { status, stdout } = runCli(['inspect', recipe]);
    expect(status).toBe(0);
    expect(stdout).toContain(`eimage_${STEM}.fits`);
  });
});
