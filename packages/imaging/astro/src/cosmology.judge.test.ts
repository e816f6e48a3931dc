import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { distancesIn } from './cosmology.js';

// mpmath integrates 1 / E(z) with thirty digits; astropy has the constants.
const JUDGE = `
import json, sys
from mpmath import mp, mpf, quad, sqrt
from astropy.constants import c, G, M_sun
import astropy.units as u
mp.dps = 30
out = []
for h, om, near, far in json.load(sys.stdin):
    h, om, near, far = mpf(h), mpf(om), mpf(near), mpf(far)
    E = lambda z: sqrt(om * (1 + z) ** 3 + 1 - om)
    unit = mpf(c.to(u.km / u.s).value) / h
    comoving = lambda z: unit * quad(lambda t: 1 / E(t), [0, z / 4, z])
    gm = mpf((G * M_sun).to(u.Mpc * u.km ** 2 / u.s ** 2).value)
    rho = 3 * (h * E(near)) ** 2 / (8 * mp.pi * gm)
    out.append([float(comoving(far)), float(comoving(far) / (1 + far)),
                float((comoving(far) - comoving(near)) / (1 + far)), float(rho)])
print(json.dumps(out))
`;

describe.skipIf(!hasPython)('distances in flat universes', () => {
  it('are those of the integral', { timeout: 120_000 }, () => {
    const cases = [
      [70, 0.3, 0.3, 1],
      [70, 0.3, 0.001, 0.002],
      [67.4, 0.315, 0.5, 19.5],
      [100, 1, 0.2, 3],
      [50, 0.05, 1.7, 1.8],
    ] as const;
    const judged = askPython<number[][]>(JUDGE, cases);
    for (const [index, [h, om, near, far]] of cases.entries()) {
      const ours = distancesIn({ hubbleKmPerSPerMpc: h, omegaMatter: om });
      const values = [
        ours.comovingMpc(far),
        ours.angularMpc(far),
        ours.angularBetweenMpc(near, far),
        ours.criticalDensity(near),
      ];
      // 1e-9, and what is lost of it where two distances nearly agree; GM of the Sun is known to 1e-10, G times M less well in astropy: see below
      values.forEach((value, i) => expect(Math.abs(value / judged[index]![i]! - 1)).toBeLessThan(3e-8));
    }
  });

  it('leave nothing between an object and one in front of it', () => {
    expect(distancesIn({ hubbleKmPerSPerMpc: 70, omegaMatter: 0.3 }).angularBetweenMpc(0.5, 0.4)).toBe(0);
  });
});
