/**
 * Error-free sums and products: the exact rounding error of one float64 operation, itself a float64.
 * From Dekker (1971, Numer. Math. 18, 224) and Knuth (TAOCP 2, 4.2.2). A value held as an unevaluated sum `hi + lo` of two
 * float64 carries about 106 bits. No operation here needs a fused multiply-add, so engines agree on every bit.
 */

/** (a + b) - sum exactly, where sum is the rounded a + b; any order of magnitudes. */
export function sumError(a: number, b: number, sum: number): number {
  const bRounded = sum - a;
  return a - (sum - bRounded) + (b - bRounded);
}

/** a * b - product exactly, where product is the rounded a * b; |a|, |b| below 2^995, product far from underflow. */
export function productError(a: number, b: number, product: number): number {
  const aScaled = 134217729 * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = 134217729 * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/** An unevaluated sum hi + lo with |lo| <= ulp(hi) / 2. */
export type DoubleDouble = readonly [hi: number, lo: number];

/** Sum of two double-doubles, relative error about 2^-104 (no cancellation) . */
export function addDoubleDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const sum = a[0] + b[0];
  const rest = sumError(a[0], b[0], sum) + a[1] + b[1];
  const hi = sum + rest;
  return [hi, rest - (hi - sum)];
}

/** Product of two double-doubles, relative error about 2^-103. */
export function multiplyDoubleDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const product = a[0] * b[0];
  const rest = productError(a[0], b[0], product) + (a[0] * b[1] + a[1] * b[0]);
  const hi = product + rest;
  return [hi, rest - (hi - product)];
}

/** Quotient of two double-doubles, relative error about 2^-102. */
export function divideDoubleDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a[0] / b[0];
  const r = addDoubleDouble(a, multiplyDoubleDouble([-first, 0], b));
  const second = r[0] / b[0];
  const s = addDoubleDouble(r, multiplyDoubleDouble([-second, 0], b));
  return addDoubleDouble([first, 0], addDoubleDouble([second, 0], [s[0] / b[0], 0]));
}
