/**
 * Plain decimal numbers out of a longer text, without cutting the text up. Up to fifteen digits and a power of ten up to 10^22 are both
 * exact in float64, so their one quotient is the correctly rounded number; all else is left to the engine's own reader.
 */

const MOST_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, i) => Number(`1e${i}`));
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** The number written in text[from, to); NaN where there is none, also for blanks alone. */
export function readDecimal(text: string, from: number, to: number): number {
  const negative = text.charCodeAt(from) === MINUS;
  const first = negative ? from + 1 : from;
  let whole = 0;
  let digits = 0;
  let point = -1;
  for (let at = first; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      whole = 10 * whole + digit;
      digits++;
    } else if (digit === POINT - ZERO && point < 0) {
      point = at;
    } else {
      return readOther(text.slice(from, to));
    }
  }
  if (digits === 0 || digits > MOST_DIGITS) return readOther(text.slice(from, to));
  const size = point < 0 ? whole : whole / POWERS_OF_TEN[to - point - 1]!;
  return negative ? -size : size;
}

function readOther(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}
