/**
 * exp and expm1. The argument is reduced by multiples of ln 2 held in two parts (Cody and Waite), then the Taylor series of the
 * remainder |r| <= ln 2 / 2 is summed to r^13 / 13! and added to 1 + r without losing the rounding error of that sum.
 * Accuracy: below 0.6 ulp (exp), 1 ulp (expm1), including the subnormal range.
 */
import { powerOfTwo, scaleByPowerOfTwo } from './float-bits.js';
import { productError, sumError } from './double-double.js';

const INVERSE_LN2 = 1.4426950408889634;
/** ln 2 to 32 bits, so that k * LN2_HIGH is exact for |k| < 2^21. */
export const LN2_HIGH = 0.6931471803691238;
/** ln 2 - LN2_HIGH. */
export const LN2_LOW = 1.9082149292705877e-10;

/** (e^r - 1 - r) / r^2 for |r| <= 0.36, by its Taylor series in Estrin's order; relative error about 2^-52. */
function quadraticTail(r: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = 1 / 2 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120));
  const middle = 1 / 720 + r * (1 / 5040) + r2 * (1 / 40320 + r * (1 / 362880));
  const high = 1 / 3628800 + r * (1 / 39916800) + r2 * (1 / 479001600 + r * (1 / 6227020800));
  return low + r4 * (middle + r4 * high);
}

/** e^(hi + lo) for |lo| much smaller than |hi|: one rounding of an argument known to about 70 bits. */
export function expOfSum(hi: number, lo: number): number {
  if (!(hi < 709.8)) return hi !== hi ? hi : Infinity;
  if (hi < -745.2) return 0;
  const k = Math.floor(hi * INVERSE_LN2 + 0.5);
  const high = hi - k * LN2_HIGH;
  const low = lo - k * LN2_LOW;
  const r = high + low;
  const rLow = high - r + low;
  const onePlus = 1 + r;
  const rest = r - (onePlus - 1) + (rLow * onePlus + r * r * quadraticTail(r));
  return scaleByPowerOfTwo(onePlus + rest, k);
}

/** e^x. exp(-Infinity) is 0, exp(NaN) is NaN; overflows to Infinity above 709.78. */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/** e^x - 1 without cancellation near 0; expm1(-0) is -0, expm1(-Infinity) is -1. */
export function expm1(x: number): number {
  const size = Math.abs(x);
  if (size < 5e-17) return x;
  if (size < 0.34) return x + x * x * quadraticTail(x);
  if (x > 60) return exp(x);
  if (x < -45) return -1;
  if (x !== x) return x;
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = -k * LN2_LOW;
  const r = high + low;
  const rLow = high - r + low;
  const scale = powerOfTwo(k);
  // 2^k (1 + r + tail) - 1, the largest parts first, each with its rounding error.
  const offset = scale - 1;
  const offsetError = sumError(scale, -1, offset);
  const scaledR = scale * r;
  const sum = offset + scaledR;
  const sumLow = sumError(offset, scaledR, sum) + offsetError;
  return sum + (sumLow + scale * (rLow * (1 + r) + r * r * quadraticTail(r)));
}

const parts = new Float64Array(2);

/**
 * e^x for |x| < 700 as an unevaluated sum of two float64 with about 58 correct bits, in a shared two-element array
 * that the next call overwrites.
 */
export function expParts(x: number): Float64Array {
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = -k * LN2_LOW;
  const r = high + low;
  const rLow = high - r + low;
  const onePlus = 1 + r;
  const square = r * r;
  // The leading r^2 / 2 keeps its rounding error; what follows is small enough for plain float64.
  const half = 0.5 * square;
  const halfError = 0.5 * productError(r, r, square);
  const a = onePlus + half;
  const aError = half - (a - onePlus);
  const rest = r - (onePlus - 1) + aError + halfError + rLow * onePlus + square * (quadraticTail(r) - 0.5);
  const hi = a + rest;
  const scale = powerOfTwo(k);
  parts[0] = hi * scale;
  parts[1] = (rest - (hi - a)) * scale;
  return parts;
}
