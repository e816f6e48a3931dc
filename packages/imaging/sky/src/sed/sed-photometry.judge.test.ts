import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BANDS, type Band, type Dust } from '@imsim-od/astro';
import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { openSedFolder } from '../node/index.js';
import { SedLibrary } from './sed-library.js';
import { SedPhotometry } from './sed-photometry.js';

const folder = sharedPath('data/sed');
const throughputs = sharedPath('data/throughputs');

interface Case {
  readonly path: string;
  readonly z: number;
  readonly internal?: Dust;
  readonly galactic?: Dust;
}

/**
 * Synthetic photometry by numpy with the published 0.1 nm curves, the files' own points, the dust curves of dust_extinction (CCM89, F19)
 * and Calzetti's equation, and astropy's units for the AB normalisation: magnorm 0 at rest, then redshift and dust.
 */
const JUDGE = `
import json, sys, gzip, warnings, numpy as np, astropy.units as u
from astropy.constants import c, h
from dust_extinction.parameter_averages import CCM89, F19
asked = json.load(sys.stdin)
curves = {b: np.loadtxt(asked['throughputs'] + '/total_%s.dat' % b).T for b in 'ugrizy'}
spectra = {}
def ratio(dust, nm):
    x, rv = 1000 / nm, dust['rv']
    if dust['law'] == 'C00':
        um = np.clip(nm, 91.2, 2200) / 1000
        k = np.where(um >= 0.63, 2.659 * (-1.857 + 1.040 / um),
            2.659 * (-2.156 + 1.509 / um - 0.198 / um**2 + 0.011 / um**3)) + rv
        return k / rv
    model = (CCM89 if dust['law'] == 'CCM89' else F19)(Rv=rv)
    return model(np.clip(x, *(0.3, 10) if dust['law'] == 'CCM89' else (0.46, 8.6)) / u.um)
def spectrum(path):
    if path not in spectra:
        with gzip.open(asked['folder'] + '/' + path, 'rt') as file:
            w, f = np.loadtxt(file).T
        order = np.argsort(w, kind='stable'); w, f = w[order], f[order]
        # photons per second, cm^2 and nm of a source whose AB magnitude under the triangle 499..501 nm is 0
        fine = np.linspace(499, 501, 4001); triangle = 1 - np.abs(fine - 500)
        photons = np.average(np.interp(fine, w, w * f), weights=triangle)
        ab = (3631 * u.Jy / (h * c) * c / (500 * u.nm)).to(1 / u.s / u.cm**2 / u.nm).value
        spectra[path] = w, w * f / photons * ab
    return spectra[path]
out = []
for case in asked['cases']:
    w, n = spectrum(case['path']); z = case['z']; row = []
    for b in 'ugrizy':
        l, t = curves[b]
        x = np.union1d(l, (w * (1 + z))[(w * (1 + z) > l[0]) & (w * (1 + z) < l[-1])])
        y = np.interp(x / (1 + z), w, n) * np.interp(x, l, t)
        if 'internal' in case: y = y * 10 ** (-0.4 * case['internal']['av'] * ratio(case['internal'], x / (1 + z)))
        if 'galactic' in case: y = y * 10 ** (-0.4 * case['galactic']['av'] * ratio(case['galactic'], x))
        flat = (3631 * u.Jy / h).to(1 / u.s / u.cm**2).value
        row.append(float(-2.5 * np.log10(np.trapezoid(y, x) / (flat * np.trapezoid(t / l, l)))))
    out.append(row)
print(json.dumps(out))
`;

const mw = (av: number, rv = 3.1): Dust => ({ law: 'F19', av, rv });
const ccm = (av: number, rv: number): Dust => ({ law: 'CCM89', av, rv });
const calzetti = (av: number): Dust => ({ law: 'C00', av, rv: 4.05 });

function cases(): Case[] {
  const galaxies = readdirSync(join(folder ?? '', 'galaxySED')).map((name) => `galaxySED/${name}`);
  const stars = [
    'starSED/kurucz/km20_5750.fits_g30_5950.gz',
    'starSED/kurucz/km50_4000.fits_g15_4020.gz',
    'starSED/phoSimMLT/lte027-3.0-0.0a+0.0.BT-Settl.spec.gz',
    'starSED/phoSimMLT/lte035-4.5-1.0a+0.4.BT-Settl.spec.gz',
    'starSED/wDs/bergeron_16500_75.dat_16800.gz',
  ];
  return [
    ...stars.flatMap((path): Case[] => [
      { path, z: 0 },
      { path, z: 0, galactic: mw(0.03) },
      { path, z: 0, galactic: ccm(1.5, 3.1) },
      { path, z: 0, galactic: mw(2.2, 2.6) },
    ]),
    ...galaxies.flatMap((path, i): Case[] => [
      { path, z: 0 },
      { path, z: 0.05 + 0.061 * i },
      { path, z: 0.31 + 0.05 * i, internal: ccm(0.1 + 0.05 * i, 2 + 0.08 * i), galactic: mw(0.02) },
      { path, z: 0.1 + 0.04 * i, internal: calzetti(0.2 + 0.1 * i), galactic: ccm(0.4, 3.1) },
    ]),
  ];
}

describe.skipIf(!hasPython || folder === undefined || throughputs === undefined)(
  'magnitudes by spectrum',
  async () => {
    const asked = hasPython && folder !== undefined ? cases() : [];
    const truth = asked.length > 0 ? askPython<number[][]>(JUDGE, { folder, throughputs, cases: asked }) : [];

    it('are those of numpy, astropy and dust_extinction within 0.001 mag, with redshift and both dusts, in six bands', async () => {
      const library = new SedLibrary(await openSedFolder(folder ?? ''));
      const worst: Partial<Record<Band, number>> = {};
      for (const [b, band] of BANDS.entries()) {
        const light = new SedPhotometry(band, library);
        for (const [i, { path, z, internal, galactic }] of asked.entries()) {
          const sed = await light.load(path);
          expect(sed.approximated).toBe(false);
          const judged = truth[i]![b]!;
          const difference = sed.colourMag(z, internal, galactic) - judged;
          if (judged <= 8) worst[band] = Math.max(worst[band] ?? 0, Math.abs(difference));
          // Ten magnitudes below 500 nm all light of u comes through its leaks, which are kept in bins of 10 nm.
          expect(Math.abs(difference), `${band} ${JSON.stringify(asked[i])}`).toBeLessThan(
            judged > 8 ? 0.005 : 0.001,
          );
        }
      }
      console.info(
        `magnitudes by spectrum against numpy, largest difference by band: ${JSON.stringify(worst)}`,
      );
    });
  },
);
