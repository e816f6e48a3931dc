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
import { pow } from '@imsim-od/portable-math';
import { BANDS, type Band } from './band.js';
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

/** Wave number 1/um, k(lambda - 55) at R = 3.02, and its slope with R, 0.455 to 3.5 per um. */
const F19_TABLE: readonly (readonly [number, number, number])[] = [
  [0.455, -2.747, -0.842],
  [0.606, -2.528, -0.728],
  [0.8, -2.222, -0.531],
  [1, -1.757, -0.36],
  [1.1, -1.567, -0.284],
  [1.2, -1.3, -0.223],
  [1.25, -1.216, -0.198],
  [1.3, -1.07, -0.173],
  [1.35, -0.973, -0.15],
  [1.4, -0.868, -0.13],
  [1.45, -0.75, -0.11],
  [1.5, -0.629, -0.096],
  [1.55, -0.509, -0.081],
  [1.6, -0.407, -0.063],
  [1.65, -0.32, -0.048],
  [1.7, -0.221, -0.032],
  [1.75, -0.133, -0.017],
  [1.8, -0.048, -0.005],
  [1.818, 0, 0],
  [1.85, 0.071, 0.007],
  [1.9, 0.188, 0.013],
  [1.95, 0.319, 0.012],
  [2, 0.438, 0.01],
  [2.05, 0.575, 0.004],
  [2.1, 0.665, 0.003],
  [2.15, 0.744, 0],
  [2.2, 0.838, 0.002],
  [2.25, 0.951, 0.001],
  [2.273, 1, 0],
  [2.3, 1.044, 0],
  [2.35, 1.113, 0.001],
  [2.4, 1.181, 0.001],
  [2.45, 1.269, -0.002],
  [2.5, 1.346, 0],
  [2.55, 1.405, -0.002],
  [2.6, 1.476, -0.002],
  [2.65, 1.558, -0.006],
  [2.7, 1.632, -0.009],
  [2.75, 1.723, -0.011],
  [2.8, 1.791, -0.017],
  [2.85, 1.869, -0.025],
  [2.9, 1.948, -0.029],
  [2.95, 2.009, -0.037],
  [3, 2.09, -0.043],
  [3.1, 2.253, -0.064],
  [3.2, 2.408, -0.092],
  [3.3, 2.565, -0.122],
  [3.4, 2.746, -0.161],
  [3.5, 2.933, -0.201],
];

/** Coefficients of a(y) and b(y) in the optical, y = x - 1.82, from y^0. */
const CCM_A = [1, 0.17699, -0.50447, -0.02427, 0.72085, 0.01979, -0.7753, 0.32999];
const CCM_B = [0, 1.41338, 2.28305, 1.07233, -5.38434, -0.62251, 5.3026, -2.09002];

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
  const wavenumber = 1000 / wavelengthNm;
  return curve === 'F19' ? f19(wavenumber, rv) : ccm89(wavenumber, rv);
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

function f19(wavenumber: number, rv: number): number {
  let first = 0;
  while (first < F19_TABLE.length - 4 && (F19_TABLE[first + 2]?.[0] ?? Infinity) <= wavenumber) first++;
  const nodes = F19_TABLE.slice(first, first + 4);
  let excess = 0;
  for (const [x, k, slope] of nodes) {
    let weight = 1;
    for (const [other] of nodes) if (other !== x) weight *= (wavenumber - other) / (x - other);
    excess += weight * (k + 0.99 * (rv - 3.1) * slope);
  }
  return 1 + excess / rv;
}

function ccm89(wavenumber: number, rv: number): number {
  if (wavenumber < 1.1) {
    const power = pow(wavenumber, 1.61);
    return power * (0.574 - 0.527 / rv);
  }
  const y = wavenumber - 1.82;
  return horner(CCM_A, y) + horner(CCM_B, y) / rv;
}

function horner(coefficients: readonly number[], y: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * y + coefficient, 0);
}
