/** The part of the sky from which a visit's detectors take sources out of files. */
import { electronsAtMagnitudeZero, type SkyPosition, separationDeg } from '@imsim-od/astro';
import { detectorById, detectorProjection, selectDetectors } from '@imsim-od/camera';
import { pow } from '@imsim-od/portable-math';
import {
  FAR_MAGNORM,
  MAX_MAGNIFICATION,
  MOST_COLOUR_MAG,
  NEAR_EXTENT_ARCSEC,
  type ExposureTime,
  type RegionCircle,
  SkyRegion,
} from '@imsim-od/sky';
import { ARCSEC_PER_PX, reachPx } from '../detector/source-reach.js';
import type { Recipe } from '../recipe/recipe.js';
import type { Request } from '../request/request-schema.js';
import { reachOfSkyDeg } from './entry-options.js';
import { resolveVisit } from '../visit/resolve-visit.js';
import { snapTimes } from '../visit/snap-times.js';

/** Rows of tables farther from a chip are not looked at: the wings of a star of magnitude 1, and galaxies of an arcminute, end before. */
const MARGIN_DEG = 0.5;

/** Every object within this distance of a chip is looked at, whatever its light. */
const LEAST_MARGIN_DEG = 0.15;

interface Pointed extends SkyPosition {
  readonly rotSkyPosDeg: number;
}

/**
 * The region of all detectors of a request, widened by `moreDeg` and by how far its sky displaces sources. Throws
 * {@link RequestError} and the camera's errors.
 */
export function requestRegion(request: Request, origin = 'request', moreDeg = 0): SkyRegion {
  const { visit } = resolveVisit(request, origin);
  const margin = MARGIN_DEG + reachOfSkyDeg(request.sky) + moreDeg;
  return new SkyRegion(selectDetectors(request.detectors).map(({ id }) => circleAround(id, visit, margin)));
}

/** The region of a recipe's detector, widened likewise. */
export function recipeRegion(
  {
    detector,
    visit,
    sky,
  }: Pick<Recipe, 'detector' | 'visit'> & { readonly sky: Recipe['sky'] | Request['sky'] },
  moreDeg = 0,
): SkyRegion {
  return new SkyRegion([circleAround(detector.id, visit, MARGIN_DEG + reachOfSkyDeg(sky) + moreDeg)]);
}

/** The exposures of a request, one for each snap. Throws {@link RequestError}. */
export function requestTimes(request: Request, origin = 'request'): readonly ExposureTime[] {
  return snapTimes(resolveVisit(request, origin).visit);
}

/** The exposure of a recipe. */
export function recipeTime({ visit: { obsMjdTai, exposureS } }: Pick<Recipe, 'visit'>): ExposureTime {
  return { midMjdTai: obsMjdTai, exposureS };
}

/**
 * The region from which a detector takes the objects of an indexed catalog, besides those that reach far: as far as light
 * of the largest and the brightest other object goes in this exposure, lenses and displacements of the sky included;
 * widened by `moreDeg`.
 */
export function indexedRegion(
  { detector, visit, sky }: Pick<Recipe, 'detector' | 'visit' | 'sky'>,
  moreDeg = 0,
): SkyRegion {
  const { band, exposureS, airmass } = visit;
  const zeroElectrons = electronsAtMagnitudeZero({ band, exposureS, airmass, vignetting: 1 });
  const magnified = sky.some(({ lensing }) => lensing !== undefined) ? MAX_MAGNIFICATION : 1;
  const brightest = magnified * zeroElectrons * pow(10, -0.4 * (FAR_MAGNORM - MOST_COLOUR_MAG));
  const reachDeg = (NEAR_EXTENT_ARCSEC + reachPx(brightest) * ARCSEC_PER_PX) / 3600;
  const margin = Math.max(LEAST_MARGIN_DEG, reachDeg) + reachOfSkyDeg(sky) + moreDeg;
  return new SkyRegion([circleAround(detector.id, visit, margin)]);
}

function circleAround(id: number, { raDeg, decDeg, rotSkyPosDeg }: Pointed, marginDeg: number): RegionCircle {
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
  return { centre, radiusDeg: Math.max(...corners) + marginDeg };
}
