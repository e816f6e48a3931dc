/**
 * The size of the point-spread function from the seeing monitor's number: LSST's seeing model (LSE-40; SMTN-002;
 * rubin_scheduler). All widths are FWHM in arcsec. The definitions, which are four different numbers:
 *
 * - atmosphere: FWHM_atm = FWHM_500 (500 nm / lambda)^0.3 X^0.6, FWHM_500 given at 500 nm and at the zenith;
 * - system:     FWHM_sys = X^0.6 sqrt(0.25^2 + 0.08^2 + 0.30^2), telescope, optics design and camera;
 * - effective:  FWHM_eff = 1.16 sqrt(FWHM_sys^2 + 1.04 FWHM_atm^2), the width of the Gaussian that has the same number
 *               of noise pixels: it sets the depth;
 * - geometric:  FWHM_geom = 0.822 FWHM_eff + 0.052, the width one measures on the profile.
 *
 * The camera's 0.30 arcsec holds charge diffusion: who draws diffusion by itself takes it out in quadrature first.
 */
import { pow } from '@imsim-od/portable-math';

/** Terms of the system's FWHM at the zenith, arcsec: telescope and dome, optics design, camera with charge diffusion. */
export const SYSTEM_FWHM_TERMS_ARCSEC = { telescope: 0.25, opticsDesign: 0.08, camera: 0.3 } as const;

/** Telescope effects in one visit's seeing, each by its own definition (see the head of this file), in arcsec. */
export interface Seeing {
  readonly fwhmAtmosphereArcsec: number;
  readonly fwhmSystemArcsec: number;
  readonly fwhmEffectiveArcsec: number;
  readonly fwhmGeometricArcsec: number;
}

/** What the seeing depends on. */
export interface SeeingConditions {
  /** FWHM of the atmosphere at 500 nm, at the zenith, arcsec; OpSim's seeingFwhm500, PhoSim's `seeing`. */
  readonly fwhm500ZenithArcsec: number;
  readonly wavelengthNm: number;
  readonly airmass: number;
}

/** FWHM of the atmosphere alone in arcsec, at the wavelength and airmass. */
export function fwhmAtmosphereArcsec(conditions: SeeingConditions): number {
  const { fwhm500ZenithArcsec, wavelengthNm, airmass } = conditions;
  return fwhm500ZenithArcsec * pow(500 / wavelengthNm, 0.3) * pow(airmass, 0.6);
}

/** FWHM of telescope, optics design and camera in arcsec at an airmass; 0.3986 at the zenith. */
export function fwhmSystemArcsec(airmass: number): number {
  const { telescope, opticsDesign, camera } = SYSTEM_FWHM_TERMS_ARCSEC;
  return pow(airmass, 0.6) * Math.sqrt(telescope * telescope + opticsDesign * opticsDesign + camera * camera);
}

/** FWHM_eff in arcsec from the two parts, arcsec: 1.16 sqrt(sys^2 + 1.04 atm^2). */
export function fwhmEffectiveArcsec(atmosphereArcsec: number, systemArcsec: number): number {
  return 1.16 * Math.sqrt(systemArcsec * systemArcsec + 1.04 * atmosphereArcsec * atmosphereArcsec);
}

/** FWHM_geom in arcsec from FWHM_eff in arcsec. */
export function fwhmGeometricArcsec(effectiveArcsec: number): number {
  return 0.822 * effectiveArcsec + 0.052;
}

/** All four widths for the conditions of a visit. */
export function seeingFor(conditions: SeeingConditions): Seeing {
  const atmosphere = fwhmAtmosphereArcsec(conditions);
  const system = fwhmSystemArcsec(conditions.airmass);
  const effective = fwhmEffectiveArcsec(atmosphere, system);
  return {
    fwhmAtmosphereArcsec: atmosphere,
    fwhmSystemArcsec: system,
    fwhmEffectiveArcsec: effective,
    fwhmGeometricArcsec: fwhmGeometricArcsec(effective),
  };
}

/** The number of noise pixels of a point source: 2.266 (FWHM_eff / pixel)^2. */
export function effectivePixelCount(effectiveArcsec: number, pixelScaleArcsec = 0.2): number {
  const fwhmPx = effectiveArcsec / pixelScaleArcsec;
  return 2.266 * fwhmPx * fwhmPx;
}
