import { describe, expect, it } from 'vitest';
import { HealpixRangeError, pixToAngNest } from './healpix.js';
import { orderOfNside, ringOfNest } from './healpix-ring.js';

describe('ring numbers', () => {
  it.each([0, 1, 2, 3, 5])(
    'count the cells of order %d from North to South and eastwards, by definition',
    (order) => {
      const cells = Array.from({ length: 12 * 4 ** order }, (_, pixel) => ({
        pixel,
        // Centres of one ring agree to rounding; rings lie 1e-3 deg apart at least.
        dec: Math.round(pixToAngNest(pixel, order).decDeg * 1e6),
        ra: pixToAngNest(pixel, order).raDeg,
      }));
      cells.sort((a, b) => b.dec - a.dec || a.ra - b.ra);
      expect(cells.map(({ pixel }) => ringOfNest(pixel, order))).toEqual(cells.map((_, index) => index));
    },
  );

  it('come only with sides that are powers of two', () => {
    expect(orderOfNside(32)).toBe(5);
    expect(() => orderOfNside(48)).toThrow(HealpixRangeError);
    expect(() => ringOfNest(12, 0)).toThrow(HealpixRangeError);
  });
});
