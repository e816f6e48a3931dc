import { describe, expect, it } from 'vitest';
import { leastBox } from './box-rule.js';
import { KernelInputError } from './errors.js';
import { createKernel } from './kernel.js';
import { loadKernelAssets } from './node/assets.js';
import { preparePsf } from './psf.js';
import { placeOnGrid } from './sersic-grid.js';
import { lightOutsideRadius, lightOutsideRectangle, lightOutsideSquare } from './table-tails.js';
import { readProfileTables } from './profiles/index.js';

const assets = await loadKernelAssets();
const tables = readProfileTables(assets.tables);
const kernel = await createKernel(assets);
const psf = preparePsf({ kind: 'kolmogorov', fwhmPx: 3.5 }, 1, tables);
const exponential = tables.radius(14);

describe('light outside', () => {
  it('a radius is (1 + x) exp(-x) for the exponential disc', () => {
    const b = 1.6783469900166605;
    for (const r of [1.1, 2, 3, 5, 8]) {
      const exact = (1 + b * r) * Math.exp(-b * r);
      // the radius table's own error, 1e-4 of r, counts b r-fold here
      expect(Math.abs(lightOutsideRadius(exponential, r) / exact - 1)).toBeLessThan(2e-3);
    }
    expect(lightOutsideRadius(exponential, 0.5)).toBe(1);
    expect(lightOutsideRadius(exponential, 100)).toBe(0);
  });

  it('a square lies between that outside its two circles, and follows the matrix', () => {
    const square = lightOutsideSquare(exponential, [3, 0, 0, 3], 15);
    expect(square).toBeLessThan(lightOutsideRadius(exponential, 5));
    expect(square).toBeGreaterThan(lightOutsideRadius(exponential, 5 * Math.SQRT2));
    expect(lightOutsideSquare(exponential, [6, 0, 0, 1], 15)).toBeGreaterThan(square);
  });

  it('a rectangle is, for one near edge, the tail of the projected profile', () => {
    const b = 1.6783469900166605;
    for (const d of [2, 3, 5, 8]) {
      // The light of the disc beyond the line x = d is the integral over angle of (1 + b r) exp(-b r) at r = d / cos(angle).
      let exact = 0;
      for (let i = 0; i < 1000; i++) {
        const r = d / Math.cos(((i + 0.5) / 1000 - 0.5) * Math.PI);
        exact += ((1 + b * r) * Math.exp(-b * r)) / 2000;
      }
      const found = lightOutsideRectangle(exponential, [4, 0, 0, 4], {
        left: 4 * d,
        right: 4000,
        below: 4000,
        above: 4000,
      });
      // 48 directions of an integrand of angular width 1 / sqrt(b d) and more: better than 1 %.
      expect(Math.abs(found / exact - 1)).toBeLessThan(0.01);
    }
  });

  it('a star’s box of 128 px is what photons miss', () => {
    const frame = kernel.openFrame(128, 128);
    const star = kernel.preparePsf({ kind: 'kolmogorov', fwhmPx: 3.5 });
    const photons = 50_000_000;
    const missed = 1 - frame.shootPoint(star, 63.5, 63.5, photons, [1, 2, 3, 4]) / photons;
    // five standard errors of some 28,000 photons, and 1e-3 of the table
    expect(Math.abs(missed / (psf.outside[7] ?? NaN) - 1)).toBeLessThan(0.03);
  });
});

describe('the box rule', () => {
  it('takes the least power of two that holds the wanted light', () => {
    for (const maxOutside of [1e-2, 5e-3, 5e-4, 1e-4]) {
      const galaxy = { radiusTable: exponential, matrix: [6, 0, 0, 3] as const };
      const { size, outside } = leastBox(psf, galaxy, maxOutside, 2048);
      expect(outside).toBeLessThanOrEqual(maxOutside);
      expect(leastBox(psf, galaxy, maxOutside, size).size).toBe(size);
      if (size > 32) expect(leastBox(psf, galaxy, 0, size / 2).outside).toBeGreaterThan(maxOutside);
    }
  });

  it.each([
    [0.6, 1, 4],
    [4, 1, 4],
    [4, 4, 4],
    [2.5, 8, 2],
  ])('estimates what photons of Sersic %f, %f x %f px miss to a third', (index, a, d) => {
    const star = kernel.preparePsf({ kind: 'kolmogorov', fwhmPx: 3.5 });
    const photons = 4_000_000;
    const frame = kernel.openFrame(64, 64);
    const { outside, size } = frame.sersicBoxSize(star, index, a, 0, 0, d, 1e-9, 64);
    expect(size).toBe(64);
    const missed =
      1 - frame.shootSersic(star, index, 31.5, 31.5, a, 0, 0, d, photons, [1, 2, 3, 4]) / photons;
    expect(Math.abs(outside / missed - 1)).toBeLessThan(0.33);
  });
});

describe('the grid of indices', () => {
  it('finds grid points, and the share of the upper neighbour between them', () => {
    expect(placeOnGrid(1)).toEqual({ lower: 14, upperShare: 0 });
    expect(placeOnGrid(0.3)).toEqual({ lower: 0, upperShare: 0 });
    expect(placeOnGrid(6.2)).toEqual({ lower: 118, upperShare: 0 });
    expect(placeOnGrid(4.03).lower).toBe(74);
    expect(placeOnGrid(4.03).upperShare).toBeCloseTo(0.6, 6);
    expect(() => placeOnGrid(NaN)).toThrow(KernelInputError);
  });
});
