/**
 * The PSF of a visit: Kolmogorov atmosphere ⊗ Gaussian of telescope, optics and camera (SMTN-002; facts of the camera).
 *
 * The camera term of the system Gaussian already holds charge diffusion. It is taken out in quadrature, and where diffusion is
 * drawn it is convolved again: with it the total is that of the error budget, without it the PSF is narrower.
 */
import {
  BAND_PHOTOMETRY,
  type Seeing,
  fwhmEffectiveArcsec,
  fwhmGeometricArcsec,
  seeingFor,
} from '@imsim-od/astro';
import type { PsfModel } from '@imsim-od/kernel';
import type { Effects } from '../request/request-schema.js';
import type { RecipeVisit } from '../recipe/recipe.js';

/** FWHM of a Gaussian in its standard deviations, 2 sqrt(2 ln 2). */
const FWHM_PER_SIGMA = 2.354_820_045_030_949_3;
/** Spread of charge that drifts through the full 100 um of silicon at 57 V and 173 K, in pixels of 10 um. */
export const DIFFUSION_SIGMA_PX = 0.44;

/** The PSF in pixels, and the widths it was made from in arcsec. */
export interface PsfComposition {
  readonly model: PsfModel;
  /** The widths as drawn: of the error budget with diffusion, narrower without. */
  readonly seeing: Seeing;
  /** Standard deviation of the system Gaussian, diffusion taken out. */
  readonly systemSigmaArcsec: number;
  /** Standard deviation of the diffusion that is drawn; 0 where it is not. */
  readonly diffusionSigmaArcsec: number;
}

/** Composes the PSF of a visit. */
export function composePsf(
  visit: Pick<RecipeVisit, 'band' | 'airmass' | 'seeingFwhm500Arcsec'>,
  effects: Pick<Effects, 'chargeDiffusion'>,
  pixelScaleArcsec: number,
): PsfComposition {
  const budget = seeingFor({
    fwhm500ZenithArcsec: visit.seeingFwhm500Arcsec,
    wavelengthNm: BAND_PHOTOMETRY[visit.band].effectiveWavelengthNm,
    airmass: visit.airmass,
  });
  const systemSigma = budget.fwhmSystemArcsec / FWHM_PER_SIGMA;
  const diffusionSigma = DIFFUSION_SIGMA_PX * pixelScaleArcsec;
  const diffusionSigmaArcsec = effects.chargeDiffusion ? diffusionSigma : 0;
  const systemSigmaArcsec = Math.sqrt(systemSigma * systemSigma - diffusionSigma * diffusionSigma);
  const gaussianSigmaArcsec = Math.sqrt(
    systemSigmaArcsec * systemSigmaArcsec + diffusionSigmaArcsec * diffusionSigmaArcsec,
  );
  return {
    model: {
      kind: 'kolmogorov',
      fwhmPx: budget.fwhmAtmosphereArcsec / pixelScaleArcsec,
      gaussianSigmaPx: gaussianSigmaArcsec / pixelScaleArcsec,
    },
    seeing: effects.chargeDiffusion
      ? budget
      : withSystemFwhm(budget.fwhmAtmosphereArcsec, gaussianSigmaArcsec * FWHM_PER_SIGMA),
    systemSigmaArcsec,
    diffusionSigmaArcsec,
  };
}

function withSystemFwhm(fwhmAtmosphereArcsec: number, fwhmSystemArcsec: number): Seeing {
  const effective = fwhmEffectiveArcsec(fwhmAtmosphereArcsec, fwhmSystemArcsec);
  return {
    fwhmAtmosphereArcsec,
    fwhmSystemArcsec,
    fwhmEffectiveArcsec: effective,
    fwhmGeometricArcsec: fwhmGeometricArcsec(effective),
  };
}
