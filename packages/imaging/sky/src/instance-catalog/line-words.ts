/**
 * The words of one line of bytes without a string for each: places are found as far as they are asked for, words and
 * numbers are made on demand. Words that come again and again (models, dust laws, SEDs) are one string each. Reused line
 * after line.
 */
import { readDecimal } from '../decimal-number.js';

/** Different words that are kept; beyond, each use makes its string. */
const MOST_KEPT = 8192;
/** Longest word that is made code by code. */
const MOST_CODES = 256;
const SPACE = 32;
/** Words of a line whose last values are looked at first. */
const MOST_PLACES = 64;
/** Longest word that is kept, bytes. */
const MOST_KEPT_BYTES = 256;

/** The words of the line that was set last. */
export class LineWords {
  /** The line: `bytes` from `start` up to `end`. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  private starts = new Int32Array(64);
  private ends = new Int32Array(64);
  /** Words found so far, and where the search goes on. */
  private count = 0;
  private at = 0;
  private readonly value = new Float64Array(1);
  private readonly kept = new KeptWords();
  /** The word that was asked for last, by its place. */
  private readonly last: (KeptWord | undefined)[] = [];

  /** Number of words. */
  get length(): number {
    this.find(Infinity);
    return this.count;
  }

  /** Takes the line of bytes from `start` up to `end`: words stand between blanks, tabs and other white space of ASCII. */
  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.at = start;
    this.end = end;
    this.count = 0;
  }

  /** A word; undefined beyond the last. */
  word(index: number): string | undefined {
    if (!this.find(index)) return undefined;
    const start = this.starts[index]!;
    const end = this.ends[index]!;
    // Most lines have the word of the line before in the same place.
    const last = this.last[index];
    if (last !== undefined && isSame(last.bytes, this.bytes, start, end - start)) return last.text;
    const word = this.kept.word(this.bytes, start, end);
    if (index < MOST_PLACES) this.last[index] = word;
    return word.text;
  }

  /** A word that is seldom the same, such as an identifier; '' beyond the last. */
  copy(index: number): string {
    return this.find(index) ? textOf(this.bytes, this.starts[index]!, this.ends[index]!) : '';
  }

  /** Number of UTF-16 units of a word. */
  wordLength(index: number): number {
    if (!this.find(index)) return 0;
    let units = 0;
    for (let i = this.starts[index]!; i < this.ends[index]!; i++) {
      const byte = this.bytes[i]!;
      if (byte < 128 || byte >= 192) units++;
      if (byte >= 240) units++;
    }
    return units;
  }

  /** True where a word is exactly this text of ASCII. */
  is(index: number, text: string): boolean {
    if (!this.find(index)) return false;
    const start = this.starts[index]!;
    if (this.ends[index]! - start !== text.length) return false;
    for (let i = 0; i < text.length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** True where any word is exactly this text of ASCII. */
  includes(text: string): boolean {
    for (let i = 0; i < this.length; i++) if (this.is(i, text)) return true;
    return false;
  }

  /** All words. */
  all(): string[] {
    return Array.from({ length: this.length }, (_, i) => this.copy(i));
  }

  /** A word as a decimal number; NaN where it is none. */
  number(index: number): number {
    if (!this.find(index)) return NaN;
    readDecimal(this.bytes, this.starts[index]!, this.ends[index]!, this.value);
    return this.value[0]!;
  }

  /** Finds the words up to and with `index`; false where there are fewer. */
  private find(index: number): boolean {
    if (this.count > index) return true;
    const { bytes, end } = this;
    let { at, count } = this;
    while (count <= index) {
      while (at < end && bytes[at]! <= SPACE && isBlank(bytes[at]!)) at++;
      if (at >= end) break;
      if (count === this.starts.length) this.grow();
      this.starts[count] = at;
      while (at < end && (bytes[at]! > SPACE || !isBlank(bytes[at]!))) at++;
      this.ends[count++] = at;
    }
    this.at = at;
    this.count = count;
    return count > index;
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

function isBlank(byte: number): boolean {
  return byte === SPACE || (byte <= 13 && byte >= 9);
}

/** Text of bytes that were checked to be UTF-8 as a whole: one flat string, which keeps nothing else alive. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > MOST_CODES) return decoded(bytes, start, end);
  const length = end - start;
  const codes = (CODES[length] ??= new Array<number>(length).fill(0));
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    if (byte > 127) return decoded(bytes, start, end);
    codes[i] = byte;
  }
  return String.fromCharCode(...codes);
}

/** Room for the codes of a word, by its length. */
const CODES: (number[] | undefined)[] = [];

function decoded(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end));
}

/** A word as bytes and as text. */
interface KeptWord {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Strings by their bytes. */
class KeptWords {
  private readonly words = new Map<number, KeptWord>();

  word(bytes: Uint8Array, start: number, end: number): KeptWord {
    const length = end - start;
    if (length > MOST_KEPT_BYTES) return made(bytes, start, end);
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash, 31) + bytes[i]!;
    hash |= 0;
    const found = this.words.get(hash);
    if (found !== undefined && isSame(found.bytes, bytes, start, length)) return found;
    const word = made(bytes, start, end);
    if (found === undefined && this.words.size < MOST_KEPT) this.words.set(hash, word);
    return word;
  }
}

function made(bytes: Uint8Array, start: number, end: number): KeptWord {
  return { bytes: bytes.slice(start, end), text: textOf(bytes, start, end) };
}

function isSame(word: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (word.length !== length) return false;
  for (let i = 0; i < length; i++) if (word[i] !== bytes[start + i]) return false;
  return true;
}
