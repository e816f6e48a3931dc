import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BANDS, type Band } from '@imsim-od/astro';
import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { starMagnitude } from '../synthetic/star-population.js';
import { SED_FAMILY_ERROR_MAG, sedColourMag, sedTemplate } from './sed-colour.js';

const library = sharedPath('data/sed');
const throughputs = sharedPath('data/throughputs');

/** Synthetic photometry by the definition: photon counting, AB, template normalised at 500 nm (1 nm triangle), shifted. */
const JUDGE = `
import sys, json, gzip, numpy as np
asked = json.load(sys.stdin)
curves = {b: np.loadtxt(asked['throughputs'] + '/total_%s.dat' % b) for b in 'ugrizy'}
out = {}
for path in asked['files']:
    with gzip.open(asked['library'] + '/' + path, 'rt') as file:
        w, f = np.loadtxt(file).T
    order = np.argsort(w, kind='stable'); w, n = w[order], (w * f)[order]
    fine = np.linspace(499, 501, 2001)
    n = n / np.average(np.interp(fine, w, n), weights=1 - np.abs(fine - 500))
    rows = []
    for z in asked['redshifts'] if 'galaxy' in path else [0]:
        row = []
        for b in 'ugrizy':
            l, t = curves[b].T
            x = np.union1d(l, w[(w > l[0] / (1 + z)) & (w < l[-1] / (1 + z))] * (1 + z))
            photons = np.trapezoid(np.interp(x / (1 + z), w, n) * np.interp(x, l, t), x)
            row.append(-2.5 * np.log10(max(photons, 1e-30) / np.trapezoid(500 / l * t, l)))
        rows.append(row)
    out[path] = rows
print(json.dumps(out))
`;

/** AB magnitudes in r of spectra with magnorm 0, built the way imSim builds them. */
const GALSIM = `
import sys, json, gzip, numpy as np, galsim
asked = json.load(sys.stdin)
norm = galsim.Bandpass(galsim.LookupTable([499, 500, 501], [0, 1, 0], interpolant='linear'), wave_type='nm').withZeropoint('AB')
l, t = np.loadtxt(asked['throughputs'] + '/total_r.dat').T
band = galsim.Bandpass(galsim.LookupTable(l, t, interpolant='linear'), wave_type='nm').withZeropoint('AB')
with gzip.open(asked['library'] + '/' + asked['path'], 'rt') as file:
    w, f = np.loadtxt(file).T
galaxy = galsim.SED(galsim.LookupTable(w, f, interpolant='linear'), wave_type='nm', flux_type='flambda').withMagnitude(0, norm)
flat = galsim.SED(galsim.LookupTable(np.arange(100, 1500), np.ones(1400), interpolant='linear'), wave_type='nm', flux_type='fnu').withMagnitude(0, norm)
print(json.dumps({name: [float(sed.atRedshift(z).calculateMagnitude(band)) for z in (0, 0.5, 1.5)]
    for name, sed in (('flat', flat), ('galaxy', galaxy))}))
`;

const REDSHIFTS = [0, 0.15, 0.4, 0.75, 1.1, 1.5];

function filesBelow(folder: string): string[] {
  return readdirSync(join(library ?? '', folder)).map((name) => `${folder}/${name}`);
}

/** Mean and rms of ours minus the judge's by band, over files and redshifts. */
function residuals(
  truth: Record<string, number[][]>,
  paths: readonly string[],
): { mean: number[]; rms: number[] } {
  const mean: number[] = [];
  const rms: number[] = [];
  BANDS.forEach((band, b) => {
    const errors = paths.flatMap((path) => {
      const template = sedTemplate(path);
      return (truth[path] ?? []).map(
        (row, k) => sedColourMag(template, REDSHIFTS[k] ?? 0, band) - (row[b] ?? 0),
      );
    });
    mean.push(errors.reduce((sum, e) => sum + e, 0) / errors.length);
    rms.push(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length));
  });
  return { mean, rms };
}

function below(values: readonly number[], limits: readonly number[]): void {
  values.forEach((value, b) => expect(Math.abs(value), BANDS[b]).toBeLessThan(limits[b] ?? 0));
}

describe.skipIf(!hasPython || library === undefined || throughputs === undefined)(
  'colours against the spectra',
  () => {
    const groups = {
      kurucz: filesBelow('starSED/kurucz'),
      mlt: filesBelow('starSED/phoSimMLT'),
      whiteDwarf: filesBelow('starSED/wDs'),
      galaxy: filesBelow('galaxySED'),
    };
    const truth = askPython<Record<string, number[][]>>(JUDGE, {
      library,
      throughputs,
      files: Object.values(groups).flat(),
      redshifts: REDSHIFTS,
    });

    // SED_FAMILY_ERROR_MAG is what runs tell: nearly all of it from fits that leave the file out, so these lie below.
    it.each([
      ['kurucz', 0.005],
      ['mlt', 0.06],
      ['whiteDwarf', 0.01],
      ['galaxy', 0.05],
    ] as const)('of %s are as good as a run says', (family, most) => {
      const { mean, rms } = residuals(truth, groups[family]);
      const text = BANDS.map((band, b) => `${band} ${rms[b]!.toFixed(3)}`).join(', ');
      console.info(`${family}, ${groups[family].length} files by family, rms mag: ${text}`);
      below(
        rms,
        BANDS.map((band) => SED_FAMILY_ERROR_MAG[family]![band] * 1.1),
      );
      below(mean, Array(6).fill(most) as number[]);
    });

    it('of the synthetic sky’s stars lie along those of the Kurucz spectra', () => {
      // M dwarfs are left out: the spectra have g - r of 1.1 to 1.3 for all of them, real ones do not.
      const stars = groups.kurucz.map((path) => truth[path]![0]!);
      // What star-population.ts states: 0.1 mag, u 0.2.
      const limits = { u: 0.2, i: 0.1, z: 0.1, y: 0.1 };
      for (const [band, limit] of Object.entries(limits) as [Band, number][]) {
        const errors = stars
          .map((mags) => ({ mags, gMinusR: mags[1]! - mags[2]! }))
          .filter(({ gMinusR }) => gMinusR > 0.1 && gMinusR < 1.5)
          .map(
            ({ mags, gMinusR }) =>
              starMagnitude({ rMag: mags[2]!, gMinusR }, band) - mags[BANDS.indexOf(band)]!,
          );
        const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
        console.info(
          `synthetic stars against ${errors.length} spectra in ${band}: ${rms.toFixed(3)} mag rms`,
        );
        expect(rms, band).toBeLessThan(limit);
      }
    });
  },
);

describe.skipIf(!hasPython || library === undefined || throughputs === undefined)(
  'the rule of (1 + z)',
  () => {
    it('is GalSim’s atRedshift at fixed magnorm: exact for a flat spectrum, within the template error for a galaxy', () => {
      const path = 'galaxySED/Exp.40E09.02Z.spec.gz';
      const judged = askPython<{ flat: number[]; galaxy: number[] }>(GALSIM, { library, throughputs, path });
      [0, 0.5, 1.5].forEach((z, i) => {
        // GalSim integrates the sampled throughput to 1e-3.
        expect(sedColourMag(sedTemplate('sed_flat.txt'), z, 'r')).toBeCloseTo(judged.flat[i] ?? NaN, 3);
        // Exp templates: 0.03 to 0.06 mag rms in r.
        expect(Math.abs(sedColourMag(sedTemplate(path), z, 'r') - (judged.galaxy[i] ?? NaN))).toBeLessThan(
          0.12,
        );
      });
    });
  },
);

describe('SED names', () => {
  it('are told by family', () => {
    expect(sedTemplate('starSED/kurucz/km20_5750.fits_g40_5790.gz')).toEqual({
      family: 'kurucz',
      approximated: true,
      temperatureK: 5790,
      metallicity: -2,
      logGravity: 4,
    });
    expect(sedTemplate('kp05_7000.fits_g35')).toMatchObject({
      temperatureK: 7000,
      metallicity: 0.5,
      logGravity: 3.5,
    });
    expect(sedTemplate('starSED/phoSimMLT/lte035-4.5-1.0a+0.4.BT-Settl.spec.gz')).toMatchObject({
      family: 'mlt',
      temperatureK: 3500,
    });
    expect(sedTemplate('starSED/wDs/bergeron_He_9500_80.dat_9600.gz')).toMatchObject({
      family: 'whiteDwarf',
      temperatureK: 9600,
    });
    expect(sedTemplate('galaxySED/Const.80E09.02Z.spec.gz').family).toBe('galaxy');
    expect(sedTemplate('agnSED/agn.spec.gz').family).toBe('agn');
    expect(sedTemplate('../sky/sed_flat.txt')).toEqual({ family: 'flat', approximated: false });
    expect(sedTemplate('who/knows.spec')).toEqual({ family: 'unknown', approximated: true });
  });

  it('give finite colours at every temperature, age and redshift', () => {
    const names = [
      'km00_3000.fits_g00_100.gz',
      'kp10_50000.fits_g50_50000.gz',
      'lte000-x',
      'lte999-x',
      'bergeron_1_1.dat_1',
    ];
    names.push('galaxySED/Inst.10E03.0Z', 'galaxySED/Burst.99E99.99999Z', 'agn.spec.gz', '');
    for (const name of names) {
      for (const band of BANDS)
        for (const z of [0, 0.05, 2, 2.1, 5.99, 6, 20])
          expect(sedColourMag(sedTemplate(name), z, band)).toSatisfy(Number.isFinite);
    }
  });

  it('run without steps in temperature and redshift', () => {
    for (const band of BANDS) {
      let before = sedColourMag(sedTemplate('km10_6000.fits_g40_3600.gz'), 0, band);
      for (let t = 3620; t < 40000; t += 20) {
        const now = sedColourMag(sedTemplate(`km10_6000.fits_g40_${t}.gz`), 0, band);
        // The steepest change of a colour is 2.5 mag per 1000 K, at the cool end.
        expect(Math.abs(now - before)).toBeLessThan(0.06);
        before = now;
      }
    }
  });
});
