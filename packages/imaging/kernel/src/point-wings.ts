/**
 * The light of a bright point that lies beyond its stamp, photon by photon: a fraction of a thousandth or less, over more
 * pixels than it has photons. With it a point has all of its flux, however early its stamp ends.
 *
 * A photon's radius is read from the PSF's radius table at a share of the light outside the stamp's radius, so it falls beyond
 * that radius; its pixel may lie half a pixel inside the stamp, as pixels of the stamp may reach half a pixel outside.
 */
import { cos, type RandomStream, sin } from '@imsim-od/portable-math';
import { readTable } from './float-bins.js';
import { lightOutsideRadius } from './table-tails.js';

const TWO_PI = 6.283185307179586;
const TABLE_UNIT = 4294967296;

/** Expected electrons of a point of `flux` electrons farther than `radius` [px] from its centre. */
export function wingElectrons(radiusTable: Float32Array, flux: number, radius: number): number {
  return flux * lightOutsideRadius(radiusTable, radius);
}

/** Photons of a point's wings. */
export interface WingPhotons {
  /** The point's place, pixel0. */
  readonly x: number;
  readonly y: number;
  /** The radius [px] that they fall beyond. */
  readonly radius: number;
  readonly photons: number;
  /** Photons that fall nearer than this [px] are not handed on: nobody looks there. Default 0. */
  readonly leastPath?: number;
}

/**
 * Shoots `photons` photons that fall farther than `radius` [px] from pixel0 (x, y), and hands each one's pixel on; pixels
 * may lie off any chip.
 */
export function shootWings(
  radiusTable: Float32Array,
  { x, y, radius, photons, leastPath = 0 }: WingPhotons,
  stream: RandomStream,
  land: (x: number, y: number) => void,
): void {
  const outerHalf = radiusTable.subarray(radiusTable.length / 2);
  const outside = TABLE_UNIT * lightOutsideRadius(radiusTable, radius);
  for (let i = 0; i < photons; i++) {
    const r = readTable(outerHalf, 0, Math.max(1, outside * stream.uniform()));
    const turn = stream.uniform();
    if (r < leastPath) continue;
    const angle = TWO_PI * turn;
    land(Math.round(x + r * cos(angle)), Math.round(y + r * sin(angle)));
  }
}
