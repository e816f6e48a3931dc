/** The Hammer projection of the whole sky, equal in area: right ascension grows to the left, as on the sky seen from below. */

/** Half the width of the map in its own units; half its height is half of this. */
export const HALF_WIDTH = 2 * Math.SQRT2;

/** Where a direction lies on the map, x to the right, y down. @param centreRaDeg right ascension in the middle */
export function hammer(
  raDeg: number,
  decDeg: number,
  centreRaDeg = 0,
): { readonly x: number; readonly y: number } {
  const turn = ((((raDeg - centreRaDeg + 180) % 360) + 360) % 360) - 180;
  const half = (turn * Math.PI) / 360;
  const dec = (decDeg * Math.PI) / 180;
  const scale = Math.SQRT2 / Math.sqrt(1 + Math.cos(dec) * Math.cos(half));
  return { x: -2 * scale * Math.cos(dec) * Math.sin(half), y: -scale * Math.sin(dec) };
}
