/** The part of the sky from which a visit's detectors take sources out of files. */
import { type SkyPosition, separationDeg } from '@imsim-od/astro';
import { detectorById, detectorProjection, selectDetectors } from '@imsim-od/camera';
import { type ExposureTime, type RegionCircle, SkyRegion } from '@imsim-od/sky';
import type { Recipe } from '../recipe/recipe.js';
import type { Request } from '../request/request-schema.js';
import { resolveVisit } from '../visit/resolve-visit.js';
import { snapTimes } from '../visit/snap-times.js';

/** Rows of tables farther from a chip are not looked at: the wings of a star of magnitude 1, and galaxies of an arcminute, end before. */
const MARGIN_DEG = 0.5;

interface Pointed extends SkyPosition {
  readonly rotSkyPosDeg: number;
}

/** The region of all detectors of a request. Throws {@link RequestError} and the camera's errors. */
export function requestRegion(request: Request, origin = 'request'): SkyRegion {
  const { visit } = resolveVisit(request, origin);
  return new SkyRegion(selectDetectors(request.detectors).map(({ id }) => circleAround(id, visit)));
}

/** The exposures of a request, one for each snap. Throws {@link RequestError}. */
export function requestTimes(request: Request, origin = 'request'): readonly ExposureTime[] {
  return snapTimes(resolveVisit(request, origin).visit);
}

/** The exposure of a recipe. */
export function recipeTime({ visit: { obsMjdTai, exposureS } }: Pick<Recipe, 'visit'>): ExposureTime {
  return { midMjdTai: obsMjdTai, exposureS };
}

/** The region of a recipe's detector. */
export function recipeRegion({ detector, visit }: Pick<Recipe, 'detector' | 'visit'>): SkyRegion {
  return new SkyRegion([circleAround(detector.id, visit)]);
}

function circleAround(id: number, { raDeg, decDeg, rotSkyPosDeg }: Pointed): RegionCircle {
  const detector = detectorById(id);
  if (!detector) throw new TypeError(`detector ${id} does not exist; ids run from 0 to 204`);
  const { nx, ny } = detector;
  const projection = detectorProjection(detector, { raDeg, decDeg }, rotSkyPosDeg);
  const centre = projection.pixelToSky((nx - 1) / 2, (ny - 1) / 2);
  const corners = [
    [-0.5, -0.5],
    [nx - 0.5, -0.5],
    [nx - 0.5, ny - 0.5],
    [-0.5, ny - 0.5],
  ].map(([x, y]) => separationDeg(centre, projection.pixelToSky(x!, y!)));
  return { centre, radiusDeg: Math.max(...corners) + MARGIN_DEG };
}
