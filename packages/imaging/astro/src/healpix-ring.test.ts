import { describe, expect, it } from 'vitest';
import { HealpixRangeError, pixelAreaDeg2, separationDeg } from './index.js';
import { nestOfRing, pixToAngRing } from './healpix-ring.js';

describe('cells of the ring scheme', () => {
  it.each([0, 1, 2, 4])('of order %d are each one nested cell', (order) => {
    const cells = 12 * 4 ** order;
    const nested = new Set(Array.from({ length: cells }, (_, pixel) => nestOfRing(pixel, order)));
    expect(nested.size).toBe(cells);
    expect(Math.max(...nested)).toBe(cells - 1);
  });

  it('run from pole to pole, along each ring from West to East', () => {
    let before = { raDeg: 0, decDeg: 91 };
    for (let pixel = 0; pixel < 12 * 64; pixel++) {
      const here = pixToAngRing(pixel, 3);
      const sameRing = Math.abs(here.decDeg - before.decDeg) < 1e-9;
      expect(sameRing ? here.raDeg > before.raDeg : here.decDeg < before.decDeg).toBe(true);
      before = here;
    }
  });

  // Gorski et al. 2005, eq. 2-9, by hand: nside 2, first cap cell z = 1 - 1/12, phi = pi/4; first equatorial cell z = 2/3, phi = 0 ...
  it('have the centres of the paper', () => {
    const deg = 180 / Math.PI;
    expect(pixToAngRing(0, 1).decDeg).toBeCloseTo(Math.asin(11 / 12) * deg, 12);
    expect(pixToAngRing(0, 1).raDeg).toBeCloseTo(45, 12);
    expect(pixToAngRing(4, 1)).toEqual({ raDeg: 22.5, decDeg: expect.closeTo(Math.asin(2 / 3) * deg, 12) });
    expect(pixToAngRing(12, 1)).toEqual({ raDeg: 0, decDeg: expect.closeTo(Math.asin(1 / 3) * deg, 12) });
    expect(pixToAngRing(47, 1)).toEqual({
      raDeg: 315,
      decDeg: expect.closeTo(-Math.asin(11 / 12) * deg, 12),
    });
    const side = Math.sqrt(pixelAreaDeg2(9));
    expect(separationDeg(pixToAngRing(1_000_000, 9), pixToAngRing(1_000_001, 9))).toBeLessThan(1.5 * side);
  });

  it('refuse what is none', () => {
    expect(() => pixToAngRing(48, 1)).toThrow(HealpixRangeError);
    expect(() => pixToAngRing(-1, 1)).toThrow(HealpixRangeError);
    expect(() => pixToAngRing(0, 25)).toThrow(HealpixRangeError);
  });
});
