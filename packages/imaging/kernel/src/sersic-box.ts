/** The stamp of a Sersic galaxy: how large it has to be. */
import { leastBox, type BoxSize } from './box-rule.js';
import { KernelInputError, requireRange } from './errors.js';
import type { KernelCore } from './kernel-core.js';
import { MAX_STAMP_SIZE, MIN_STAMP_SIZE } from './memory-map.js';
import type { Psf } from './psf.js';
import { placeOnGrid } from './sersic-grid.js';
import type { Matrix } from './table-tails.js';

/** The stamp that a Sersic galaxy takes under a box rule. @throws KernelInputError for a size that no stamp has */
export function sersicBoxSize(
  core: KernelCore,
  psf: Psf,
  sersicIndex: number,
  matrix: Matrix,
  maxOutside: number,
  maxSize: number,
): BoxSize {
  requireMatrix(matrix);
  requireRange('maxOutside', maxOutside, 0, 1);
  if (!(maxSize >= MIN_STAMP_SIZE && maxSize <= MAX_STAMP_SIZE && (maxSize & (maxSize - 1)) === 0)) {
    throw new KernelInputError(
      'maxSize',
      maxSize,
      `it must be a power of two from ${MIN_STAMP_SIZE} to ${MAX_STAMP_SIZE}`,
    );
  }
  const { lower, upperShare } = placeOnGrid(sersicIndex);
  const radiusTable = core.tables.radius(upperShare > 0.5 ? lower + 1 : lower);
  return leastBox(core.prepared(psf), { radiusTable, matrix }, maxOutside, maxSize);
}

/** Throws KernelInputError unless every element is a number that a galaxy of the camera can have. */
export function requireMatrix(matrix: Matrix): void {
  for (const a of matrix) requireRange('matrix element [px]', a, -1e6, 1e6);
}
