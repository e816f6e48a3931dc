import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { ProfileParameterError } from './profile-error.js';
import { sersicB, sersicMoment, sersicOuterRadius, sersicRadius, sersicTransform } from './sersic-profile.js';

const GALSIM_TRANSFORM = `
import sys, json, galsim
p = galsim.GSParams(kvalue_accuracy=1e-6, folding_threshold=1e-3, maxk_threshold=1e-4)
print(json.dumps([galsim.Sersic(n, half_light_radius=1, gsparams=p).kValue(k, 0).real for n, k in json.load(sys.stdin)]))
`;

const B_AND_RADII = `
import sys, json
from mpmath import *
mp.prec = 100
out = []
for n, u in json.load(sys.stdin):
  a = 2 * mpf(n)
  root = lambda p: findroot(lambda x: gammainc(a, 0, x, regularized=True) - p, (mpf(10) ** -4, mpf(40)), solver='anderson', tol=1e-24, maxsteps=300)
  b = root(mpf(0.5))
  out.append([float(b), float((root(mpf(u)) / b) ** mpf(n))])
print(json.dumps(out))
`;

describe('Sersic profile', () => {
  it('has its closed-form transforms at n = 0.5 and n = 1', () => {
    const bHalf = sersicB(0.5);
    const b = sersicB(1);
    for (let k = 1e-5; k < 1e3; k *= 1.3) {
      expect(Math.abs(sersicTransform(0.5, k) - Math.exp((-k * k) / (4 * bHalf)))).toBeLessThan(2e-12);
      expect(Math.abs(sersicTransform(1, k) - (1 + (k / b) ** 2) ** -1.5)).toBeLessThan(2e-12);
    }
    expect(bHalf).toBeCloseTo(Math.LN2, 14);
    expect(sersicTransform(4, 0)).toBe(1);
  });

  it.skipIf(!hasPython)('agrees with GalSim in its transform to 2e-5 (its table accuracy)', () => {
    const points = [0.5, 1, 1.5, 2.5, 4, 6].flatMap((n) =>
      [0.01, 0.1, 0.5, 1, 3, 10].map((k) => [n, k] as const),
    );
    const truth = askPython<number[]>(GALSIM_TRANSFORM, points);
    points.forEach(([n, k], i) => {
      expect(Math.abs(sersicTransform(n, k) - truth[i]!), `n ${n}, k ${k}`).toBeLessThan(2e-5);
    });
  });

  it.skipIf(!hasPython)('has b and radii as 30-digit arithmetic solves them', () => {
    const points = [0.3, 0.5, 1, 2.5, 4, 6.2].flatMap((n) => [0.1, 0.3, 0.7].map((u) => [n, u] as const));
    const truth = askPython<[number, number][]>(B_AND_RADII, points);
    points.forEach(([n, u], i) => {
      expect(Math.abs(sersicB(n) / truth[i]![0] - 1)).toBeLessThan(1e-13);
      // r = (x / b)^n multiplies relative errors of 1e-14 by n
      expect(Math.abs(sersicRadius(n, u) / truth[i]![1] - 1), `n ${n}, u ${u}`).toBeLessThan(1e-12);
    });
    expect(sersicRadius(4, 0.5)).toBeCloseTo(1, 12);
    expect(sersicOuterRadius(4, 0.25)).toBeCloseTo(sersicRadius(4, 0.75), 12);
  });

  it('starts its transform with its second moment', () => {
    for (const n of [0.5, 1, 4]) {
      const k = 1e-3;
      const curvature = (1 - sersicTransform(n, k)) / (k * k);
      // The next term is <r^4> k^2 / 16 <r^2> of this one: below 2e-3 for n = 4 (<r^4> = 16,000).
      expect(Math.abs(curvature / (sersicMoment(n, 2) / 4) - 1)).toBeLessThan(2e-3);
    }
    expect(sersicMoment(0.5, 2)).toBeCloseTo(1 / Math.LN2, 13);
    expect(sersicMoment(1, 2)).toBeCloseTo(6 / sersicB(1) ** 2, 13);
  });

  it('refuses an index it has no profile for', () => {
    for (const n of [0, -1, 11, NaN]) expect(() => sersicB(n)).toThrow(ProfileParameterError);
    expect(() => sersicTransform(0.1, 1)).toThrow('sersic: n is 0.1, but must be between 0.2 and 10.');
  });
});
