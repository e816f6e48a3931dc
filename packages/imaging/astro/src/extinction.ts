/**
 * Dust in the Milky Way: how much more or less than in V a band is dimmed, A_b / A_V, for R_V = A_V / E(B-V).
 *
 * - F19: Fitzpatrick, Massa, Gordon et al. 2019 (ApJ 886, 108), the mean curve k(lambda - 55) for R = 3.02 and its change
 *   with R (their Table 3), the form that imSim applies: A / A_V = 1 + (k + 0.990 (R_V - 3.10) s) / R_V. Between the
 *   table's points by cubic Lagrange interpolation: within 0.001 of the spline through them at 300 to 1000 nm.
 * - CCM89: Cardelli, Clayton & Mathis 1989 (ApJ 345, 245), eq. 1-3, infrared and optical.
 *
 * Bands are taken at their LSE-40 effective wavelengths, whatever the spectrum. Against F19 integrated through the v1.9
 * throughputs (A_V = 0.3), in units of A_V: stars of Kurucz models within 0.012 in r, i, z, y, 0.01 to 0.06 too high in
 * g and 0.03 to 0.09 too high in u; M dwarfs 0.01 to 0.03 too high in r and i, 0.06 in g and 0.1 to 0.25 in u.
 */
import { BANDS, type Band } from './band.js';
import { dustTerms } from './dust-law.js';
import { BAND_PHOTOMETRY } from './photometry.js';

/** A dust curve. */
export type ExtinctionCurve = 'F19' | 'CCM89';

/** A wavelength or R_V that a dust curve does not cover. */
export class ExtinctionRangeError extends Error {
  readonly code = 'EXTINCTION_RANGE';
  readonly quantity: string;
  readonly value: number;
  constructor(quantity: string, value: number, rule: string) {
    super(`Extinction ${quantity} is ${value}; ${rule}.`);
    this.name = 'ExtinctionRangeError';
    this.quantity = quantity;
    this.value = value;
  }
}

/**
 * A(lambda) / A_V.
 * @param wavelengthNm 300 to 1200 nm
 * @param rv R_V, 2 to 6; 3.1 is the Galactic mean
 * @throws ExtinctionRangeError
 */
export function extinctionRatioAt(wavelengthNm: number, rv = 3.1, curve: ExtinctionCurve = 'F19'): number {
  if (!(wavelengthNm >= 300 && wavelengthNm <= 1200)) {
    throw new ExtinctionRangeError('wavelength', wavelengthNm, 'the curves are kept for 300 to 1200 nm');
  }
  if (!(rv >= 2 && rv <= 6)) throw new ExtinctionRangeError('R_V', rv, 'it lies between 2 and 6');
  const { a, b } = dustTerms(curve, wavelengthNm);
  return a + b / rv;
}

/** A_b / A_V of a band at its effective wavelength. @throws ExtinctionRangeError for R_V outside 2 to 6 */
export function extinctionRatio(band: Band, rv = 3.1, curve: ExtinctionCurve = 'F19'): number {
  return extinctionRatioAt(BAND_PHOTOMETRY[band].effectiveWavelengthNm, rv, curve);
}

/** A_b / A_V of all bands; prepare it once per R_V. @throws ExtinctionRangeError for R_V outside 2 to 6 */
export function extinctionRatios(rv = 3.1, curve: ExtinctionCurve = 'F19'): Record<Band, number> {
  const ratios = { u: 0, g: 0, r: 0, i: 0, z: 0, y: 0 };
  for (const band of BANDS) ratios[band] = extinctionRatio(band, rv, curve);
  return ratios;
}
