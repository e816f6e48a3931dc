/**
 * Which FFT stamp an object needs: the smallest power of two outside of which the wanted fraction of light or less lies
 * (it folds back into the stamp). The light outside of galaxy * PSF is taken as that of each alone, together: right where
 * the wings are heavy, which is where it matters; an estimate good to some 30 %.
 */
import { MIN_STAMP_SIZE } from './memory-map.js';
import type { PreparedPsf } from './psf.js';
import { lightOutsideSquare, type Matrix, mostLightOutside } from './table-tails.js';

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

/** What the tables may be uneven by at the edges of their bins. */
const EVENNESS = 0.99;

/**
 * A size that leastBox() does not exceed, found by one look at each table; undefined where that says nothing.
 * @param maxSize a power of two
 */
export function boxBound(
  psf: PreparedPsf,
  galaxy: { readonly radiusTable: Float32Array; readonly matrix: Matrix },
  maxOutside: number,
  maxSize: number,
): number | undefined {
  for (let size = MIN_STAMP_SIZE; size <= maxSize; size *= 2) {
    const p = psf.outside[31 - Math.clz32(size)] ?? 1;
    const g = mostLightOutside(galaxy.radiusTable, galaxy.matrix, size / 2);
    if (p + g - p * g <= EVENNESS * maxOutside) return size;
  }
  return undefined;
}
