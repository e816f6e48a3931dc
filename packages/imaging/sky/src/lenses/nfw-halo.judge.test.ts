import { distancesIn } from '@imsim-od/astro';
import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { NfwHalo } from './nfw-halo.js';
import { nfwConvergence, nfwMeanConvergence } from './nfw-profile.js';

/** GalSim counts masses in solar masses / h, and distances with h = 1: shears do not depend on h then. */
const GALSIM = `
import json, sys, galsim
out = []
for case in json.load(sys.stdin):
    halo = galsim.NFWHalo(mass=case['mass'] * case['h'], conc=case['c'], redshift=case['z'],
                          halo_pos=galsim.PositionD(0, 0), omega_m=case['om'], omega_lam=1 - case['om'])
    rows = []
    for r in case['radii']:
        g1, g2 = halo.getShear((r, 0), case['zs'], reduced=False)
        rows.append([halo.getConvergence((r, 0), case['zs']), -g1, g2, halo.getMagnification((r, 0), case['zs'])])
    out.append(rows)
print(json.dumps(out))
`;

/** The profile in the textbook's form, with fifty digits. */
const MPMATH = `
import json, sys
from mpmath import mp, mpf, sqrt, atanh, atan, log
mp.dps = 50
def pair(x):
    x = mpf(x)
    if x == 1:
        f, h = mpf(1) / 3, 1 + log(mpf(1) / 2)
    else:
        F = (2 / sqrt(1 - x * x) * atanh(sqrt((1 - x) / (1 + x)))) if x < 1 else (2 / sqrt(x * x - 1) * atan(sqrt((x - 1) / (1 + x))))
        f, h = (1 - F) / (x * x - 1), log(x / 2) + F
    return [float(f), float(2 * h / (x * x))]
print(json.dumps([pair(x) for x in json.load(sys.stdin)]))
`;

describe.skipIf(!hasPython)('a halo of Navarro, Frenk and White', () => {
  it('has the profile of the closed form to 1e-10, through x = 1', () => {
    const radii = [
      1e-6,
      1e-4,
      0.0019,
      0.0199,
      0.0201,
      0.03,
      0.3,
      0.9,
      0.99,
      1 - 1e-9,
      1,
      1 + 1e-9,
      1.01,
      1.1,
      3,
      40,
      1e4,
    ];
    const judged = askPython<[number, number][]>(MPMATH, radii);
    radii.forEach((x, i) => {
      expect(Math.abs(nfwConvergence(x) / judged[i]![0] - 1)).toBeLessThan(1e-10);
      expect(Math.abs(nfwMeanConvergence(x) / judged[i]![1] - 1)).toBeLessThan(2e-10);
    });
  });

  it('lenses as GalSim has it', { timeout: 120_000 }, () => {
    const cases = [
      { mass: 1e15, c: 4, z: 0.3, zs: 1.2, h: 0.7, om: 0.3, radii: [20, 60, 117.3, 300, 900] },
      { mass: 3e13, c: 7.5, z: 0.15, zs: 0.9, h: 0.674, om: 0.315, radii: [5, 30, 200] },
    ];
    const judged = askPython<number[][][]>(GALSIM, cases);
    cases.forEach(({ mass, c, z, zs, h, om, radii }, index) => {
      const distances = distancesIn({ hubbleKmPerSPerMpc: 100 * h, omegaMatter: om });
      const facts = { raDeg: 10, decDeg: 0, redshift: z, massM200c: mass, concentration: c };
      const halo = new NfwHalo(facts, distances);
      radii.forEach((radius, i) => {
        const [kappa, tangential, cross, mu] = judged[index]![i]!;
        const ours = halo.at(radius, halo.efficiency(zs));
        // 3e-3: GalSim has 2.7722e11 for 2.7754e11, 3000 for 2997.9 Mpc/h, and 0.3333 for a cube root of 1e15
        expect(Math.abs(ours.kappa / kappa! - 1)).toBeLessThan(3e-3);
        expect(Math.abs(ours.tangential / tangential! - 1)).toBeLessThan(3e-3);
        expect(Math.abs(cross!)).toBeLessThan(1e-12);
        const stretch = 1 - ours.kappa;
        // mu grows with its own square: at 20 arcsec, next to the critical curve, it tells nothing
        if (Math.abs(mu!) < 3) expect(1 / (stretch ** 2 - ours.tangential ** 2) / mu!).toBeCloseTo(1, 2);
      });
    });
  });
});

describe('the deflection of a halo', () => {
  const distances = distancesIn({ hubbleKmPerSPerMpc: 70, omegaMatter: 0.3 });
  const halo = new NfwHalo(
    { raDeg: 0, decDeg: 0, redshift: 0.3, massM200c: 1e15, concentration: 5 },
    distances,
  );
  const efficiency = halo.efficiency(2);

  it('solves the lens equation, for the outermost image', () => {
    for (const source of [0, 0.01, 1, 10, 100, 1000]) {
      const image = halo.imageRadiusArcsec(source, efficiency);
      expect(image - halo.deflectionArcsec(image, efficiency)).toBeCloseTo(source, 6);
      // no image lies farther out
      for (let r = image * 1.001 + 1e-6; r < 4000; r *= 1.1)
        expect(r - halo.deflectionArcsec(r, efficiency)).toBeGreaterThan(source);
      expect(image - source).toBeLessThanOrEqual(halo.largestDeflectionArcsec(efficiency));
    }
  });

  it('has the shear and the convergence as derivatives: kappa + gamma_t = alpha / theta, kappa - gamma_t = d alpha / d theta', () => {
    for (const radius of [30, 80, 250]) {
      const { kappa, tangential } = halo.at(radius, efficiency);
      const step = 0.01;
      const slope =
        (halo.deflectionArcsec(radius + step, efficiency) -
          halo.deflectionArcsec(radius - step, efficiency)) /
        (2 * step);
      expect(kappa + tangential).toBeCloseTo(halo.deflectionArcsec(radius, efficiency) / radius, 10);
      // 1e-6: the second difference over 0.01 arcsec
      expect(kappa - tangential).toBeCloseTo(slope, 6);
    }
  });

  it('is nothing for what does not lie behind', () => {
    for (const z of [0, 0.1, 0.3]) expect(halo.efficiency(z)).toBe(0);
  });
});
