/** Light of tables by SED files against numpy, astropy and dust_extinction, in every format of tables. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Band, throughputBins } from '@imsim-od/astro';
import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { afterAll, describe, expect, it } from 'vitest';
import {
  MemoryRangeSource,
  readSkyTable,
  sedDigestWithin,
  SkyRegion,
  SedLibrary,
  type SkyTable,
  type SkyTableOptions,
} from '../index.js';
import { openRangeFile, openSedFolder } from '../node/index.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-table-seds-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'library/mine'), { recursive: true });

/**
 * Writes a library of two spectra (a black body; a galaxy with a break and a line), a table of 60 rows in every format, and answers with
 * the magnitude of each row by the definition: photons through the published curves where they are at hand, else the project's means
 * over 1 nm; AB by astropy's constants; dust by dust_extinction (CCM89, F19) and Calzetti's equation.
 */
const JUDGE = `
import json, sys, os, warnings
import numpy as np, astropy.units as u
from astropy.constants import h
from astropy.table import Table
from dust_extinction.parameter_averages import CCM89, F19
asked = json.load(sys.stdin)
os.chdir(asked['folder'])
w = np.arange(60, 2500.2, 0.2)
star = w ** -5.0 / np.expm1(1.43877688e7 / (w * 5772.0))
galaxy = np.where(w < 400, 0.4, 1.0) * (w / 500) ** -0.7 + 3 * np.exp(-((w - 500.7) / 1.5) ** 2 / 2)
library = {'mine/star.spec': star / star.max(), 'mine/galaxy.spec': galaxy}
for path, f in library.items(): np.savetxt('library/' + path, np.c_[w, f], fmt='%.12g')
rng = np.random.default_rng(11); n = 60
t = Table()
t['name'] = ['s%d' % i for i in range(n)]
t['ra'] = (53 + 0.1 * rng.random(n)) * u.deg
t['dec'] = (-27.5 + 0.1 * rng.random(n)) * u.deg
t['sedFilename'] = np.where(np.arange(n) % 3 == 0, 'mine/star.spec', np.where(np.arange(n) % 3 == 1, 'mine/galaxy.spec', 'galaxySED/Exp.20E09.02Z.spec.gz'))
t['magNorm'] = (18 + 6 * rng.random(n)) * u.mag
t['redshift'] = np.where(np.arange(n) % 3 == 0, 0, 2 * rng.random(n))
t['internalAv'] = np.where(np.arange(n) % 2 == 0, 0, 2 * rng.random(n)) * u.mag
t['internalRv'] = 2 + 2 * rng.random(n)
t['internalExtinctionModel'] = np.where(np.arange(n) % 4 == 1, 'CCM', 'calzetti')
t['galacticAv'] = (0.5 * rng.random(n)) * u.mag
t['galacticRv'] = 3.1
t['galacticExtinctionModel'] = np.where(np.arange(n) % 5 == 0, 'CCM', 'F19')
with warnings.catch_warnings():
    warnings.simplefilter('ignore')
    t.write('t.csv', format='ascii.csv'); t.write('t.fits'); t.write('t.vot', format='votable'); t.write('t.parquet')
def ratio(law, rv, nm):
    if law == 'calzetti':
        um = np.clip(nm, 91.2, 2200) / 1000
        return (np.where(um >= 0.63, 2.659 * (-1.857 + 1.040 / um), 2.659 * (-2.156 + 1.509 / um - 0.198 / um**2 + 0.011 / um**3)) + rv) / rv
    model = (CCM89 if law == 'CCM' else F19)(Rv=rv)
    return model(np.clip(1000 / nm, *((0.3, 10) if law == 'CCM' else (0.46, 8.6))) / u.um)
def magnitude(row, l, T):
    f = library.get(row['sedFilename'])
    if f is None: return None
    fine = np.linspace(499, 501, 4001)
    photons = w * f / np.average(np.interp(fine, w, w * f), weights=1 - np.abs(fine - 500))
    zero = (3631 * u.Jy / h).to(1 / u.s / u.cm**2).value
    photons = photons * zero / 500
    z = row['redshift']
    y = np.interp(l / (1 + z), w, photons) * T
    y = y * 10 ** (-0.4 * row['internalAv'] * ratio(row['internalExtinctionModel'], row['internalRv'], l / (1 + z)))
    y = y * 10 ** (-0.4 * row['galacticAv'] * ratio(row['galacticExtinctionModel'], row['galacticRv'], l))
    return float(row['magNorm'] - 2.5 * np.log10(np.trapezoid(y, l) / np.trapezoid(zero * T / l, l)))
out = {}
for band, curve in asked['curves'].items():
    if asked['throughputs']: l, T = np.loadtxt(asked['throughputs'] + '/total_%s.dat' % band).T
    else:
        edges = np.array(curve['edges']); l = np.arange(edges[0], edges[-1], 0.05) + 0.025
        T = np.array(curve['means'])[np.searchsorted(edges, l) - 1]
    out[band] = [magnitude(row, l, T) for row in t]
print(json.dumps(out))
`;

const BANDS: readonly Band[] = ['u', 'g', 'i', 'y'];
const FORMATS = ['t.csv', 't.fits', 't.vot', 't.parquet'];

describe.skipIf(!hasPython)('tables that name SED files', () => {
  let truth: Record<Band, (number | null)[]>;
  let library: SedLibrary;
  const read = async (name: string, options: Partial<SkyTableOptions>): Promise<SkyTable> => {
    const source = await openRangeFile(join(folder, name));
    try {
      return await readSkyTable(source, { band: 'i', columns: { id: 'name' }, ...options });
    } finally {
      await source.close();
    }
  };

  it('have the magnitudes of numpy and astropy within 0.001 mag, redshift and both dusts included, in every format', async () => {
    const curves = Object.fromEntries(
      BANDS.map((band) => {
        const { edgesNm, means } = throughputBins(band);
        return [band, { edges: [...edgesNm], means: [...means] }];
      }),
    );
    const throughputs = sharedPath('data/throughputs') ?? null;
    truth = askPython(JUDGE, { folder, throughputs, curves });
    library = new SedLibrary(await openSedFolder(join(folder, 'library')));
    let worst = 0;
    for (const name of FORMATS) {
      for (const band of BANDS) {
        const { sources, skipped } = await read(name, { band, sedLibrary: library });
        expect([name, sources.length, skipped]).toEqual([name, 60, {}]);
        truth[band].forEach((magnitude, row) => {
          expect(sources.sedApproximated[row]).toBe(magnitude === null ? 1 : 0);
          if (magnitude === null) return;
          worst = Math.max(worst, Math.abs(sources.magnitude[row]! - magnitude));
        });
      }
    }
    console.info(`tables by SED files against numpy: largest difference ${worst.toFixed(5)} mag`);
    // What SED files are promised to have against the curves in steps of 0.1 nm.
    expect(worst).toBeLessThan(0.001);
  });

  it('say how many rows have a family’s colour, and keep the files behind the rows of a region', async () => {
    const { notes, sedUses, sources } = await read('t.csv', { sedLibrary: library });
    expect(notes.join('\n')).toContain(
      '20 object(s) have their SED replaced by the colour of its family (galaxy: 20, 0.03 mag rms in i), 40 are by their spectrum',
    );
    expect(sedUses?.files.map(({ path }) => path)).toEqual(['mine/star.spec', 'mine/galaxy.spec']);
    expect(sedDigestWithin(sedUses!)?.files).toBe(2);
    // The first row is a star, alone in its place.
    const circle = (raDeg: number) =>
      new SkyRegion([{ centre: { raDeg, decDeg: sources.decDeg[0]! }, radiusDeg: 1e-6 }]);
    const only = sedDigestWithin(sedUses!, circle(sources.raDeg[0]!));
    expect(only).toEqual(await library.digest(['mine/star.spec']));
    expect(sedDigestWithin(sedUses!, circle(sources.raDeg[0]! + 180))).toBeUndefined();
    const without = await read('t.csv', {});
    expect(without.sources.sedApproximated.every((flag) => flag === 1)).toBe(true);
    expect(without.sedUses?.files).toEqual([]);
  });
});

describe('rows that name SED files', () => {
  const csv = async (text: string, options: Partial<SkyTableOptions> = {}): Promise<SkyTable> =>
    readSkyTable(new MemoryRangeSource('t.csv', new TextEncoder().encode(text)), { band: 'r', ...options });

  it('are by their magnitude where they have one, unless spectra go first', async () => {
    const text = 'ra,dec,mag,magnorm,sed\n53,-27,20,22,flatSED/sed_flat.txt\n53,-27,,22,sed_flat.txt\n';
    const usual = await csv(text);
    expect([...usual.sources.magnitude]).toEqual([20, 22]);
    expect(usual.notes.join()).toContain('mag gives the light where a row has it');
    // A flat spectrum has the same AB magnitude everywhere.
    expect([...(await csv(text, { magnitudesFrom: 'spectra' })).sources.magnitude]).toEqual([22, 22]);
  });

  it('take a flux at 500 nm, and lenses magnify them where magnitudes are unlensed', async () => {
    const text = 'ra,dec,magnorm [nJy],sed,mu\n53,-27,3631,sed_flat.txt,4\n';
    expect((await csv(text)).sources.magnitude[0]).toBeCloseTo(22.5, 10);
    const { sources } = await csv(text, { unlensedMagnitudes: true });
    expect(sources.magnitude[0]).toBeCloseTo(22.5 - 2.5 * Math.log10(4), 10);
  });

  it('are skipped for what is wrong, by name', async () => {
    const head = 'ra,dec,magnorm,sed,redshift,internalAv,internalDustLaw,av\n';
    const rows = [
      ['53,-27,20,,0,,,', 'sed'],
      ['53,-27,,sed_flat.txt,0,,,', 'number'],
      ['53,-27,99,sed_flat.txt,0,,,', 'faint'],
      ['53,-27,20,sed_flat.txt,0,-1,,', 'dust'],
      ['53,-27,20,sed_flat.txt,0,1,SMC,', 'dust'],
      ['53,-27,20,sed_flat.txt,0,,,101', 'dust'],
      ['53,-27,20,sed_flat.txt,0,x,,', 'number'],
    ] as const;
    for (const [row, reason] of rows) {
      const { sources, skipped } = await csv(`${head}${row}\n`);
      expect([row, sources.length, Object.keys(skipped)]).toEqual([row, 0, [reason]]);
    }
    expect((await csv(`${head}53,-27,20,sed_flat.txt,0,1,none,\n`)).sources.magnitude[0]).toBe(20);
  });

  it('need both columns, and the error names the other', async () => {
    await expect(csv('ra,dec,sed\n53,-27,x\n')).rejects.toThrow(/no column gives magnorm/);
    await expect(csv('ra,dec,magnorm\n53,-27,20\n')).rejects.toThrow(/no column gives sed/);
    await expect(csv('ra,dec\n53,-27\n')).rejects.toThrow(/no column gives mag /);
  });
});
