/** Where on the sky a recipe's detector lies: its centre, its corners, and the HEALPix cells that it overlaps. */
import { type SkyPosition, queryCone, separationDeg } from '@imsim-od/astro';
import { detectorById, detectorProjection } from '@imsim-od/camera';
import { RecipeError } from './recipe-document.js';
import type { Recipe } from './recipe.js';

/** A detector on the sky, ICRS. */
export interface Footprint {
  readonly centre: SkyPosition;
  /** The outer corners of the corner pixels, in order around the detector. */
  readonly corners: readonly [SkyPosition, SkyPosition, SkyPosition, SkyPosition];
  /** Nested HEALPix cells of order 8 (13.7 arcmin) that the circle through the corners touches, ascending. */
  readonly hpx8: readonly number[];
}

const ORDER = 8;

/** The footprint of a recipe's detector; throws {@link RecipeError} for a detector that does not exist. */
export function recipeFootprint({ detector: { id }, visit }: Pick<Recipe, 'detector' | 'visit'>): Footprint {
  const detector = detectorById(id);
  if (!detector) throw new RecipeError(`detector ${id} does not exist; ids run from 0 to 204`, 'recipe');
  const { nx, ny } = detector;
  const { raDeg, decDeg, rotSkyPosDeg } = visit;
  const projection = detectorProjection(detector, { raDeg, decDeg }, rotSkyPosDeg);
  const centre = projection.pixelToSky((nx - 1) / 2, (ny - 1) / 2);
  const corners = [
    projection.pixelToSky(-0.5, -0.5),
    projection.pixelToSky(nx - 0.5, -0.5),
    projection.pixelToSky(nx - 0.5, ny - 0.5),
    projection.pixelToSky(-0.5, ny - 0.5),
  ] as const;
  const radiusDeg = Math.max(...corners.map((corner) => separationDeg(centre, corner)));
  return { centre, corners, hpx8: queryCone(centre.raDeg, centre.decDeg, radiusDeg, ORDER) };
}
