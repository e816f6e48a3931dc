import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { angToPixNest, ringOfNest } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import { COMPONENT, readSkyCatalog, SedLibrary } from '../index.js';
import { openCatalogFolder, openSedFolder } from '../node/index.js';

const folder = sharedPath('data/skycatalogs');
const time = { midMjdTai: 61_000, exposureS: 30 };

/** What the columns mean, by GalSim's own algebra of shears and lenses. */
const JUDGE = `
import sys, json, galsim
import pyarrow.parquet as pq
folder = json.load(sys.stdin)
main = pq.read_table(folder + '/galaxy_9683.parquet').to_pylist()
flux = {r['galaxy_id']: r['lsst_flux_r'] for r in pq.read_table(folder + '/galaxy_flux_9683.parquet').to_pylist()}
out = {}
for g in main:
    kappa, s1, s2 = g['convergence'], g['shear_1'], g['shear_2']
    lens = galsim.Shear(g1=s1 / (1 - kappa), g2=s2 / (1 - kappa))
    mu = 1 / ((1 - kappa) ** 2 - s1 ** 2 - s2 ** 2)
    row = {'flux': flux[g['galaxy_id']], 'mu': mu, 'ra': g['ra'], 'knots': g['n_knots']}
    for part in ('disk', 'bulge'):
        a, b = g['size_%s_true' % part], g['size_minor_%s_true' % part]
        shape = lens + galsim.Shear(q=b / a, beta=(90 + g['position_angle_unlensed']) * galsim.degrees)
        row[part] = [shape.g1, shape.g2, (a * b * mu) ** 0.5, g['sersic_%s' % part]]
    out[str(g['galaxy_id'])] = row
json.dump(out, sys.stdout)
`;

interface Judged {
  readonly flux: number;
  readonly mu: number;
  readonly ra: number;
  readonly knots: number;
  readonly disk: readonly number[];
  readonly bulge: readonly number[];
}

describe.skipIf(folder === undefined || !hasPython)('the galaxies of a real cell', () => {
  it('have the shapes, sizes and fluxes that GalSim makes of their columns', async () => {
    const { sources } = await readSkyCatalog(await openCatalogFolder(folder!), {
      band: 'r',
      time,
      objectTypes: ['galaxy'],
    });
    const judged = askPython<Record<string, Judged>>(JUDGE, folder);
    const fluxes = new Map<string, number>();
    for (let row = 0; row < sources.length; row++) {
      const id = sources.objectId[row]!;
      const galaxy = judged[id]!;
      // Magnitudes are through the baseline throughputs, whose AB 0 is 666,594 photons per second and cm2 in r.
      fluxes.set(id, (fluxes.get(id) ?? 0) + 666_593.9 * 10 ** (-0.4 * sources.magnitude[row]!));
      expect(sources.raDeg[row]).toBe(galaxy.ra);
      const part = sources.component[row] === COMPONENT.bulge ? galaxy.bulge : galaxy.disk;
      // Columns of 32 bits: 1e-7 of values below 1.
      expect(sources.g1[row]).toBeCloseTo(part[0]!, 6);
      expect(sources.g2[row]).toBeCloseTo(part[1]!, 6);
      expect(sources.halfLightRadiusArcsec[row]).toBeCloseTo(part[2]!, 6);
      if (sources.component[row] === COMPONENT.knots) expect(sources.knotCount[row]).toBe(galaxy.knots);
      else expect(sources.sersicIndex[row]).toBe(part[3]);
    }
    expect(fluxes.size).toBe(500);
    for (const [id, flux] of fluxes)
      if (judged[id]!.flux > 0) expect(flux / judged[id]!.flux).toBeCloseTo(1, 6);
  });

  it('have fluxes in the file that hold the magnification, which magnorm and spectra do not', async () => {
    const open = async (fluxes: 'files' | 'spectra') =>
      (
        await readSkyCatalog(await openCatalogFolder(folder!), {
          band: 'r',
          time,
          objectTypes: ['galaxy'],
          fluxes,
        })
      ).sources;
    const [files, spectra] = [await open('files'), await open('spectra')];
    const judged = askPython<Record<string, Judged>>(JUDGE, folder);
    const total = (table: typeof files) => {
      const sums = new Map<string, number>();
      for (let row = 0; row < table.length; row++) {
        const id = table.objectId[row]!;
        sums.set(id, (sums.get(id) ?? 0) + 10 ** (-0.4 * table.magnitude[row]!));
      }
      return sums;
    };
    const [byFile, bySpectrum] = [total(files), total(spectra)];
    // log(flux of the file / unlensed flux of the spectrum) = a + n log(mu), over redshift as well: n is 1 where the file holds mu.
    let [sxx, sxy] = [0, 0];
    const points = [...byFile]
      .filter(([id]) => judged[id]!.flux > 0)
      .map(([id, flux]) => {
        const mu = judged[id]!.mu;
        return [Math.log(mu), Math.log((flux * mu) / bySpectrum.get(id)!)] as const;
      });
    const mean = (k: 0 | 1) => points.reduce((sum, point) => sum + point[k], 0) / points.length;
    for (const [x, y] of points) {
      sxx += (x - mean(0)) ** 2;
      sxy += (x - mean(0)) * (y - mean(1));
    }
    // The scatter of 0.06 about the line over 314 galaxies with a spread of 0.03 in log(mu) leaves 0.12.
    expect(sxy / sxx).toBeGreaterThan(0.5);
    expect(sxy / sxx).toBeLessThan(1.5);
  });
});

const library = sharedPath('data/sed');
const throughputs = sharedPath('data/throughputs');

/** Magnitudes in i of the stars whose SED files are at hand: numpy through the published curve, Galactic dust by dust_extinction. */
const STARS = `
import sys, os, json, gzip, numpy as np, astropy.units as u
import pyarrow.parquet as pq
from dust_extinction.parameter_averages import F19
asked = json.load(sys.stdin)
l, T = np.loadtxt(asked['throughputs'] + '/total_i.dat').T
spectra, out = {}, {}
for star in pq.read_table(asked['folder'] + '/pointsource_9683.parquet').to_pylist():
    path = asked['library'] + '/' + star['sed_filepath']
    if not os.path.exists(path): continue
    if path not in spectra:
        with gzip.open(path, 'rt') as file: w, f = np.loadtxt(file).T
        order = np.argsort(w, kind='stable'); w, n = w[order], (w * f)[order]
        fine = np.linspace(499, 501, 4001)
        spectra[path] = w, n / np.average(np.interp(fine, w, n), weights=1 - np.abs(fine - 500))
    w, n = spectra[path]
    x = np.union1d(l, w[(w > l[0]) & (w < l[-1])]); t = np.interp(x, l, T)
    dimmed = 10 ** (-0.4 * star['MW_av'] * F19(Rv=star['MW_rv'])(np.clip(1000 / x, 0.46, 8.6) / u.um))
    # photons against those of a flat spectrum, which has 500 / x of those at 500 nm
    light = np.trapezoid(np.interp(x, w, n) * t * dimmed, x) / np.trapezoid(500 / x * t, x)
    out[str(star['id'])] = float(star['magnorm'] - 2.5 * np.log10(light))
json.dump(out, sys.stdout)
`;

describe.skipIf(folder === undefined)('the stars of a real cell', () => {
  it.skipIf(!hasPython || library === undefined || throughputs === undefined)(
    'have by their SED files the magnitudes of numpy, and say which are by family',
    async () => {
      const judged = askPython<Record<string, number>>(STARS, { folder, library, throughputs });
      const options = { band: 'i', time, objectTypes: ['star'], fluxes: 'spectra' } as const;
      const { sources, notes, sedUses } = await readSkyCatalog(await openCatalogFolder(folder!), {
        ...options,
        sedLibrary: new SedLibrary(await openSedFolder(library!)),
      });
      expect(Object.keys(judged).length).toBe(256);
      let worst = 0;
      for (let row = 0; row < sources.length; row++) {
        const magnitude = judged[sources.objectId[row]!];
        expect(sources.sedApproximated[row]).toBe(magnitude === undefined ? 1 : 0);
        if (magnitude !== undefined) worst = Math.max(worst, Math.abs(sources.magnitude[row]! - magnitude));
      }
      expect(worst).toBeLessThan(0.001);
      expect(notes.join()).toMatch(/239 object\(s\) have their SED replaced .* 256 are by their spectrum/);
      expect([sedUses?.files.length, sedUses?.file.length]).toEqual([17, 256]);
    },
  );

  it('are all there, in their cell', async () => {
    const { sources, counts, files } = await readSkyCatalog(await openCatalogFolder(folder!), {
      band: 'i',
      time,
      objectTypes: ['star'],
    });
    expect(counts).toEqual([{ type: 'star', cells: 1, rows: 495, objects: 495 }]);
    expect(files.map(({ path }) => path)).toEqual([
      'pointsource_9683.parquet',
      'pointsource_flux_9683.parquet',
    ]);
    for (let row = 0; row < sources.length; row++)
      expect(ringOfNest(angToPixNest(sources.raDeg[row]!, sources.decDeg[row]!, 5), 5)).toBe(9683);
    // pyarrow: id 31411936066 has lsst_flux_i 1.9339238860993646e-05; AB 0 is 564,620 photons per second and cm2.
    const row = sources.objectId.indexOf('31411936066');
    expect(sources.magnitude[row]).toBeCloseTo(-2.5 * Math.log10(1.9339238860993646e-5 / 564_620), 5);
  });
});
