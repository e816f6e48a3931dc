/**
 * Dust laws over all wavelengths that a band can come from, in the form that all of them have: A(lambda) / A_V = a + b / R_V,
 * so that a dimming is A_V a + (A_V / R_V) b and linear in two numbers.
 *
 * - CCM89: Cardelli, Clayton & Mathis 1989 (ApJ 345, 245), eq. 2 to 5, 0.3 to 10 per um (100 to 3333 nm).
 * - C00: Calzetti et al. 2000 (ApJ 533, 682), eq. 4: k = 2.659 (...) + R_V, 120 to 2200 nm; the polynomial is followed down to
 *   91.2 nm. Catalogs call it calzetti.
 * - F19: Fitzpatrick et al. 2019, as in extinction.ts, 286 to 2198 nm.
 *
 * Beyond its range a law keeps the value at its end.
 */
import { pow } from '@imsim-od/portable-math';
import { f19Terms } from './f19-curve.js';

/** The name of a dust law. */
export type DustLaw = 'CCM89' | 'C00' | 'F19';

/** The two terms of a law at one wavelength: A / A_V = a + b / R_V. */
export interface DustTerms {
  readonly a: number;
  readonly b: number;
}

/** A screen of dust. */
export interface Dust {
  readonly law: DustLaw;
  /** A_V, mag. */
  readonly av: number;
  /** R_V = A_V / E(B-V). */
  readonly rv: number;
}

/** The terms of a law at a wavelength in nm, in the dust's own rest frame. */
export function dustTerms(law: DustLaw, wavelengthNm: number): DustTerms {
  switch (law) {
    case 'CCM89':
      return ccm89Terms(clamp(1000 / wavelengthNm, 0.3, 10));
    case 'C00':
      return c00Terms(clamp(wavelengthNm, 91.2, 2200) / 1000);
    case 'F19':
      return f19Terms(clamp(1000 / wavelengthNm, 0.455, 3.5));
  }
}

/** Dimming in mag at a wavelength in nm. */
export function dustMag({ law, av, rv }: Dust, wavelengthNm: number): number {
  const { a, b } = dustTerms(law, wavelengthNm);
  return av * (a + b / rv);
}

/** Coefficients of a(y) and b(y) in the optical, y = x - 1.82, from y^0. */
const CCM_A = [1, 0.17699, -0.50447, -0.02427, 0.72085, 0.01979, -0.7753, 0.32999];
const CCM_B = [0, 1.41338, 2.28305, 1.07233, -5.38434, -0.62251, 5.3026, -2.09002];

/** The same in the far ultraviolet, y = x - 8. */
const CCM_FAR_A = [-1.073, -0.628, 0.137, -0.07];
const CCM_FAR_B = [13.67, 4.257, -0.42, 0.374];

/** @param x wave number, 1/um */
function ccm89Terms(x: number): DustTerms {
  if (x < 1.1) {
    const power = pow(x, 1.61);
    return { a: 0.574 * power, b: -0.527 * power };
  }
  if (x < 3.3) return { a: horner(CCM_A, x - 1.82), b: horner(CCM_B, x - 1.82) };
  if (x < 8) {
    const y = Math.max(0, x - 5.9);
    const a = 1.752 - 0.316 * x - 0.104 / ((x - 4.67) * (x - 4.67) + 0.341);
    const b = -3.09 + 1.825 * x + 1.206 / ((x - 4.62) * (x - 4.62) + 0.263);
    return { a: a - y * y * (0.04473 + 0.009779 * y), b: b + y * y * (0.213 + 0.1207 * y) };
  }
  return { a: horner(CCM_FAR_A, x - 8), b: horner(CCM_FAR_B, x - 8) };
}

/** @param um wavelength, um */
function c00Terms(um: number): DustTerms {
  const x = 1 / um;
  const excess = um >= 0.63 ? -1.857 + 1.04 * x : -2.156 + x * (1.509 + x * (-0.198 + x * 0.011));
  return { a: 1, b: 2.659 * excess };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function horner(coefficients: readonly number[], y: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * y + coefficients[i]!;
  return sum;
}
