/**
 * Which tables a Sersic index draws from: the two neighbours on the grid of indices and the share of the upper one.
 * A profile between grid points is their mixture; with 0.05 between them it differs from the true one by some 1e-4.
 */
import { requireRange } from './errors.js';

/** Lowest Sersic index of the grid. */
export const MIN_SERSIC_INDEX = 0.3;
/** Highest Sersic index of the grid. */
export const MAX_SERSIC_INDEX = 6.2;
const STEP = 0.05;
const LAST = 118;
/** Closer to a grid point than this share of a step, the point itself is drawn. */
const SNAP = 1e-4;

/** A place on the grid: index of the lower table, and the share of light [0, 1) that the next one draws. */
export interface GridPlace {
  readonly lower: number;
  readonly upperShare: number;
}

/** Finds a Sersic index on the grid. @throws KernelInputError outside 0.3 .. 6.2 */
export function placeOnGrid(sersicIndex: number): GridPlace {
  requireRange('Sersic index n', sersicIndex, MIN_SERSIC_INDEX, MAX_SERSIC_INDEX);
  const place = (sersicIndex - MIN_SERSIC_INDEX) / STEP;
  const nearest = Math.round(place);
  if (Math.abs(place - nearest) < SNAP) return { lower: Math.min(nearest, LAST), upperShare: 0 };
  const lower = Math.floor(place);
  return { lower, upperShare: place - lower };
}
