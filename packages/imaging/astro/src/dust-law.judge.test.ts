import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { type DustLaw, dustMag, dustTerms } from './dust-law.js';

/** A / A_V of the package dust_extinction for CCM89 and F19, and Calzetti's equation 4 as it is printed. */
const JUDGE = `
import json, sys, numpy as np, astropy.units as u
from dust_extinction.parameter_averages import CCM89, F19
asked = json.load(sys.stdin)
def c00(um, rv):
    k = np.where(um >= 0.63, 2.659 * (-1.857 + 1.040 / um),
        2.659 * (-2.156 + 1.509 / um - 0.198 / um**2 + 0.011 / um**3)) + rv
    return k / rv
out = {}
for rv in asked['rv']:
    x = np.array(asked['CCM89']); out['CCM89 %s' % rv] = CCM89(Rv=rv)(1000 / x / u.um).tolist()
    x = np.array(asked['F19']); out['F19 %s' % rv] = F19(Rv=rv)(1000 / x / u.um).tolist()
    x = np.array(asked['C00']); out['C00 %s' % rv] = c00(x / 1000, rv).tolist()
print(json.dumps(out))
`;

function steps(low: number, high: number): number[] {
  return Array.from({ length: 120 }, (_, i) => low * (high / low) ** (i / 119));
}

describe.skipIf(!hasPython)('dust laws', () => {
  const rv = [2.1, 3.1, 4.05, 5.5];
  const wavelengths: Record<DustLaw, number[]> = {
    CCM89: steps(100.1, 3300),
    // Where the bands are: beyond 1200 nm the table is too sparse for two ways through it to agree.
    F19: steps(300, 1150),
    C00: steps(120, 2200),
  };
  const judged = hasPython ? askPython<Record<string, number[]>>(JUDGE, { rv, ...wavelengths }) : {};

  // CCM89 and C00 are closed forms. F19 goes through points given to 0.001, by a spline there and by cubics here.
  it.each([
    ['CCM89', 1e-9],
    ['C00', 1e-9],
    ['F19', 0.004],
  ] as const)('%s is what its own package or paper has', (law, tolerance) => {
    for (const r of rv) {
      const truth = judged[`${law} ${r}`]!;
      wavelengths[law].forEach((nm, i) => {
        const own = dustMag({ law, av: 1, rv: r }, nm);
        expect(Math.abs(own - truth[i]!), `${law} ${r} ${nm} nm`).toBeLessThan(
          tolerance * Math.max(1, truth[i]!),
        );
      });
    }
  });

  it('dim 1 mag at V, and keep their last value beyond their range', () => {
    for (const law of ['CCM89', 'F19'] as const)
      expect(dustMag({ law, av: 1, rv: 3.1 }, law === 'F19' ? 1000 / 1.818 : 1000 / 1.82)).toBeCloseTo(1, 9);
    // Calzetti's k(V) is 4.05 within the rounding of his coefficients.
    expect(dustMag({ law: 'C00', av: 1, rv: 4.05 }, 550)).toBeCloseTo(1, 2);
    expect(dustTerms('CCM89', 10)).toEqual(dustTerms('CCM89', 100));
    expect(dustTerms('C00', 10)).toEqual(dustTerms('C00', 91.2));
    expect(dustTerms('F19', 5000)).toEqual(dustTerms('F19', 1000 / 0.455));
  });
});
