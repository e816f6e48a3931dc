/**
 * From magnitudes to electrons, and how deep a visit goes.
 *
 * Zero points ZP (AB magnitude that gives 1 electron/s at airmass 1), extinction k, dark zenith sky, C_m and Delta C_m:
 * SMTN-002 and rubin_scheduler with throughputs v1.9. Wavelengths: LSE-40, as imSim's PSF has them.
 *
 * Collecting area. SMTN-002's zero points are for 324,015 cm^2, a clear aperture of 6.423 m averaged over the field.
 * Here the pupil is the full annulus between 4.18 m and 2.55 m radius, 344,630 cm^2, and vignetting V(r) (1 on axis) is
 * applied explicitly: `annulusZeroPoint` = ZP + 2.5 log10(344630 / 324015), 0.067 mag brighter on axis; the mean of V
 * over the 189 science detectors brings it back to SMTN-002 (package camera, vignetting). Every function that counts
 * electrons takes V and uses the annulus.
 *
 * Sky light enters behind the atmosphere: its zero point is the hardware one, ZP + k.
 */
import { log10, pow } from '@imsim-od/portable-math';
import { airmassFromAltitudeDeg } from './airmass.js';
import type { Band } from './band.js';

/** The numbers of one band. */
export interface BandPhotometry {
  /** AB magnitude of 1 electron/s at airmass 1 for 324,015 cm^2 (SMTN-002). */
  readonly zeroPoint: number;
  /** Atmospheric extinction, mag per airmass. */
  readonly extinctionPerAirmass: number;
  /** Dark sky at the zenith, AB mag per square arcsec. */
  readonly darkSkyMagnitude: number;
  /** Effective wavelength of LSE-40 in nm; PSF widths and dust are computed here. */
  readonly effectiveWavelengthNm: number;
  /** Depth coefficient C_m for 30 s. */
  readonly depthCm: number;
  /** Read-noise loss of depth Delta C_m at infinite sky, 30 s base. */
  readonly depthDeltaCmInfinity: number;
  /** gamma of the photometric error model. */
  readonly errorGamma: number;
  /** Systematic floor of the photometric error, mag. */
  readonly errorSystematic: number;
}

/** SMTN-002 / LSE-40 numbers by band. */
export const BAND_PHOTOMETRY: Readonly<Record<Band, BandPhotometry>> = {
  u: entry(26.52, 0.47, 23.05, 365.49, 22.968, 0.543, 0.0375, 0.0075),
  g: entry(28.51, 0.213, 22.25, 480.03, 24.582, 0.088, 0.0387, 0.005),
  r: entry(28.36, 0.126, 21.2, 622.2, 24.602, 0.043, 0.039, 0.005),
  i: entry(28.17, 0.096, 20.46, 754.06, 24.541, 0.028, 0.0392, 0.005),
  z: entry(27.78, 0.068, 19.61, 868.21, 24.371, 0.019, 0.0393, 0.0075),
  y: entry(26.82, 0.171, 18.6, 991.66, 23.84, 0.016, 0.0393, 0.0075),
};

/** Area SMTN-002's zero points are for, cm^2: pi (6.423 m / 2)^2, vignetting averaged in. */
export const EFFECTIVE_AREA_CM2 = 324_015;

/** Area of the unvignetted annulus, cm^2: pi (4.18^2 - 2.55^2) m^2. This project's convention. */
export const ANNULUS_AREA_CM2 = 344_630;

/** Solid angle of a nominal pixel, square arcsec (0.2 arcsec squared), the unit of the published sky counts. */
export const NOMINAL_PIXEL_AREA_ARCSEC2 = 0.04;

function entry(
  zeroPoint: number,
  extinctionPerAirmass: number,
  darkSkyMagnitude: number,
  effectiveWavelengthNm: number,
  depthCm: number,
  depthDeltaCmInfinity: number,
  errorGamma: number,
  errorSystematic: number,
): BandPhotometry {
  return {
    zeroPoint,
    extinctionPerAirmass,
    darkSkyMagnitude,
    effectiveWavelengthNm,
    depthCm,
    depthDeltaCmInfinity,
    errorGamma,
    errorSystematic,
  };
}

/** AB magnitude that gives 1 electron/s on axis through the annulus of 344,630 cm^2 at airmass 1. */
export function annulusZeroPoint(band: Band): number {
  return BAND_PHOTOMETRY[band].zeroPoint + 2.5 * log10(ANNULUS_AREA_CM2 / EFFECTIVE_AREA_CM2);
}

/** The annulus zero point without the atmosphere (airmass 0), for light of the sky itself. */
export function hardwareZeroPoint(band: Band): number {
  return annulusZeroPoint(band) + BAND_PHOTOMETRY[band].extinctionPerAirmass;
}

/** What a source's count depends on besides its magnitude. */
export interface ExposureConditions {
  readonly band: Band;
  readonly exposureS: number;
  readonly airmass: number;
  /** Vignetting V(r), 0..1, at the source. */
  readonly vignetting: number;
}

/** Expected electrons of a source of AB `magnitude` above the atmosphere: t V 10^(0.4 (ZP - m - k (X - 1))). */
export function sourceElectrons(magnitude: number, conditions: ExposureConditions): number {
  return electronsAtMagnitudeZero(conditions) * pow(10, -0.4 * magnitude);
}

/** Expected electrons of magnitude 0: the factor to multiply by 10^(-0.4 m). */
export function electronsAtMagnitudeZero(conditions: ExposureConditions): number {
  const { band, exposureS, airmass, vignetting } = conditions;
  const loss = BAND_PHOTOMETRY[band].extinctionPerAirmass * (airmass - 1);
  return exposureS * vignetting * pow(10, 0.4 * (annulusZeroPoint(band) - loss));
}

/**
 * Expected sky electrons per pixel for a sky of AB mag per square arcsec as seen from the ground.
 * @param pixelAreaArcsec2 solid angle of the pixel; the nominal 0.04 by default
 */
export function skyElectronsPerPixel(
  skyMagnitude: number,
  conditions: { readonly band: Band; readonly exposureS: number; readonly vignetting: number },
  pixelAreaArcsec2: number = NOMINAL_PIXEL_AREA_ARCSEC2,
): number {
  const { band, exposureS, vignetting } = conditions;
  return exposureS * vignetting * pixelAreaArcsec2 * pow(10, 0.4 * (hardwareZeroPoint(band) - skyMagnitude));
}

/**
 * The moonless sky at an altitude, AB mag per square arcsec: the dark zenith sky times X 10^(-0.4 k (X - 1)), X after
 * Krisciunas & Schaefer 1991. @throws AirmassRangeError below the horizon
 */
export function darkSkyMagnitudeAt(band: Band, altitudeDeg: number): number {
  return darkSkyMagnitudeAtAirmass(band, airmassFromAltitudeDeg(altitudeDeg));
}

/** The moonless sky at an airmass X (1..5), AB mag per square arcsec; see `darkSkyMagnitudeAt`. */
export function darkSkyMagnitudeAtAirmass(band: Band, airmass: number): number {
  const { darkSkyMagnitude, extinctionPerAirmass } = BAND_PHOTOMETRY[band];
  return darkSkyMagnitude - 2.5 * log10(airmass) + extinctionPerAirmass * (airmass - 1);
}

/** The conditions of a visit that set its depth. */
export interface DepthConditions {
  readonly band: Band;
  /** Exposure of one snap, s. */
  readonly exposureS: number;
  readonly skyMagnitude: number;
  readonly fwhmEffectiveArcsec: number;
  readonly airmass: number;
  /** Snaps that are added up; 1 by default. */
  readonly snaps?: number;
  /** Optical depth of clouds; 0 by default. */
  readonly cloudOpticalDepth?: number;
}

/** The AB magnitude of a point source at signal-to-noise 5 (SMTN-002; rubin_scheduler). */
export function fiveSigmaDepth(conditions: DepthConditions): number {
  const { band, exposureS, skyMagnitude, fwhmEffectiveArcsec, airmass } = conditions;
  const { snaps = 1, cloudOpticalDepth = 0 } = conditions;
  const numbers = BAND_PHOTOMETRY[band];
  const infinity = numbers.depthDeltaCmInfinity;
  const exposureFactor = exposureS / 30;
  const skyFactor = exposureFactor * pow(10, -0.4 * (skyMagnitude - numbers.darkSkyMagnitude));
  const deltaCm = infinity - 1.25 * log10(1 + (pow(10, 0.8 * infinity) - 1) / skyFactor);
  return (
    numbers.depthCm +
    deltaCm +
    0.5 * (skyMagnitude - 21) +
    2.5 * log10(0.7 / fwhmEffectiveArcsec) +
    1.25 * log10(exposureFactor) -
    numbers.extinctionPerAirmass * (airmass - 1) -
    1.1 * cloudOpticalDepth +
    1.25 * log10(snaps)
  );
}

/** The standard error in mag of a point source in a visit of given depth: sigma^2 = (0.04 - g) x + g x^2 + sys^2. */
export function photometricErrorMag(band: Band, magnitude: number, depth: number): number {
  const { errorGamma, errorSystematic } = BAND_PHOTOMETRY[band];
  const x = pow(10, 0.4 * (magnitude - depth));
  return Math.sqrt((0.04 - errorGamma) * x + errorGamma * x * x + errorSystematic * errorSystematic);
}
