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
const HIGH_DIGITS = 15;
const MOST_DIGITS = 22;
const MOST_POWER = 22;
/** 2^27 + 1 parts a double into two halves whose products are exact. */
const SPLITTER = 134_217_729;
/** Bounds of the error: far above what two more roundings can do, far below half a unit in the last place. */
const RELATIVE_DOUBT = 5.684341886080802e-14; // 2^-44
const ABSOLUTE_DOUBT = 3.1554436208840472e-30; // 2^-98

/** The number that `bytes[start]` up to and not including `bytes[end]` spell; NaN where they spell none. */
export function decimalNumber(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  let code = bytes[i]!;
  const isNegative = code === 45;
  if (isNegative || code === 43) i++;
  let high = 0;
  let low = 0;
  let lowPower = 1;
  let digits = 0;
  let decimals = 0;
  let point = -1;
  const first = i;
  for (; i < end; i++) {
    code = bytes[i]! - 48;
    if (code >= 0 && code <= 9) {
      if (digits < HIGH_DIGITS) {
        high = high * 10 + code;
        if (high > 0) digits++;
      } else {
        low = low * 10 + code;
        lowPower *= 10;
        digits++;
      }
    } else if (code === -2 && point < 0) point = i;
    else break;
  }
  if (point >= 0) decimals = i - point - 1;
  if (i - first - (point >= 0 ? 1 : 0) === 0) return NaN;
  let power = -decimals;
  if (i < end) {
    if (code !== 53 && code !== 21) return NaN; // neither e nor E
    const exponent = exponentOf(bytes, i + 1, end);
    if (exponent === undefined) return throughNumber(bytes, start, end);
    power += exponent;
  }
  if (digits > MOST_DIGITS || power > MOST_POWER || power < -MOST_POWER)
    return throughNumber(bytes, start, end);
  const value =
    digits <= HIGH_DIGITS
      ? power < 0
        ? high / POWERS[-power]!
        : high * POWERS[power]!
      : scaled(high, lowPower, low, power);
  if (value !== value) return throughNumber(bytes, start, end);
  return isNegative ? -value : value;
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
