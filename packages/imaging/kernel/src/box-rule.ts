/**
 * Which FFT stamp an object needs: the smallest power of two outside of which the wanted fraction of light or less lies
 * (it folds back into the stamp). The light outside of galaxy * PSF is taken as that of each alone, together: right where
 * the wings are heavy, which is where it matters; an estimate good to some 30 %.
 */
import { MIN_STAMP_SIZE } from './memory-map.js';
import type { PreparedPsf } from './psf.js';
import { lightOutsideSquare, type Matrix } from './table-tails.js';

/** A stamp's side in pixels, and the fraction of the light outside it. */
export interface BoxSize {
  readonly size: number;
  readonly outside: number;
}

/** The least box of 32 .. maxSize pixels that leaves at most maxOutside, or maxSize. `galaxy` null is a point. */
export function leastBox(
  psf: PreparedPsf,
  galaxy: { radiusTable: Float32Array; matrix: Matrix } | null,
  maxOutside: number,
  maxSize: number,
): BoxSize {
  for (let size = MIN_STAMP_SIZE; ; size *= 2) {
    const p = psf.outside[31 - Math.clz32(size)] ?? 0;
    if (p > maxOutside && size < maxSize) continue;
    const g = galaxy === null ? 0 : lightOutsideSquare(galaxy.radiusTable, galaxy.matrix, size / 2);
    const outside = p + g - p * g;
    if (outside <= maxOutside || size >= maxSize) return { size, outside };
  }
}

/** The quotient below rounds otherwise than the sum in leastBox(). */
const ROUNDING = 1 - 1e-9;

/**
 * The most light of a PSF outside a box of `size` px with which leastBox() of a galaxy takes no larger box; below 0 where it does
 * with every PSF. It belongs to the galaxy: with another PSF one comparison is enough.
 */
export function mostPsfOutside(
  galaxy: { readonly radiusTable: Float32Array; readonly matrix: Matrix },
  maxOutside: number,
  size: number,
): number {
  const g = lightOutsideSquare(galaxy.radiusTable, galaxy.matrix, size / 2);
  return (ROUNDING * (maxOutside - g)) / (1 - g);
}
