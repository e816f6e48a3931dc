/**
 * A recipe's detector with everything that follows from the recipe: projection, WCS, PSF, vignetting, sky level.
 */
import {
  electronsAtMagnitudeZero,
  type SkyPosition,
  skyElectronsPerPixel,
  type TanSip,
} from '@imsim-od/astro';
import {
  type Detector,
  type DetectorProjection,
  detectorById,
  detectorProjection,
  detectorTanSip,
  fieldRadiusMm,
  vignetting,
} from '@imsim-od/camera';
import { psfFwhmPx } from '@imsim-od/kernel';
import { RecipeError } from '../recipe/recipe-document.js';
import { type Recipe, recipeHash } from '../recipe/recipe.js';
import type { SourcePhotometry } from './place-sources.js';
import { type PsfComposition, composePsf } from './psf-composition.js';

/** What a recipe means for its detector. */
export interface DetectorSetting {
  readonly recipe: Recipe;
  readonly recipeHash: string;
  readonly detector: Detector;
  readonly boresight: SkyPosition;
  readonly projection: DetectorProjection;
  /** TAN-SIP of the assembled CCD, which is also that of the e-image. */
  readonly wcs: TanSip;
  readonly pixelScaleArcsec: number;
  readonly psf: PsfComposition;
  /** FWHM of the whole profile, before integration over pixels. */
  readonly profileFwhmArcsec: number;
  readonly photometry: SourcePhotometry;
  readonly vignettingAtCentre: number;
  /** Mean sky electrons per pixel without vignetting; 0 where the background is off. */
  readonly skyElectronUnvignetted: number;
  readonly skyElectronAtCentre: number;
  /** How the light of the sources that were placed was told; absent before they are. */
  readonly sourcesBySed?: { readonly approximated: number; readonly exact: number };
}

/** Nominal scale at the centre of the field (plate scale times pixel size). */
const PIXEL_SCALE_ARCSEC = 0.200_058_675_766_927_37;

/** Settles a recipe's detector. */
export function settleDetector(recipe: Recipe): DetectorSetting {
  const { visit, effects } = recipe;
  const detector = detectorById(recipe.detector.id);
  if (!detector)
    throw new RecipeError(`detector ${recipe.detector.id} does not exist; ids run from 0 to 204`, 'recipe');
  const boresight = { raDeg: visit.raDeg, decDeg: visit.decDeg };
  const projection = detectorProjection(detector, boresight, visit.rotSkyPosDeg);
  const psf = composePsf(visit, effects, PIXEL_SCALE_ARCSEC);
  const vignettingAt = (x: number, y: number): number =>
    effects.vignetting ? vignetting(fieldRadiusMm(detector, x, y)) : 1;
  const conditions = { band: visit.band, exposureS: visit.exposureS, airmass: visit.airmass, vignetting: 1 };
  const skyElectronUnvignetted = effects.background
    ? skyElectronsPerPixel(visit.skyBrightnessMagPerArcsec2, conditions)
    : 0;
  const vignettingAtCentre = vignettingAt((detector.nx - 1) / 2, (detector.ny - 1) / 2);
  let hash: string | undefined;
  let wcs: TanSip | undefined;
  return {
    recipe,
    // What headers alone hold is worked out when it is asked for: a cut-out has none.
    get recipeHash() {
      return (hash ??= recipeHash(recipe));
    },
    detector,
    boresight,
    projection,
    get wcs() {
      return (wcs ??= detectorTanSip(detector, boresight, visit.rotSkyPosDeg));
    },
    pixelScaleArcsec: PIXEL_SCALE_ARCSEC,
    psf,
    profileFwhmArcsec: psfFwhmPx(psf.model) * PIXEL_SCALE_ARCSEC,
    photometry: { electronsAtMagnitudeZero: electronsAtMagnitudeZero(conditions), vignettingAt },
    vignettingAtCentre,
    skyElectronUnvignetted,
    skyElectronAtCentre: skyElectronUnvignetted * vignettingAtCentre,
  };
}

/** Cells of the sky surface along each axis: with 64, vignetting is linear within a cell to 2e-4. */
const SKY_CELLS = 64;

/** Mean sky electrons per pixel at the corners of a grid of cells over the chip, row by row. */
export function skySurface({ detector, photometry, skyElectronUnvignetted }: DetectorSetting): {
  readonly values: Float32Array;
  readonly cells: number;
} {
  const values = new Float32Array((SKY_CELLS + 1) * (SKY_CELLS + 1));
  for (let j = 0, k = 0; j <= SKY_CELLS; j++) {
    const y = -0.5 + (j * detector.ny) / SKY_CELLS;
    for (let i = 0; i <= SKY_CELLS; i++, k++) {
      const x = -0.5 + (i * detector.nx) / SKY_CELLS;
      values[k] = skyElectronUnvignetted * photometry.vignettingAt(x, y);
    }
  }
  return { values, cells: SKY_CELLS };
}
