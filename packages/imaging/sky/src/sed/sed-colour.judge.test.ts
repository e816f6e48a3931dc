import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BANDS, type Band } from '@imsim-od/astro';
import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { starMagnitude } from '../synthetic/star-population.js';
import { SED_FAMILY_ERROR_MAG, sedColourMag, sedError, sedTemplate } from './sed-colour.js';

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
        BANDS.map((band) => SED_FAMILY_ERROR_MAG[family][band] * 1.1),
      );
      below(mean, Array(6).fill(most) as number[]);
    });

    it('of unknown names are as far off as a run says: as the spectra are from flat', () => {
      const all = Object.values(groups).flat();
      const rms = BANDS.map((band, b) => {
        const errors = all.flatMap((path) =>
          (truth[path] ?? []).map(
            (row, k) => sedColourMag(sedTemplate('x'), REDSHIFTS[k] ?? 0, band) - row[b]!,
          ),
        );
        return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
      });
      console.info(`unknown names, rms mag: ${rms.map((value) => value.toFixed(2)).join(', ')}`);
      BANDS.forEach((band, b) => {
        // Given to two digits.
        expect(Math.abs(rms[b]! / SED_FAMILY_ERROR_MAG.unknown[band] - 1), band).toBeLessThan(0.06);
      });
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

/** Table 1 of Vanden Berk et al. 2001 (AJ 122, 549): relative f_lambda, means over 1 nm from 89 to 800 nm. */
const QUASAR_NM = `
1.872 2.18 2.917 3.676 3.765 4.397 3.948 4.175 4.845 5.175 4.857 4.531 5.096 6.722 7.363 5.976 5.58 5.54 5.254
4.767 4.505 4.744 5.083 5.04 4.687 4.673 4.698 5.01 5.872 6.215 8.057 11.847 19.071 14.997 13.079 11.05 8.686 7.797
6.759 6.331 6.496 6.852 6.363 6.08 6.313 6.085 5.894 5.97 6.097 6.564 7.182 6.942 6.1 5.71 5.5 5.368 5.314 5.345
5.379 5.49 5.58 5.693 6.019 6.801 8.059 9.676 8.333 6.628 5.922 5.594 5.458 5.4 5.382 5.368 5.446 5.266 5.136 5.092
4.855 4.629 4.556 4.557 4.6 4.581 4.543 4.597 4.508 4.378 4.334 4.338 4.26 4.208 4.208 4.171 4.176 4.287 4.449
4.478 4.504 4.813 5.25 5.55 5.253 4.584 4.18 3.948 3.827 3.699 3.602 3.598 3.583 3.545 3.491 3.456 3.437 3.439
3.474 3.522 3.519 3.472 3.41 3.356 3.281 3.214 3.176 3.141 3.093 3.073 3.064 3.021 2.971 2.947 2.964 2.955 2.912
2.902 2.916 2.934 2.963 2.994 3.033 3.057 3.072 3.132 3.089 3.028 2.986 2.963 2.938 2.94 2.941 2.952 3.001 3.051
2.996 2.96 2.919 2.939 2.935 2.916 2.908 2.886 2.864 2.843 2.823 2.802 2.767 2.736 2.708 2.68 2.66 2.642 2.647
2.632 2.588 2.516 2.468 2.475 2.49 2.474 2.486 2.507 2.552 2.586 2.629 2.671 2.709 2.738 2.859 3.15 3.612 3.627
3.143 2.815 2.699 2.602 2.53 2.456 2.403 2.351 2.299 2.261 2.241 2.275 2.296 2.295 2.283 2.266 2.243 2.207 2.147
2.081 2.018 1.98 1.972 1.973 1.968 1.967 1.965 1.961 1.945 1.96 1.993 2.029 2.031 1.999 1.99 2 2.015 2.035 2.041
2.017 1.988 1.97 1.949 1.929 1.922 1.918 1.903 1.894 1.865 1.843 1.812 1.788 1.787 1.805 1.766 1.747 1.746 1.739
1.738 1.757 1.77 1.824 1.74 1.709 1.697 1.694 1.689 1.678 1.671 1.653 1.618 1.584 1.553 1.536 1.525 1.526 1.538
1.537 1.526 1.518 1.506 1.504 1.491 1.475 1.466 1.458 1.449 1.435 1.43 1.416 1.422 1.54 1.502 1.405 1.415 1.399
1.362 1.349 1.304 1.287 1.295 1.29 1.27 1.285 1.319 1.39 1.368 1.294 1.281 1.249 1.234 1.206 1.162 1.201 1.218
1.226 1.194 1.178 1.158 1.143 1.135 1.135 1.117 1.117 1.115 1.133 1.154 1.169 1.203 1.204 1.179 1.152 1.112 1.09
1.068 1.076 1.071 1.076 1.052 1.032 1.038 1.042 1.068 1.078 1.064 1.064 1.059 1.083 1.098 1.103 1.164 1.225 1.301
1.339 1.291 1.285 1.172 1.111 1.096 1.072 1.074 1.05 1.027 1.03 1.033 1.04 1.074 1.069 1.083 1.105 1.122 1.12 1.093
1.113 1.114 1.118 1.117 1.107 1.09 1.065 1.07 1.085 1.085 1.06 1.038 1.031 1.033 1.045 1.001 0.973 0.978 0.976
0.968 0.971 0.956 0.952 0.966 0.974 1 1.034 1.081 1.15 1.237 1.363 1.534 1.669 1.447 1.316 1.222 1.162 1.118 1.094
1.077 1.064 1.208 1.18 0.982 0.986 1.102 1.778 1.293 1.008 0.972 0.93 0.917 0.91 0.88 0.866 0.874 0.87 0.876 0.88
0.896 0.899 0.93 0.939 0.919 0.913 0.933 0.933 0.914 0.912 0.921 0.937 0.927 0.917 0.924 0.95 0.95 0.939 0.96 0.928
0.908 0.893 0.897 0.9 0.875 0.863 0.85 0.837 0.852 0.861 0.844 0.843 0.826 0.831 0.816 0.817 0.821 0.829 0.825
0.835 0.845 0.845 0.841 0.825 0.821 0.82 0.803 0.807 0.81 0.806 0.818 0.798 0.811 0.8 0.817 0.815 0.809 0.811 0.82
0.842 0.823 0.816 0.83 0.821 0.82 0.805 0.82 0.843 0.839 0.846 0.857 0.868 0.879 0.891 0.947 0.909 0.85 0.864 0.857
0.849 0.842 0.833 0.827 0.831 0.833 0.82 0.829 0.807 0.796 0.795 0.813 0.817 0.821 0.822 0.838 0.861 0.821 0.809
0.814 0.808 0.802 0.807 0.809 0.79 0.793 0.798 0.788 0.792 0.787 0.782 0.798 0.803 0.785 0.792 0.802 0.804 0.828
0.875 0.817 0.812 0.828 0.825 0.844 0.859 0.867 0.845 0.843 0.844 0.85 0.862 0.879 0.893 0.903 0.926 0.964 0.991
1.015 1.101 1.232 1.403 1.654 2.092 2.682 3.547 2.575 2.569 1.779 1.44 1.276 1.142 1.055 1.003 0.959 0.936 0.918
0.892 0.873 0.851 0.953 0.938 0.957 0.804 0.789 0.8 0.792 0.798 0.785 0.782 0.775 0.783 0.784 0.768 0.773 0.763
0.773 0.772 0.774 0.776 0.772 0.776 0.768 0.77 0.766 0.781 0.784 0.783 0.791 0.779 0.785 0.786 0.783 0.814 0.814
0.813 0.808 0.788 0.768 0.765 0.745 0.747 0.774 0.759 0.739 0.738 0.745 0.728 0.726 0.741 0.737 0.732 0.76 0.754
0.747 0.745 0.748 0.743 0.74 0.776 0.779 0.784 0.769 0.769 0.75 0.755 0.758 0.741 0.762 0.775 0.747 0.749 0.76
0.754 0.776 0.766 0.75 0.755 0.753 0.757 0.732 0.761 0.752 0.755 0.758 0.758 0.754 0.747 0.748 0.739 0.732 0.736
0.745 0.751 0.723 0.703 0.735 0.75 0.715 0.723 0.722 0.721 0.743 0.727 0.724 0.712 0.726 0.748 0.73 0.706 0.73
0.747 0.715 0.724 0.709 0.733 0.72 0.751 0.739 0.721 0.706 0.712 0.699 0.705 0.71 0.706 0.726 0.707 0.706
`;
/** The same from 498.05 to 501.95 nm in steps of 0.1 nm: the line [O III] at 500.7 nm decides what 500 nm means. */
const QUASAR_AT_500 = `
0.969 0.97 0.975 0.976 0.98 0.983 0.988 0.986 1.007 1.021 1.031 1.035 1.051 1.069 1.087 1.096 1.115 1.152 1.173
1.209 1.259 1.325 1.377 1.496 1.64 1.832 2.08 2.249 2.315 2.204 1.945 1.661 1.432 1.299 1.195 1.13 1.099 1.076
1.051 1.044
`;

/** Colours of the composite as CatSim extends it: numpy, photon counting, AB, at 500 nm under the triangle of 499 to 501 nm. */
const QUASAR = `
import json, sys, numpy as np
asked = json.load(sys.stdin)
w = np.arange(89, 800) + 0.5
f = np.array(asked['coarse'])
at500 = np.average(asked['fine'], weights=np.clip(1 - np.abs(498.05 + 0.1 * np.arange(len(asked['fine'])) - 500), 0, None))
red = np.arange(9, 89, 0.5); blue = np.arange(801, 3000, 2.0)
F = np.concatenate([f[0] * (red / 89) ** -1.5, f, f[-5:].mean() * (blue / 800) ** -0.5])
W = np.concatenate([red, w, blue])
out = []
for z in asked['redshifts']:
    row = []
    for b in 'ugrizy':
        l, t = np.loadtxt(asked['throughputs'] + '/total_%s.dat' % b).T
        photons = np.interp(l / (1 + z), W, W * F) / (500 * at500) * t
        row.append(-2.5 * np.log10(np.trapezoid(photons, l) / np.trapezoid(500 / l * t, l)))
    out.append(row)
print(json.dumps(out))
`;

const numbersOf = (text: string): number[] => text.trim().split(/\s+/).map(Number);

describe.skipIf(!hasPython || throughputs === undefined)('the colours of AGN', () => {
  it('are those of the composite quasar within what a run says, to redshift 3', () => {
    const redshifts = Array.from({ length: 61 }, (_, k) => 0.05 * k);
    const truth = askPython<number[][]>(QUASAR, {
      throughputs,
      redshifts,
      coarse: numbersOf(QUASAR_NM),
      fine: numbersOf(QUASAR_AT_500),
    });
    const template = sedTemplate('agnSED/agn.spec.gz');
    BANDS.forEach((band, b) => {
      const errors = redshifts.map((z, k) => sedColourMag(template, z, band) - truth[k]![b]!);
      const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
      console.info(`AGN in ${band}: ${rms.toFixed(3)} mag rms`);
      expect(rms, band).toBeLessThan(SED_FAMILY_ERROR_MAG.agn[band] * 1.2);
    });
  });
});

/**
 * Band magnitude minus magnitude at 500 nm of young templates at redshifts 0, 0.75 and 1.5, u to y: numpy, from the models of Bruzual &
 * Charlot 2003 (Padova 1994, Chabrier, bc2003_lr_BaSeL) summed over the history of each name.
 */
const YOUNG: readonly (readonly [string, readonly (readonly number[])[]])[] = [
  [
    'Inst.10E07.02Z.spec.gz',
    [
      [0.086, -0.033, 0.023, 0.029, 0.009, -0.018],
      [-0.856, -0.65, -0.491, -0.682, -0.621, -0.59],
      [-1.416, -1.298, -1.117, -0.945, -0.805, -1.026],
    ],
  ],
  [
    'Inst.32E07.04Z.spec.gz',
    [
      [0.216, -0.032, 0.025, 0.023, -0.021, -0.076],
      [-0.397, -0.306, -0.321, -0.679, -0.618, -0.591],
      [-0.8, -0.791, -0.718, -0.667, -0.597, -0.963],
    ],
  ],
  [
    'Inst.25E08.02Z.spec.gz',
    [
      [0.713, 0.02, -0.074, -0.134, -0.181, -0.203],
      [1.057, 0.898, 0.288, -0.535, -0.608, -0.653],
      [0.919, 0.739, 0.644, 0.344, 0.106, -0.615],
    ],
  ],
  [
    'Burst.10E09.1Z.spec.gz',
    [
      [0.414, -0.01, -0.04, -0.078, -0.133, -0.203],
      [-0.137, -0.028, -0.115, -0.606, -0.62, -0.636],
      [-0.498, -0.524, -0.431, -0.413, -0.395, -0.79],
    ],
  ],
  [
    'Burst.12E09.02Z.spec.gz',
    [
      [0.882, 0.043, -0.167, -0.258, -0.308, -0.337],
      [1.743, 1.365, 0.479, -0.456, -0.606, -0.713],
      [1.946, 1.495, 1.236, 0.69, 0.297, -0.468],
    ],
  ],
  [
    'Burst.16E09.04Z.spec.gz',
    [
      [1.127, 0.067, -0.275, -0.43, -0.526, -0.592],
      [2.635, 1.913, 0.73, -0.346, -0.616, -0.78],
      [4.246, 2.602, 1.993, 1.072, 0.53, -0.237],
    ],
  ],
  [
    'Exp.25E08.02Z.spec.gz',
    [
      [0.268, -0.023, 0.039, 0.056, 0.045, 0.035],
      [-0.416, -0.263, -0.265, -0.661, -0.614, -0.585],
      [-0.952, -0.849, -0.697, -0.605, -0.541, -0.919],
    ],
  ],
  [
    'Exp.12E09.002Z.spec.gz',
    [
      [0.444, 0.002, -0.068, -0.085, -0.044, -0.005],
      [0.212, 0.237, -0.029, -0.6, -0.599, -0.642],
      [-0.284, -0.203, -0.132, -0.184, -0.253, -0.812],
    ],
  ],
  [
    'Const.20E08.25Z.spec.gz',
    [
      [0.043, -0.064, 0.122, 0.091, -0.103, -0.269],
      [-0.754, -0.606, -0.535, -0.75, -0.631, -0.552],
      [-1.053, -1.124, -1.035, -0.954, -0.856, -1.076],
    ],
  ],
];

describe('the colours of young galaxies', () => {
  it('are those of the models that the library was made of', () => {
    for (const [name, colours] of YOUNG)
      [0, 0.75, 1.5].forEach((z, row) =>
        BANDS.forEach((band, b) => {
          const difference = sedColourMag(sedTemplate(`galaxySED/${name}`), z, band) - colours[row]![b]!;
          // Eight components keep 0.03 mag rms; above 0.8 Gyr the library's own spectra differ from these models by up to 0.1.
          expect(Math.abs(difference), `${name} ${band} z = ${z}`).toBeLessThan(0.15);
        }),
      );
  });
});

describe('SED names', () => {
  it('tell whether spectra like them were there to measure by', () => {
    const measured = (name: string) => sedError(sedTemplate(name), 'i');
    expect(measured('km10_5750.fits_g45_5770.gz')).toEqual({ mag: 0.02, isMeasured: true });
    expect(measured('kp00_5750.fits_g45_5770.gz')).toEqual({ mag: 0.1, isMeasured: false });
    expect(measured('km20_9500.fits_g45_9600.gz').isMeasured).toBe(false);
    expect(measured('lte020-4.5-1.0a+0.4.BT-Settl.spec.gz').isMeasured).toBe(false);
    expect(measured('agn.spec.gz').isMeasured).toBe(true);
  });

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
