/**
 * How much of an object's light misses the chip, from the tails of its profile and of the PSF: the two together are taken as
 * that of each alone, as in the box rule. For telling objects that an edge cuts from whole ones, whatever draws them.
 */
import type { KernelCore } from './kernel-core.js';
import type { Psf } from './psf.js';
import { placeOnGrid } from './sersic-grid.js';
import { lightOutsideRectangle, type Matrix, mostLightOutside } from './table-tails.js';

/** A Sersic profile: its index, and the matrix from half-light radii to pixels. */
export interface SersicShape {
  readonly sersicIndex: number;
  readonly matrix: Matrix;
}

const ROUND: Matrix = [1, 0, 0, 1];
/** Where no more than this can be off the chip, nobody looks closer. */
const NEGLIGIBLE = 1e-3;

/**
 * Fraction of the light of a point, or of a galaxy where one is given, that falls off a chip of nx x ny pixels: within some 30 %
 * of itself up to a tenth, too high above, 1 for a centre off the chip.
 */
export function lightOffChip(
  core: KernelCore,
  psf: Psf,
  galaxy: SersicShape | undefined,
  x: number,
  y: number,
  { nx, ny }: { readonly nx: number; readonly ny: number },
): number {
  const edges = { left: x + 0.5, right: nx - 0.5 - x, below: y + 0.5, above: ny - 0.5 - y };
  const nearest = Math.min(edges.left, edges.right, edges.below, edges.above);
  if (!(nearest > 0)) return 1;
  const psfRadius = core.prepared(psf).radius;
  const profiles: [Float32Array, Matrix][] = [[psfRadius, ROUND]];
  if (galaxy) {
    const { lower, upperShare } = placeOnGrid(galaxy.sersicIndex);
    profiles.push([core.tables.radius(upperShare > 0.5 ? lower + 1 : lower), galaxy.matrix]);
  }
  const together = (fractionOf: (table: Float32Array, matrix: Matrix) => number): number =>
    profiles.reduce((sum, [table, matrix]) => {
      const fraction = fractionOf(table, matrix);
      return sum + fraction - sum * fraction;
    }, 0);
  const most = together((table, matrix) => mostLightOutside(table, matrix, nearest));
  return most < NEGLIGIBLE ? most : together((table, matrix) => lightOutsideRectangle(table, matrix, edges));
}
