/**
 * Decimal numbers from bytes of text, rounded correctly: what `Number` gives, to the bit, without a string.
 *
 * Up to 15 digits and a small power of ten take one division or multiplication of exact doubles (Clinger 1990). Up to 22
 * digits are put together as an exact sum of two doubles, scaled with the remainder kept (Dekker 1971), and taken where
 * the error cannot move the rounding. The rare others go through `Number`.
 */

const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** `Number` would read hexadecimal and binary numbers and blanks, too. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Digits of the first of the whole numbers, and of the first two together. */
const FIRST_DIGITS = 8;
const HIGH_DIGITS = 15;
const MOST_DIGITS = 22;
const MOST_POWER = 22;
/** 2^27 + 1 parts a double into two halves whose products are exact. */
const SPLITTER = 134_217_729;
/** Bounds of the error: far above what two more roundings can do, far below half a unit in the last place. */
const RELATIVE_DOUBT = 5.684341886080802e-14; // 2^-44
const ABSOLUTE_DOUBT = 3.1554436208840472e-30; // 2^-98

const one = new Float64Array(1);

/** The number that `bytes[start]` up to and not including `bytes[end]` spell; NaN where they spell none. */
export function decimalNumber(bytes: Uint8Array, start: number, end: number): number {
  readDecimal(bytes, start, end, one);
  return one[0]!;
}

/** As `decimalNumber`, into the first place of an array: engines make an object of each number that such a function returns. */
export function readDecimal(bytes: Uint8Array, start: number, end: number, into: Float64Array): void {
  let i = start;
  let code = bytes[i]!;
  const isNegative = code === 45;
  if (isNegative || code === 43) i++;
  // Digits gather in whole numbers of 32 bits: the first 8, the next 7, and the last 7.
  let first8 = 0;
  let next7 = 0;
  let last7 = 0;
  let digits = 0;
  let point = -1;
  const first = i;
  for (; i < end; i++) {
    code = bytes[i]! - 48;
    if (code >= 0 && code <= 9) {
      if (digits < FIRST_DIGITS) {
        first8 = (first8 * 10 + code) | 0;
        if (first8 > 0) digits++;
      } else {
        if (digits < HIGH_DIGITS) next7 = (next7 * 10 + code) | 0;
        else if (digits < MOST_DIGITS) last7 = (last7 * 10 + code) | 0;
        digits++;
      }
    } else if (code === -2 && point < 0) point = i;
    else break;
  }
  let power = 0;
  let count = i - first;
  if (point >= 0) {
    power = point + 1 - i;
    count--;
  }
  if (count === 0) {
    into[0] = NaN;
    return;
  }
  if (i < end) {
    if (code !== 53 && code !== 21) {
      into[0] = NaN; // neither e nor E
      return;
    }
    const exponent = exponentOf(bytes, i + 1, end);
    if (exponent === undefined) {
      into[0] = throughNumber(bytes, start, end);
      return;
    }
    power += exponent;
  }
  if (digits > MOST_DIGITS || power > MOST_POWER || power < -MOST_POWER) {
    into[0] = throughNumber(bytes, start, end);
    return;
  }
  let value: number;
  if (digits <= HIGH_DIGITS) {
    const high = digits <= FIRST_DIGITS ? first8 : first8 * POWERS[digits - FIRST_DIGITS]! + next7;
    value = power < 0 ? high / POWERS[-power]! : high * POWERS[power]!;
  } else {
    const high = first8 * POWERS[HIGH_DIGITS - FIRST_DIGITS]! + next7;
    value = scaled(high, POWERS[digits - HIGH_DIGITS]!, last7, power);
  }
  if (value !== value) into[0] = throughNumber(bytes, start, end);
  else into[0] = isNegative ? -value : value;
}

/** A whole number of up to four digits with its sign; undefined for anything else. */
function exponentOf(bytes: Uint8Array, start: number, end: number): number | undefined {
  let i = start;
  const isNegative = bytes[i] === 45;
  if (isNegative || bytes[i] === 43) i++;
  if (i >= end || end - i > 4) return undefined;
  let value = 0;
  for (; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return isNegative ? -value : value;
}

/** (high * lowPower + low) * 10^power, rounded once; NaN where that cannot be told. */
function scaled(high: number, lowPower: number, low: number, power: number): number {
  const product = high * lowPower;
  const m = product + low;
  const back = m - product;
  const rest = productError(high, lowPower, product) + (product - (m - back) + (low - back));
  const ten = POWERS[power < 0 ? -power : power]!;
  let value: number;
  let correction: number;
  if (power < 0) {
    value = m / ten;
    const near = value * ten;
    correction = (m - near - productError(value, ten, near) + rest) / ten;
  } else {
    value = m * ten;
    correction = productError(m, ten, value) + rest * ten;
  }
  const doubt = Math.abs(correction) * RELATIVE_DOUBT + value * ABSOLUTE_DOUBT;
  const least = value + (correction - doubt);
  return least === value + (correction + doubt) ? least : NaN;
}

/** a * b - product, exactly, where product is a * b rounded. */
function productError(a: number, b: number, product: number): number {
  const aScaled = a * SPLITTER;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = b * SPLITTER;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function throughNumber(bytes: Uint8Array, start: number, end: number): number {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return DECIMAL.test(text) ? Number(text) : NaN;
}
