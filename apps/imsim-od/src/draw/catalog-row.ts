/**
 * Rows of comma-separated cells, read as bytes: one pass over a row finds its cells and the numbers in them, without cutting it up.
 * Up to fifteen digits and a power of ten up to 10^22 are both exact in float64, so their one quotient is the correctly rounded
 * number; all else is left to the engine's own reader.
 */

const MOST_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, i) => Number(`1e${i}`));
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** The row being read: where its cells lie, and the plain decimals in them. */
export class CatalogRow {
  readonly #bytes: Uint8Array;
  readonly #columns: number;
  /** Where each cell begins, and, one past the last, where the next would. */
  readonly #starts: Int32Array;
  /** The number of each cell that is a plain decimal, NaN for the others. */
  readonly #plain: Float64Array;

  constructor(bytes: Uint8Array, columns: number) {
    this.#bytes = bytes;
    this.#columns = columns;
    this.#starts = new Int32Array(columns + 1);
    this.#plain = new Float64Array(columns);
  }

  /** Reads bytes[start, end); returns how many cells there are, of which those beyond the columns are only counted. */
  open(start: number, end: number): number {
    const bytes = this.#bytes;
    const starts = this.#starts;
    const plain = this.#plain;
    const columns = this.#columns;
    let cell = 0;
    let at = start;
    for (;;) {
      const first = at;
      const negative = at < end && bytes[at] === MINUS;
      if (negative) at++;
      let whole = 0;
      let digits = 0;
      let point = -1;
      let isPlain = true;
      for (; at < end; at++) {
        const digit = bytes[at]! - ZERO;
        if (digit >= 0 && digit <= 9) {
          whole = 10 * whole + digit;
          digits++;
        } else if (digit === COMMA - ZERO) {
          break;
        } else if (digit === POINT - ZERO && point < 0) {
          point = at;
        } else {
          isPlain = false;
        }
      }
      if (cell < columns) {
        starts[cell] = first;
        starts[cell + 1] = at + 1;
        if (!isPlain || digits === 0 || digits > MOST_DIGITS) {
          plain[cell] = NaN;
        } else {
          const size = point < 0 ? whole : whole / POWERS_OF_TEN[at - point - 1]!;
          plain[cell] = negative ? -size : size;
        }
      }
      cell++;
      if (at >= end) return cell;
      at++;
    }
  }

  /** The number of a cell; NaN where there is none, also for blanks alone. */
  number(column: number): number {
    const value = this.#plain[column]!;
    if (value === value) return value;
    const text = this.text(column);
    return text.trim() === '' ? NaN : Number(text);
  }

  /** The text of a cell. */
  text(column: number): string {
    return textOf(this.#bytes, this.#starts[column]!, this.#starts[column + 1]! - 1);
  }

  /** Whether a cell has these bytes and no others. */
  has(column: number, word: Uint8Array): boolean {
    const start = this.#starts[column]!;
    if (this.#starts[column + 1]! - 1 - start !== word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.#bytes[start + i] !== word[i]) return false;
    return true;
  }
}

/** The text of bytes[start, end). */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

const decoder = new TextDecoder();
