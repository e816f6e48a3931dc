import { describe, expect, it } from 'vitest';
import { extendedMethod, maxFoldedFraction, minSurfaceBrightness, pointMethod } from './drawing-method.js';

describe('the method table', () => {
  it.each([
    [500, 'photons'],
    [1999, 'photons'],
    [2000, 'radial'],
    [1e9, 'radial'],
  ])('a point of %d electrons: %s', (electrons, method) => {
    expect(pointMethod(electrons)).toBe(method);
  });

  it.each([
    [1000, 64, 0.001, 'photons', 'faint'],
    [3000, 64, 0.001, 'fft', 'a small box is cheaper than its photons'],
    [3000, 256, 0.001, 'photons', 'a large box is dearer than its photons'],
    [1e5, 128, 0.004, 'fft', 'folds 400 electrons, under 0.5 %'],
    [1e5, 128, 0.02, 'photons', 'folds too much'],
    [1e8, 2048, 0.02, 'fft', 'too many photons whatever folds'],
  ])(
    'a galaxy of %d electrons with a box of %d px, %d outside: %s (%s)',
    (electrons, size, outside, method) => {
      const allowed = maxFoldedFraction(electrons);
      expect(extendedMethod(electrons, { size, outside })).toBe(method);
      expect(allowed).toBeLessThanOrEqual(0.005);
    },
  );

  it('ends the stamp of a faint point where 0.05 % of a Kolmogorov profile is left', () => {
    // outside r the fraction of Kolmogorov light is (3/5) 2 pi r^2 I(r) for I falling as r^(-11/3)
    const r = 71;
    const outside = (6 / 5) * Math.PI * r * r * (minSurfaceBrightness(2500) / 2500);
    expect(outside).toBeLessThan(6e-4);
  });
});
