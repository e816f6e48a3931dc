/** How large the image of a source may be on the sky. */
import { POINT_SPACING_ARCSEC, type SkyStamp } from './source-table.js';

/** Largest pixel of a stamp. */
export const MAX_STAMP_PIXEL_ARCSEC = 10;
/** A hundred million points, 0.1 arcsec apart. */
const MAX_STAMP_ARCSEC2 = 1_000_000;

/** True where an image at a row's scale covers more sky than can be drawn. */
export function isLargeStamp({ width, height }: SkyStamp, pixelArcsec: number): boolean {
  const side = Math.ceil(pixelArcsec / POINT_SPACING_ARCSEC) * POINT_SPACING_ARCSEC;
  return width * height * side * side > MAX_STAMP_ARCSEC2;
}
