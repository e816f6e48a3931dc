import { describe, expect, it } from 'vitest';
import { ARCSEC_PER_RAD, degToRad, radToDeg, wrapDeg180, wrapDeg360 } from './angle.js';
import { fromVector, positionAngleDeg, separationDeg, toUnitVector } from './sky-position.js';

describe('angles', () => {
  it('wrap into their half-open ranges', () => {
    expect([0, 360, -1e-20, 725, -90].map(wrapDeg360)).toEqual([0, 0, 0, 5, 270]);
    expect([0, 180, -180, 190, 540, -181].map(wrapDeg180)).toEqual([0, -180, -180, -170, -180, 179]);
    for (let angle = -2000; angle < 2000; angle += 0.37) {
      expect(wrapDeg360(angle) >= 0 && wrapDeg360(angle) < 360).toBe(true);
      expect(wrapDeg180(angle) >= -180 && wrapDeg180(angle) < 180).toBe(true);
    }
  });

  it('convert', () => {
    expect(degToRad(180)).toBe(Math.PI);
    expect(radToDeg(Math.PI / 2)).toBe(90);
    expect(ARCSEC_PER_RAD).toBeCloseTo(206264.80624709636, 8);
  });
});

describe('directions', () => {
  it('come back from vectors of any length, and the pole has RA 0', () => {
    for (const [raDeg, decDeg] of [
      [0, 0],
      [359.999, -89.9],
      [123.456, 33],
      [270, 89.999999],
    ] as const) {
      const [x, y, z] = toUnitVector({ raDeg, decDeg });
      const back = fromVector([7 * x, 7 * y, 7 * z]);
      // 1e-9 arcsec: double rounding; RA near the pole is worse by 1 / cos(dec).
      expect(separationDeg(back, { raDeg, decDeg }) * 3600).toBeLessThan(1e-9);
    }
    expect(fromVector([0, 0, -2])).toEqual({ raDeg: 0, decDeg: -90 });
  });

  it('have separations that hold for tiny and for opposite ones', () => {
    const a = { raDeg: 10, decDeg: 60 };
    expect(separationDeg(a, { raDeg: 10, decDeg: 60 + 1e-9 }) / 1e-9).toBeCloseTo(1, 4);
    expect(separationDeg(a, { raDeg: 190, decDeg: -60 })).toBeCloseTo(180, 10);
    expect(separationDeg({ raDeg: 350, decDeg: 0 }, { raDeg: 10, decDeg: 0 })).toBeCloseTo(20, 12);
  });

  it('have position angles from North through East', () => {
    const from = { raDeg: 359.99, decDeg: 20 };
    expect(positionAngleDeg(from, { raDeg: 359.99, decDeg: 21 })).toBe(0);
    expect(positionAngleDeg(from, { raDeg: 359.99, decDeg: 19 })).toBe(180);
    expect(positionAngleDeg(from, { raDeg: 0.0, decDeg: 20 })).toBeCloseTo(90, 1);
    expect(positionAngleDeg(from, { raDeg: 359.98, decDeg: 20 })).toBeCloseTo(270, 1);
    expect(positionAngleDeg(from, { raDeg: 77, decDeg: 90 })).toBeCloseTo(0, 12);
  });
});
