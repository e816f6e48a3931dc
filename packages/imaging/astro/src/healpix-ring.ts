/** HEALPix cells of the ring scheme, counted along rings from North to South: their centres (Gorski et al. 2005, ApJ 622, 759, eq. 2-9), and through these the nested id. */
import { asin } from '@imsim-od/portable-math';
import { radToDeg } from './angle.js';
import { HealpixRangeError, MAX_NUMBER_ORDER, angToPixNest, faceOfPixNest } from './healpix.js';
import type { SkyPosition } from './sky-position.js';

/** The centre of cell `pixel` of the ring scheme. @throws HealpixRangeError for an id outside the order, or an order above 24 */
export function pixToAngRing(pixel: number, order: number): SkyPosition {
  if (!Number.isInteger(order) || order < 0 || order > MAX_NUMBER_ORDER)
    throw new HealpixRangeError('order', order, 'ids as numbers go up to 24');
  const nside = 1 << order;
  const cells = 12 * nside * nside;
  if (!Number.isInteger(pixel) || pixel < 0 || pixel >= cells)
    throw new HealpixRangeError('pixel', pixel, `it lies between 0 and ${cells - 1}`);
  const cap = 2 * nside * (nside - 1);
  if (pixel < cap) return inCap(pixel, nside, 1);
  if (pixel >= cells - cap) {
    const mirrored = inCap(cells - 1 - pixel, nside, -1);
    return { raDeg: 360 - mirrored.raDeg, decDeg: mirrored.decDeg };
  }
  const ring = Math.floor((pixel - cap) / (4 * nside)) + nside;
  const place = (pixel - cap) % (4 * nside);
  const shift = (ring - nside) % 2 === 0 ? 0.5 : 0;
  return {
    raDeg: ((place + shift) * 90) / nside,
    decDeg: radToDeg(asin(4 / 3 - (2 * ring) / (3 * nside))),
  };
}

/** The nested id of cell `pixel` of the ring scheme. @throws HealpixRangeError */
export function nestOfRing(pixel: number, order: number): number {
  const { raDeg, decDeg } = pixToAngRing(pixel, order);
  return angToPixNest(raDeg, decDeg, order);
}

/** The order of an nside that is a power of two up to 2^24. @throws HealpixRangeError for any other */
export function orderOfNside(nside: number): number {
  for (let order = 0; order <= MAX_NUMBER_ORDER; order++) if (nside === 1 << order) return order;
  throw new HealpixRangeError('nside', nside, 'it is a power of two from 1 to 16777216');
}

/** The ring number of a nested cell of an order 0..24. @throws HealpixRangeError */
export function ringOfNest(pixel: number, order: number): number {
  const { face, x, y } = faceOfPixNest(pixel, order);
  const nside = 1 << order;
  const tier = Math.floor(face / 4);
  const ring = (tier + 2) * nside - x - y - 1;
  const cap = 2 * nside * (nside - 1);
  let inRing = nside;
  let before = cap + (ring - nside) * 4 * nside;
  let shift = (ring - nside) % 2;
  if (ring < nside) {
    inRing = ring;
    before = 2 * ring * (ring - 1);
    shift = 0;
  } else if (ring > 3 * nside) {
    inRing = 4 * nside - ring;
    before = 12 * nside * nside - 2 * (inRing + 1) * inRing;
    shift = 0;
  }
  // Longitude of the face's southern corner in units of 45 deg.
  const longitude = 2 * (face % 4) + (tier === 1 ? 0 : 1);
  const place = (longitude * inRing + x - y + 1 + Math.abs(shift)) / 2;
  const cells = 4 * inRing;
  return before + ((place - 1 + cells) % cells);
}

/** A cell of the polar cap, counted from its pole. */
function inCap(pixel: number, nside: number, sign: 1 | -1): SkyPosition {
  let ring = Math.floor((1 + Math.sqrt(1 + 2 * pixel)) / 2);
  while (2 * ring * (ring - 1) > pixel) ring--;
  while (2 * ring * (ring + 1) <= pixel) ring++;
  const place = pixel - 2 * ring * (ring - 1);
  return {
    raDeg: ((place + 0.5) * 90) / ring,
    decDeg: sign * radToDeg(asin(1 - (ring * ring) / (3 * nside * nside))),
  };
}
