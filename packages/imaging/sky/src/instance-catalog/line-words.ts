/**
 * The words of one line without a string for each: places are found once, words and numbers are made on demand. Numbers of up
 * to 15 digits and a small exponent are put together from their digits, which IEEE 754 then rounds correctly in a single
 * division or multiplication (Clinger 1990); all others go through `Number`. Reused line after line.
 */

const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** A decimal number: `Number` would read hexadecimal and binary ones, too. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const LARGEST_EXACT = 9_007_199_254_740_991;

/** The words of the line that was set last. */
export class LineWords {
  private line = '';
  private starts = new Int32Array(64);
  private ends = new Int32Array(64);
  private count = 0;

  /** Number of words. */
  get length(): number {
    return this.count;
  }

  /** Splits a line at blanks, tabs and other white space of ASCII. */
  set(line: string): void {
    this.line = line;
    let count = 0;
    let inWord = false;
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i);
      const isBlank = code === 32 || (code >= 9 && code <= 13);
      if (inWord === !isBlank) continue;
      if (isBlank) this.ends[count++] = i;
      else {
        if (count === this.starts.length) this.grow();
        this.starts[count] = i;
      }
      inWord = !isBlank;
    }
    if (inWord) this.ends[count++] = line.length;
    this.count = count;
  }

  /** A word; undefined beyond the last. It may keep its line's text alive: use `copy` for what is stored. */
  word(index: number): string | undefined {
    return index < this.count ? this.line.slice(this.starts[index], this.ends[index]) : undefined;
  }

  /** A word as a string of its own, which keeps nothing else alive; '' beyond the last. */
  copy(index: number): string {
    if (index >= this.count) return '';
    const codes: number[] = [];
    for (let i = this.starts[index] ?? 0; i < (this.ends[index] ?? 0); i++)
      codes.push(this.line.charCodeAt(i));
    return String.fromCharCode(...codes);
  }

  /** Number of UTF-16 units of a word. */
  wordLength(index: number): number {
    return index < this.count ? (this.ends[index] ?? 0) - (this.starts[index] ?? 0) : 0;
  }

  /** True where a word is exactly this text. */
  is(index: number, text: string): boolean {
    return this.wordLength(index) === text.length && this.line.startsWith(text, this.starts[index]);
  }

  /** True where any word is exactly this text. */
  includes(text: string): boolean {
    for (let i = 0; i < this.count; i++) if (this.is(i, text)) return true;
    return false;
  }

  /** All words. */
  all(): string[] {
    return Array.from({ length: this.count }, (_, i) => this.word(i) ?? '');
  }

  /** A word as a decimal number; NaN where it is none. */
  number(index: number): number {
    if (index >= this.count) return NaN;
    const end = this.ends[index] ?? 0;
    let i = this.starts[index] ?? 0;
    let code = this.line.charCodeAt(i);
    const isNegative = code === 45;
    if (isNegative || code === 43) i++;
    let mantissa = 0;
    let decimals = 0;
    let digits = 0;
    let afterPoint = 0;
    for (; i < end; i++) {
      code = this.line.charCodeAt(i);
      if (code >= 48 && code <= 57) {
        mantissa = mantissa * 10 + (code - 48);
        digits++;
        decimals += afterPoint;
      } else if (code === 46 && afterPoint === 0) afterPoint = 1;
      else return this.parse(index);
    }
    if (digits === 0 || mantissa > LARGEST_EXACT || decimals > 22) return this.parse(index);
    const value = decimals === 0 ? mantissa : mantissa / (POWERS[decimals] ?? 1);
    return isNegative ? -value : value;
  }

  private parse(index: number): number {
    const text = this.word(index) ?? '';
    return DECIMAL.test(text) ? Number(text) : NaN;
  }

  private grow(): void {
    const starts = new Int32Array(this.starts.length * 2);
    const ends = new Int32Array(starts.length);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }
}
