/**
 * Scalar twins, in double precision, of assembly/radial.ts and assembly/surface.ts. Used by tests.
 */
import { RADIAL_MIN_EXPONENT } from '../profiles/index.js';
import { readTable } from '../float-bins.js';

/** Unit-flux point source at pixel0 (x, y) from a radial table, out to a radius [px], as rows of nx. */
export function radialImage(
  radial: Float32Array,
  x: number,
  y: number,
  radius: number,
  nx: number,
  ny: number,
): Float64Array {
  return Float64Array.from({ length: nx * ny }, (_, i) => {
    const dx = (i % nx) - x;
    const dy = Math.floor(i / nx) - y;
    const r2 = dx * dx + dy * dy;
    return r2 <= radius * radius ? readTable(radial, RADIAL_MIN_EXPONENT, r2) : 0;
  });
}

/** Bilinear surface through (gy + 1) x (gx + 1) control points at the pixel centres of a chip, as rows of nx. */
export function bilinearImage(
  grid: Float32Array,
  gx: number,
  gy: number,
  nx: number,
  ny: number,
): Float64Array {
  return Float64Array.from({ length: nx * ny }, (_, p) => {
    const u = (((p % nx) + 0.5) * gx) / nx;
    const v = ((Math.floor(p / nx) + 0.5) * gy) / ny;
    const i = Math.min(Math.floor(u), gx - 1);
    const j = Math.min(Math.floor(v), gy - 1);
    const at = (dj: number, di: number): number => grid[(j + dj) * (gx + 1) + i + di] ?? 0;
    const lower = at(0, 0) + (u - i) * (at(0, 1) - at(0, 0));
    const upper = at(1, 0) + (u - i) * (at(1, 1) - at(1, 0));
    return lower + (v - j) * (upper - lower);
  });
}
