/** Objects whose light may reach a detector from far beyond its edge. */
import { MODEL, type SourceRow } from '../source-table.js';

/**
 * An object that is brighter than this, or larger than `NEAR_EXTENT_ARCSEC`, is looked at for every detector. `magnorm` is
 * at 500 nm: in another band an object may be brighter by `MOST_COLOUR_MAG`.
 */
export const FAR_MAGNORM = 13;
/** By how much an object may be brighter in a band than at 500 nm. */
export const MOST_COLOUR_MAG = 5.5;
/** Radius of an object's own light, arcsec, up to which its position alone decides. */
export const NEAR_EXTENT_ARCSEC = 200;
/** Half-light radii within which a galaxy is looked for. */
const GALAXY_RADII = 25;

/** True where an object must be looked at wherever the detector lies. */
export function isFarReaching(row: SourceRow, magnorm: number): boolean {
  if (!(magnorm >= FAR_MAGNORM) || row.model === MODEL.stamp) return true;
  if (row.model === MODEL.streak)
    return (row.lengthArcsec ?? 0) + (row.widthArcsec ?? 0) > NEAR_EXTENT_ARCSEC;
  const { g1 = 0, g2 = 0, halfLightRadiusArcsec: radius = 0 } = row;
  const g = Math.sqrt(g1 * g1 + g2 * g2);
  return GALAXY_RADII * radius * Math.sqrt((1 + g) / (1 - g)) > NEAR_EXTENT_ARCSEC;
}
