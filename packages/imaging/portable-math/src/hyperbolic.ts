/**
 * sinh, cosh, tanh from e^x and e^-x in two parts each; near zero from the Taylor series.
 * Accuracy: below 1 ulp (sinh, cosh; 2 ulp above 709), 2 ulp (tanh).
 */
import { productError, sumError } from './double-double.js';
import { exp, expParts } from './exponential.js';

const inverse = new Float64Array(2);

/** 1 / (hi + lo) in two parts, into `inverse`. */
function invert(hi: number, lo: number): void {
  const q = 1 / hi;
  const product = q * hi;
  inverse[0] = q;
  inverse[1] = (1 - product - productError(q, hi, product) - q * lo) * q;
}

/** sinh x for |x| < 0.36 by its Taylor series. */
function sinhNearZero(x: number): number {
  const z = x * x;
  const series =
    1 / 6 + z * (1 / 120 + z * (1 / 5040 + z * (1 / 362880 + z * (1 / 39916800 + z * (1 / 6227020800)))));
  return x + x * z * series;
}

/** Hyperbolic sine; sinh(-0) is -0. */
export function sinh(x: number): number {
  const size = Math.abs(x);
  if (size < 1e-8 || x !== x) return x;
  const sign = x < 0 ? -1 : 1;
  if (size < 0.35) return sinhNearZero(x);
  if (size > 709) return sign * (0.5 * exp(0.5 * size)) * exp(0.5 * size);
  if (size > 40) return sign * 0.5 * exp(size);
  const e = expParts(size);
  const hi = e[0]!;
  const lo = e[1]!;
  invert(hi, lo);
  const sum = hi - inverse[0]!;
  return sign * 0.5 * (sum + (sumError(hi, -inverse[0]!, sum) + (lo - inverse[1]!)));
}

/** Hyperbolic cosine. */
export function cosh(x: number): number {
  const size = Math.abs(x);
  if (x !== x) return x;
  if (size > 709) return 0.5 * exp(0.5 * size) * exp(0.5 * size);
  if (size > 40) return 0.5 * exp(size);
  const e = expParts(size);
  const hi = e[0]!;
  const lo = e[1]!;
  invert(hi, lo);
  const sum = hi + inverse[0]!;
  return 0.5 * (sum + (sumError(hi, inverse[0]!, sum) + (lo + inverse[1]!)));
}

/** Hyperbolic tangent; tanh(-0) is -0. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 1e-8 || x !== x) return x;
  if (size > 22) return x > 0 ? 1 : -1;
  const sign = x < 0 ? -1 : 1;
  if (size < 0.35) {
    const z = x * x;
    const coshSeries = 1 / 24 + z * (1 / 720 + z * (1 / 40320 + z * (1 / 3628800 + z * (1 / 479001600))));
    return sinhNearZero(x) / (1 + z * (0.5 + z * coshSeries));
  }
  // 1 - 2 / (e^2x + 1)
  const e = expParts(2 * size);
  const q = 2 / (e[0]! + 1 + e[1]!);
  return sign * (1 - q);
}
