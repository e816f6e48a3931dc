/**
 * log, log1p, log2, log10, and the logarithm as an unevaluated sum for pow.
 * The mantissa m in [sqrt 1/2, sqrt 2) is multiplied by a 9-bit approximation c of 1/m from a table of 128, which leaves
 * r = m c - 1, |r| < 2^-7, exactly; then log m = -log c + log(1 + r) with the first two terms of the series in double-double.
 * An entry of the table is made when it is first looked up, from the series of 2 atanh((c - 1) / (c + 1)) in double-double.
 * Accuracy: about 2^-66 relative before the final rounding, so below 0.51 ulp; powers of 2 and 10 come out exact.
 */
import {
  addDoubleDouble,
  divideDoubleDouble,
  multiplyDoubleDouble,
  productError,
  sumError,
  type DoubleDouble,
} from './double-double.js';
import { LN2_HIGH, LN2_LOW } from './exponential.js';
import { highWord, powerOfTwo } from './float-bits.js';

/** 1 / ln 2 and 1 / ln 10 in two parts. */
const INVERSE_LN2: DoubleDouble = [1.4426950408889634, 2.0355273740931033e-17];
const INVERSE_LN10: DoubleDouble = [0.4342944819032518, 1.098319650216765e-17];

const TABLE_SIZE = 128;
/** Mantissas from this table index on (m >= 1.414) are halved, their exponent raised by one. */
const FIRST_HALVED = 53;
/** The approximations c; 0 where the entry has not been made yet. */
const reciprocals = new Float64Array(TABLE_SIZE);
const minusLogHigh = new Float64Array(TABLE_SIZE);
const minusLogLow = new Float64Array(TABLE_SIZE);

/** Makes entry i of the table; returns its c. */
function makeEntry(i: number): number {
  const middle = (1 + (i + 0.5) / TABLE_SIZE) * (i < FIRST_HALVED ? 1 : 0.5);
  const c = i === 0 || i === TABLE_SIZE - 1 ? 1 : Math.round(512 / middle) / 512;
  const s = divideDoubleDouble([1 - c, 0], [1 + c, 0]);
  const square = multiplyDoubleDouble(s, s);
  let series: DoubleDouble = [0, 0];
  // the series' coefficients are 2 / n for n = 45, 43 .. 1
  for (let n = 45; n > 0; n -= 2) {
    series = addDoubleDouble(divideDoubleDouble([2, 0], [n, 0]), multiplyDoubleDouble(series, square));
  }
  const [high, low] = multiplyDoubleDouble(series, s);
  reciprocals[i] = c;
  minusLogHigh[i] = high;
  minusLogLow[i] = low;
  return c;
}

const parts = new Float64Array(2);

/**
 * Splits log(x + xLow) into k ln 2 (k is returned) and the logarithm of the mantissa, left in `parts` as hi + lo.
 * x positive, finite; |xLow| <= ulp(x). xLow must be 0 where x is subnormal.
 */
function splitLog(x: number, xLow: number): number {
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984; // 2^54
    k = -54;
  }
  const high = highWord(x);
  const index = (high >>> 13) & 127;
  const shift = (high >>> 20) - (index >= FIRST_HALVED ? 1022 : 1023);
  const scale = powerOfTwo(-shift);
  const m = x * scale;
  k += shift;
  const c = reciprocals[index]! || makeEntry(index);
  // Two halves of m with at most 26 bits each: both products with c are exact.
  const spread = 134217729 * m;
  const mHigh = spread - (spread - m);
  const upper = mHigh * c - 1;
  const lower = (m - mHigh) * c;
  let r = upper + lower;
  let rLow = sumError(upper, lower, r);
  if (xLow !== 0) {
    const correction = xLow * scale * c;
    const exact = r;
    r = exact + correction;
    rLow += sumError(exact, correction, r);
  }
  const square = r * r;
  const squareLow = productError(r, r, square) + 2 * r * rLow;
  // log(1 + r) - r + r^2 / 2
  const tail =
    square *
    r *
    (1 / 3 -
      r * (1 / 4) +
      square * (1 / 5 - r * (1 / 6) + square * (1 / 7 - r * (1 / 8) + square * (1 / 9 - r * (1 / 10)))));
  const a = minusLogHigh[index]!;
  const b = a + r;
  const bLow = sumError(a, r, b);
  const half = -0.5 * square;
  const sum = b + half;
  const lo = sumError(b, half, sum) + bLow + (rLow - 0.5 * squareLow + tail + minusLogLow[index]!);
  const hi = sum + lo;
  parts[0] = hi;
  parts[1] = lo - (hi - sum);
  return k;
}

/** Adds k ln 2 to the mantissa's logarithm in `parts`. */
function joinLog(k: number): void {
  if (k === 0) return;
  const a = k * LN2_HIGH;
  const b = parts[0]!;
  const sum = a + b;
  const lo = b - (sum - a) + (parts[1]! + k * LN2_LOW);
  const hi = sum + lo;
  parts[0] = hi;
  parts[1] = lo - (hi - sum);
}

/**
 * log(x) of a positive finite x as an unevaluated sum hi + lo with about 66 correct bits, in a shared two-element array that
 * the next call of any logarithm overwrites.
 */
export function logParts(x: number): Float64Array {
  joinLog(splitLog(x, 0));
  return parts;
}

/** The special results shared by all bases: NaN below 0, -Infinity at 0, Infinity at Infinity. */
function specialLog(x: number): number {
  return x === 0 ? -Infinity : x > 0 ? x : NaN;
}

/** Natural logarithm. log(1) is +0, log(+-0) is -Infinity, log of a negative number is NaN. */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return specialLog(x);
  joinLog(splitLog(x, 0));
  return parts[0]! + parts[1]!;
}

/** log(1 + x) without cancellation near 0. log1p(-0) is -0, log1p(-1) is -Infinity. */
export function log1p(x: number): number {
  if (!(x > -1 && x < Infinity)) return x === -1 ? -Infinity : x > 0 ? x : NaN;
  if (Math.abs(x) < 5e-17) return x;
  const sum = 1 + x;
  joinLog(splitLog(sum, sumError(1, x, sum)));
  return parts[0]! + parts[1]!;
}

/** Logarithm to base 2; exact for powers of two. */
export function log2(x: number): number {
  if (!(x > 0 && x < Infinity)) return specialLog(x);
  const k = splitLog(x, 0);
  const hi = parts[0]!;
  const product = hi * INVERSE_LN2[0];
  const lo = productError(hi, INVERSE_LN2[0], product) + (hi * INVERSE_LN2[1] + parts[1]! * INVERSE_LN2[0]);
  const sum = k + product;
  return sum + (sumError(k, product, sum) + lo);
}

/** Logarithm to base 10; exact for powers of ten. */
export function log10(x: number): number {
  if (!(x > 0 && x < Infinity)) return specialLog(x);
  const k = splitLog(x, 0);
  const a = k * LN2_HIGH;
  const b = parts[0]!;
  const sum = a + b;
  const lo = sumError(a, b, sum) + (parts[1]! + k * LN2_LOW);
  const hi = sum + lo;
  const hiLow = lo - (hi - sum);
  const product = hi * INVERSE_LN10[0];
  return (
    product + (productError(hi, INVERSE_LN10[0], product) + (hi * INVERSE_LN10[1] + hiLow * INVERSE_LN10[0]))
  );
}
