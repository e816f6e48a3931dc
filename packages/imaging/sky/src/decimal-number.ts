/**
 * Decimal numbers from bytes of text, rounded correctly: what `Number` gives, to the bit, without a string.
 *
 * Up to 15 digits and a small power of ten take one division or multiplication of exact doubles (Clinger 1990). Up to 22
 * digits are put together as an exact sum of two doubles, scaled with the remainder kept (Dekker 1971), and taken where
 * the error cannot move the rounding. The rare others go through `Number`.
 */

const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** `Number` would read hexadecimal and binary numbers and blanks, too. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Digits of the first of the whole numbers, and of the first two together. */
const FIRST_DIGITS = 8;
/** Digits of the first of the whole numbers where leading zeros count. */
const WORD_FIRST_DIGITS = 9;
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
  readDecimal(bytes, start, end, one, 0);
  return one[0]!;
}

/**
 * The number of the word that begins at `start` and ends before the first blank, tab or other white space of ASCII, which must be there,
 * into a place of an array; NaN where it spells none. Returns where the word ends.
 */
export function readDecimalWord(bytes: Uint8Array, start: number, into: Float64Array, place: number): number {
  let i = start;
  let digit = bytes[i]! - 48;
  const isNegative = digit === -3;
  if (isNegative || digit === -5) digit = bytes[++i]! - 48;
  const first = i;
  // Digits gather in whole numbers of 32 bits: the first 9, the next 6, and the last 7.
  let first9 = 0;
  let next6 = 0;
  let last7 = 0;
  while (digit >= 0 && digit <= 9) {
    first9 = (first9 * 10 + digit) | 0;
    digit = bytes[++i]! - 48;
  }
  let digits = i - first;
  let decimals = 0;
  if (digit === -2 && digits <= WORD_FIRST_DIGITS) {
    digit = bytes[++i]! - 48;
    const point = i;
    let stop = point + WORD_FIRST_DIGITS - digits;
    for (; digit >= 0 && digit <= 9 && i < stop; digit = bytes[++i]! - 48) first9 = (first9 * 10 + digit) | 0;
    stop += HIGH_DIGITS - WORD_FIRST_DIGITS;
    for (; digit >= 0 && digit <= 9 && i < stop; digit = bytes[++i]! - 48) next6 = (next6 * 10 + digit) | 0;
    stop += MOST_DIGITS - HIGH_DIGITS;
    for (; digit >= 0 && digit <= 9 && i < stop; digit = bytes[++i]! - 48) last7 = (last7 * 10 + digit) | 0;
    decimals = i - point;
    digits += decimals;
  } else if (digits > WORD_FIRST_DIGITS) digits = 0;
  if (digits === 0 || !isBlank(digit + 48)) return readOtherWord(bytes, start, i, into, place);
  let value: number;
  if (digits <= WORD_FIRST_DIGITS) value = first9 / POWERS[decimals]!;
  else {
    const high = digits < HIGH_DIGITS ? digits : HIGH_DIGITS;
    value = first9 * POWERS[high - WORD_FIRST_DIGITS]! + next6;
    if (digits <= HIGH_DIGITS) value /= POWERS[decimals]!;
    else {
      into[place] = value;
      scale(into, place, digits - HIGH_DIGITS, last7, -decimals);
      value = into[place]!;
      if (value !== value) return readOtherWord(bytes, start, i, into, place);
    }
  }
  into[place] = isNegative ? -value : value;
  return i;
}

/** The same for a word of any other form; `at` lies in the word or at its end. */
function readOtherWord(
  bytes: Uint8Array,
  start: number,
  at: number,
  into: Float64Array,
  place: number,
): number {
  let end = at;
  while (!isBlank(bytes[end]!)) end++;
  readDecimal(bytes, start, end, into, place);
  return end;
}

/** True for the blank, tabs, and line ends. */
export function isBlank(byte: number): boolean {
  return byte === 32 || (byte <= 13 && byte >= 9);
}

/** As `decimalNumber`, into a place of an array: engines make an object of each number that such a function returns. */
export function readDecimal(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Float64Array,
  place: number,
): void {
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
    into[place] = NaN;
    return;
  }
  if (i < end) {
    if (code !== 53 && code !== 21) {
      into[place] = NaN; // neither e nor E
      return;
    }
    const exponent = exponentOf(bytes, i + 1, end);
    if (exponent === undefined) {
      into[place] = throughNumber(bytes, start, end);
      return;
    }
    power += exponent;
  }
  if (digits > MOST_DIGITS || power > MOST_POWER || power < -MOST_POWER) {
    into[place] = throughNumber(bytes, start, end);
    return;
  }
  let value: number;
  if (digits <= HIGH_DIGITS) {
    const high = digits <= FIRST_DIGITS ? first8 : first8 * POWERS[digits - FIRST_DIGITS]! + next7;
    value = power < 0 ? high / POWERS[-power]! : high * POWERS[power]!;
  } else {
    into[place] = first8 * POWERS[HIGH_DIGITS - FIRST_DIGITS]! + next7;
    scale(into, place, digits - HIGH_DIGITS, last7, power);
    value = into[place]!;
  }
  if (value !== value) into[place] = throughNumber(bytes, start, end);
  else into[place] = isNegative ? -value : value;
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

/** Makes a place of an array from its whole number h: (h * 10^lowDigits + low) * 10^power, rounded once; NaN where that cannot be told. */
function scale(into: Float64Array, place: number, lowDigits: number, low: number, power: number): void {
  const high = into[place]!;
  const lowPower = POWERS[lowDigits]!;
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
  into[place] = least === value + (correction + doubt) ? least : NaN;
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
