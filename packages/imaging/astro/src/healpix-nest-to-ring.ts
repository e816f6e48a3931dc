/**
 * HEALPix's other numbering: along rings of equal declination from North to South, each from right ascension 0 eastwards
 * (Gorski et al. 2005, ApJ 622, 759, sect. 4). Cells are the same; catalogs in files of one cell each often count them so.
 */
import { faceOfPixNest, HealpixRangeError, MAX_NUMBER_ORDER } from './healpix.js';

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
