/**
 * The HEALPix cells (nested) that a cone on the sky touches, found by descent from the twelve base faces. Inclusive:
 * every cell that overlaps the cone is returned; a cell that only comes within about 2 % of its own size of the cone's
 * rim may be returned too.
 */
import { cos, sin } from '@imsim-od/portable-math';
import { radToDeg } from './angle.js';
import { HealpixRangeError, MAX_NUMBER_ORDER, pixCornersNest, pixToAngNest } from './healpix.js';
import { separationDeg, type SkyPosition } from './sky-position.js';

/** Cells have curved sides; their corners are the farthest points to within this factor. */
const SIDE_MARGIN = 1.02;

/**
 * The ids of all cells of an order (0..24) that overlap the cone of `radiusDeg` (0..180) around a direction, ascending.
 * @throws HealpixRangeError for an order or radius outside
 */
export function queryCone(raDeg: number, decDeg: number, radiusDeg: number, order: number): number[] {
  if (!Number.isInteger(order) || order < 0 || order > MAX_NUMBER_ORDER) {
    throw new HealpixRangeError('order', order, 'a cone is asked for at orders 0 to 24');
  }
  if (!(radiusDeg >= 0 && radiusDeg <= 180)) {
    throw new HealpixRangeError('radiusDeg', radiusDeg, 'it lies between 0 and 180');
  }
  const centre: SkyPosition = { raDeg, decDeg };
  const found: number[] = [];
  const reachDeg: number[] = [];
  for (let level = 0; level <= order; level++) reachDeg.push(largestRadiusDeg(level));

  const visit = (pixel: number, level: number): void => {
    const middle = pixToAngNest(pixel, level);
    const distance = separationDeg(centre, middle);
    if (distance > radiusDeg + (reachDeg[level] ?? 180)) return;
    if (level === order) {
      if (distance <= radiusDeg || distance <= radiusDeg + ownRadiusDeg(pixel, level, middle)) {
        found.push(pixel);
      }
      return;
    }
    for (let child = 0; child < 4; child++) visit(4 * pixel + child, level + 1);
  };
  for (let face = 0; face < 12; face++) visit(face, 0);
  return found;
}

/** The largest distance of a corner from its cell's centre, for one cell. */
function ownRadiusDeg(pixel: number, order: number, middle: SkyPosition): number {
  let largest = 0;
  for (const corner of pixCornersNest(pixel, order))
    largest = Math.max(largest, separationDeg(middle, corner));
  return SIDE_MARGIN * largest;
}

/**
 * A bound for every cell of an order: the distance of (z, phi) = (2/3, pi / 4 nside) from (1 - (1 - 1/nside)^2 / 3, 0),
 * centre and corner of the longest cells, which sit where the polar cap begins.
 */
function largestRadiusDeg(order: number): number {
  const nside = 1 << order;
  const capRow = 1 - 1 / nside;
  const zCap = 1 - (capRow * capRow) / 3;
  const phi = Math.PI / (4 * nside);
  const sCap = Math.sqrt(1 - zCap * zCap);
  const zBelt = 2 / 3;
  const sBelt = Math.sqrt(1 - zBelt * zBelt);
  const dx = sBelt * cos(phi) - sCap;
  const dy = sBelt * sin(phi);
  const dz = zBelt - zCap;
  const chord = Math.sqrt(dx * dx + dy * dy + dz * dz);
  // An arc is at most pi/2 times its chord; below half a radian 1.05 covers it.
  return SIDE_MARGIN * radToDeg(chord < 0.5 ? 1.05 * chord : (Math.PI / 2) * chord);
}
