/**
 * How far the light of a source goes: its own size on the sky, and the wings of the PSF by its flux.
 */
import { pow } from '@imsim-od/portable-math';
import { MODEL, type SourceTable } from '@imsim-od/sky';

/** Scale of a pixel over which reaches in pixels become angles. */
export const ARCSEC_PER_PX = 0.2;
/** The least pixel scale in the field and well beyond its edge, over the scale at the centre. */
export const LEAST_SCALE = 0.98;
/** Pixels from the edge within which every source is kept. */
const LEAST_REACH_PX = 64;
/** Surface brightness that still counts, electrons per pixel. */
const REACH_ELECTRON_PER_PX = 0.003;
/** Kolmogorov wings: surface brightness of unit flux at r pixels is this times FWHM^(5/3) r^(-11/3). */
const WING_COEFFICIENT = 0.0201;
const ROUGH_FWHM_PX = 4;
const WINGS_PER_ELECTRON = WING_COEFFICIENT * pow(ROUGH_FWHM_PX, 5 / 3);
const FEWEST_WINGS = 0.99 * REACH_ELECTRON_PER_PX * pow(LEAST_REACH_PX, 11 / 3);
/** Half-light radii of a galaxy beyond which nothing is kept: 99.9 % of a de Vaucouleurs profile lies within 25. */
const GALAXY_REACH_RADII = 25;

/** Radius in pixels at which a point source of the given electrons falls under what counts. */
export function reachPx(electrons: number): number {
  const wings = WINGS_PER_ELECTRON * electrons;
  // Far from where the root reaches the least, it need not be taken.
  if (wings < FEWEST_WINGS) return LEAST_REACH_PX;
  return Math.max(LEAST_REACH_PX, pow(wings / REACH_ELECTRON_PER_PX, 3 / 11));
}

/** Electrons of a point source whose light reaches as far as `radiusPx` pixels. */
export function electronsReaching(radiusPx: number): number {
  return (REACH_ELECTRON_PER_PX * pow(radiusPx, 11 / 3)) / (WING_COEFFICIENT * pow(ROUGH_FWHM_PX, 5 / 3));
}

/** Radius of a row's light around its position before any PSF, arcsec; 0 for a point. */
export function extentArcsec(table: SourceTable, row: number): number {
  switch (table.model[row]) {
    case MODEL.streak: {
      const length = table.lengthArcsec[row]!;
      const width = table.widthArcsec[row]!;
      return Math.sqrt(length * length + width * width) / 2;
    }
    case MODEL.stamp: {
      const stamp = table.stamps[table.stamp[row]!];
      if (!stamp) return 0;
      const diagonal = Math.sqrt(stamp.width * stamp.width + stamp.height * stamp.height);
      return (diagonal / 2) * table.stampPixelArcsec[row]! * stretch(table, row);
    }
    default:
      return GALAXY_REACH_RADII * table.halfLightRadiusArcsec[row]! * stretch(table, row);
  }
}

/** By how much a row's shear lengthens its long axis. */
function stretch(table: SourceTable, row: number): number {
  const g1 = table.g1[row]!;
  const g2 = table.g2[row]!;
  const g = Math.sqrt(g1 * g1 + g2 * g2);
  return Math.sqrt((1 + g) / (1 - g));
}
