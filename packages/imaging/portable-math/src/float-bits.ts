/**
 * Access to the sign, exponent and mantissa of a float64, and exact scaling by powers of two.
 * Works on either byte order; every operation here is exact except the single rounding into the subnormal range.
 */
const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);

float64[0] = 1;
const HIGH = words[1] === 0 ? 0 : 1;
const LOW = 1 - HIGH;

/** The upper 32 bits of a float64 (sign, 11 exponent bits, 20 mantissa bits) as an unsigned word. */
export function highWord(x: number): number {
  float64[0] = x;
  return words[HIGH]!;
}

/** The lower 32 bits of a float64 as an unsigned word. */
export function lowWord(x: number): number {
  float64[0] = x;
  return words[LOW]!;
}

/** True for negative numbers and for -0. */
export function isNegative(x: number): boolean {
  return x < 0 || (x === 0 && 1 / x < 0);
}

const POWERS = new Float64Array(1074 + 1024);
POWERS[1074] = 1;
for (let k = 1; k < 1024; k++) POWERS[1074 + k] = POWERS[1073 + k]! * 2;
for (let k = 1; k <= 1074; k++) POWERS[1074 - k] = POWERS[1075 - k]! * 0.5;

/** 2^k for an integer k in -1074..1023. */
export function powerOfTwo(k: number): number {
  return POWERS[k + 1074]!;
}

/**
 * m * 2^k, rounded once, for a finite m with 2^-2 < |m| < 2^2 and any integer k.
 * Overflows to infinity and underflows to zero with m's sign.
 */
export function scaleByPowerOfTwo(m: number, k: number): number {
  if (k >= -1074 && k <= 1023) return m * POWERS[k + 1074]!;
  if (k > 1023) return k > 1026 ? m * Infinity : m * POWERS[k - 1023 + 1074]! * POWERS[1023 + 1074]!;
  return k < -1078 ? m * 0 : m * POWERS[k + 1074 + 1074]! * POWERS[0]!;
}
