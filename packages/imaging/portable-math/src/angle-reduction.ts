/**
 * Reduction of an angle in radians by multiples of pi/2 to |r| <= pi/4 (and a hair), r as an unevaluated sum hi + lo.
 * Up to 3e9 pi/2 is held in three 22-bit parts and a full one, so that three products are exact (Cody and Waite with more parts);
 * beyond, the angle is an exact integer times a power of two and is reduced in integers against pi to 1200 bits.
 * Accuracy: |error of r| < 2^-86 up to 3e9, full float64 relative accuracy beyond.
 */
import { productError, sumError } from './double-double.js';
import { highWord, lowWord, scaleByPowerOfTwo } from './float-bits.js';

const TWO_OVER_PI = 0.6366197723675814;
const PART_1 = 1.570796012878418;
const PART_2 = 3.139164164167596e-7;
const PART_3 = 6.223371969669989e-14;
const PART_4 = 2.0222662487959506e-21;

/** The last reduced angle: [hi, lo]; the next call overwrites it. */
export const reducedAngle = new Float64Array(2);

/** Reduces a finite x into `reducedAngle`; returns the quadrant, the multiple of pi/2 modulo 4 (0..3). */
export function reduceAngle(x: number): number {
  if (Math.abs(x) > 3e9) return reduceLargeAngle(x);
  const n = Math.floor(x * TWO_OVER_PI + 0.5);
  const a = x - n * PART_1; // exact
  const b = -n * PART_2;
  const sum = a + b;
  const c = -n * PART_3;
  const total = sum + c;
  const d = -n * PART_4;
  const lo = sumError(a, b, sum) + sumError(sum, c, total) + d;
  const hi = total + lo;
  reducedAngle[0] = hi;
  reducedAngle[1] = sumError(total, lo, hi) + productError(-n, PART_4, d);
  return n & 3;
}

const PI_BITS = 1200n;
let halfPiScaled: bigint | undefined;

/** arctan(1 / n) * 2^bits by its alternating series, in integers. */
function inverseArctangent(n: bigint, bits: bigint): bigint {
  let power = (1n << bits) / n;
  let sum = power;
  for (let k = 3n, sign = -1n; power > 0n; k += 2n, sign = -sign) {
    power /= n * n;
    sum += (sign * power) / k;
  }
  return sum;
}

/** pi / 2 * 2^PI_BITS from Machin's formula, with 64 guard bits. */
function scaledHalfPi(): bigint {
  const bits = PI_BITS + 64n;
  return (8n * inverseArctangent(5n, bits) - 2n * inverseArctangent(239n, bits)) >> 64n;
}

function reduceLargeAngle(x: number): number {
  halfPiScaled ??= scaledHalfPi();
  const high = highWord(x);
  const mantissa = (BigInt((high & 0xfffff) | 0x100000) << 32n) | BigInt(lowWord(x));
  const shift = ((high >>> 20) & 0x7ff) - 1075;
  const scaled = mantissa << (PI_BITS + BigInt(shift));
  let n = scaled / halfPiScaled;
  let rest = scaled - n * halfPiScaled;
  if (2n * rest > halfPiScaled) {
    n += 1n;
    rest -= halfPiScaled;
  }
  const sign = x < 0 ? -1 : 1;
  const size = rest < 0n ? -rest : rest;
  // The leading 53 bits, then the next 53.
  const length = size.toString(2).length;
  const cut = BigInt(Math.max(length - 53, 0));
  const top = size >> cut;
  const cutLow = BigInt(Math.max(length - 106, 0));
  const bottom = (size - (top << cut)) >> cutLow;
  const restSign = rest < 0n ? -sign : sign;
  reducedAngle[0] = restSign * toNumber(top, Number(cut - PI_BITS));
  reducedAngle[1] = restSign * toNumber(bottom, Number(cutLow - PI_BITS));
  const quadrant = Number(n & 3n);
  return sign < 0 ? (4 - quadrant) & 3 : quadrant;
}

/** mantissa * 2^exponent for a mantissa below 2^53. */
function toNumber(mantissa: bigint, exponent: number): number {
  return scaleByPowerOfTwo(Number(mantissa) / 9007199254740992, exponent + 53);
}
