import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { SedLibrary, SedPhotometry } from '../index.js';
import { openSedFolder } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-sed-'));
afterAll(() => rmSync(folder, { recursive: true }));
const flat = '10 1000\n500 0.4\n5000 0.004\n';
const put = (path: string, bytes: string | Uint8Array): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), bytes);
};
put('starSED/kurucz/km10_5000.fits_g15_5100.gz', gzipSync(flat));
put('galaxySED/Exp.20E09.02Z.spec', flat);
put('flatSED/sed_flat.txt.gz', gzipSync(flat));
put('mine/qso.dat', flat);
put('bad/two.spec', '1 2 3\n');
writeFileSync(join(folder, '../imsim-od-secret.spec'), flat);
afterAll(() => rmSync(join(folder, '../imsim-od-secret.spec')));

const library = new SedLibrary(await openSedFolder(folder));

describe('a library of SED files', () => {
  it.each([
    ['starSED/kurucz/km10_5000.fits_g15_5100.gz', 'starSED/kurucz/km10_5000.fits_g15_5100.gz'],
    ['km10_5000.fits_g15_5100', 'starSED/kurucz/km10_5000.fits_g15_5100.gz'],
    ['galaxySED/Exp.20E09.02Z.spec.gz', 'galaxySED/Exp.20E09.02Z.spec'],
    ['Exp.20E09.02Z.spec', 'galaxySED/Exp.20E09.02Z.spec'],
    ['../sky/sed_flat.txt', 'flatSED/sed_flat.txt.gz'],
    ['./mine/qso.dat', 'mine/qso.dat'],
  ])('finds %s', async (name, path) => {
    expect((await library.load(name))?.path).toBe(path);
  });

  it.each([
    'starSED/kurucz/km99_9999.fits_g00_9999.gz',
    '../imsim-od-secret.spec',
    '/etc/hostname',
    '',
    '..',
    'a\0b',
  ])('has no %j: nothing outside is looked at', async (name) =>
    expect(await library.load(name)).toBeUndefined(),
  );

  it('knows its files by their content', async () => {
    const name = 'mine/qso.dat';
    expect((await library.load(name))?.sha256).toBe(createHash('sha256').update(flat).digest('hex'));
    const names = [name, 'km10_5000.fits_g15_5100.gz', 'absent.spec'];
    const digest = await library.digest(names);
    expect(digest?.files).toBe(2);
    const lines = [
      `mine/qso.dat ${createHash('sha256').update(flat).digest('hex')}\n`,
      `starSED/kurucz/km10_5000.fits_g15_5100.gz ${createHash('sha256').update(gzipSync(flat)).digest('hex')}\n`,
    ];
    expect(digest?.sha256).toBe(createHash('sha256').update(lines.join('')).digest('hex'));
    const other = new SedLibrary(await openSedFolder(folder));
    expect(await other.digest([...names].reverse())).toEqual(digest);
    expect((await other.digest([name]))?.sha256).not.toBe(digest?.sha256);
    expect(await other.digest(['absent.spec'])).toBeUndefined();
  });

  it('names the files that are not those of a record', async () => {
    const place = join(folder, 'changing');
    const names = ['a.spec', 'b.spec.gz', 'c.spec'];
    const libraryNow = async () => new SedLibrary(await openSedFolder(place));
    for (const name of ['a.spec', 'b.spec']) put(`changing/${name}`, flat);
    const recorded = (await (await libraryNow()).digest(names))!;
    put('changing/a.spec', `${flat}# changed\n`);
    rmSync(join(place, 'b.spec'));
    put('changing/c.spec', flat);
    expect(await (await libraryNow()).explainDifference(names, recorded)).toBe(
      'a.spec is another file; b.spec is missing; c.spec was not there (2 files here, 2 recorded)',
    );
    const { sketch: _absent, ...older } = recorded;
    expect(await (await libraryNow()).explainDifference(names, older)).toBe(
      'too many differ to tell which (2 files here, 2 recorded)',
    );
  });

  it('stops at a file that is no spectrum, and names it', async () => {
    await expect(library.load('bad/two.spec')).rejects.toMatchObject({ code: 'SKY_SED_FILE', line: 1 });
  });

  it('is a folder, or an archive of one', async () => {
    await expect(openSedFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'SKY_FILE_MISSING' });
    await expect(openSedFolder(join(folder, 'mine/qso.dat'))).rejects.toMatchObject({
      code: 'SKY_SED_ARCHIVE',
    });
  });
});

describe('light by spectrum or by family', () => {
  it('is told apart', async () => {
    const light = new SedPhotometry('r', library);
    const name = 'starSED/kurucz/km10_5000.fits_g15_5100.gz';
    expect(light.known(name)).toBeUndefined();
    expect(await light.load(name)).toMatchObject({ approximated: false, family: 'kurucz' });
    expect(light.known(name)).toBe(await light.load(name));
    const absent = await light.load('starSED/kurucz/km10_5000.fits_g15_5720.gz');
    expect(absent).toMatchObject({ approximated: true, family: 'kurucz', file: undefined });
    expect(new SedPhotometry('r').known('flatSED/sed_flat.txt.gz')).toMatchObject({ approximated: false });
  });

  it('by family is dimmed as at the effective wavelength, internal dust where the light was sent out', () => {
    const sed = new SedPhotometry('r').known('galaxySED/Exp.20E09.02Z.spec.gz')!;
    const plain = sed.colourMag(0.5);
    const dust = { law: 'CCM89', av: 0.5, rv: 3.1 } as const;
    expect(sed.colourMag(0.5, undefined, dust) - plain).toBeLessThan(sed.colourMag(0.5, dust) - plain);
    // CCM89 at 622.2 nm and R_V 3.1: 0.859 (its Table 3 has 0.751 at 700 nm and 1 at 550 nm).
    expect(sed.colourMag(0.5, undefined, dust) - plain).toBeCloseTo(0.5 * 0.866, 2);
  });
});
