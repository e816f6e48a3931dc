/**
 * The words of one line of bytes without a string for each: places are found as far as they are asked for, words and
 * numbers are made on demand. Words that come again and again (models, dust laws, SEDs) are one string each. Reused line
 * after line.
 */
import { isBlank, readDecimal, readDecimalWord } from '../decimal-number.js';

/** Different words that are kept; beyond, each use makes its string. */
const MOST_KEPT = 8192;
/** Longest word that is made code by code. */
const MOST_CODES = 256;
const NEWLINE = 10;
/** Words of a line that there is room for at first. */
const FIRST_PLACES = 64;
/** Words of a line whose last values are looked at first. */
const MOST_PLACES = 64;
/** Longest word that is kept, bytes. */
const MOST_KEPT_BYTES = 256;

/** The words of the line that was set last. */
export class LineWords {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the line begins in `bytes`. */
  start = 0;
  /** The numbers of `readNumbers`, by the places of their words. */
  values = new Float64Array(FIRST_PLACES);
  private starts = new Int32Array(FIRST_PLACES);
  private ends = new Int32Array(FIRST_PLACES);
  /** Words found so far, and where the search goes on. */
  private count = 0;
  private at = 0;
  private readonly kept = new KeptWords();
  /** The word that was asked for last, by its place. */
  private readonly last: KeptWord[] = new Array<KeptWord>(MOST_PLACES).fill(made(new Uint8Array(0), 0, 0));

  /** Number of words. */
  get length(): number {
    this.find(Infinity);
    return this.count;
  }

  /** Where the line ends: the place of its newline. */
  get end(): number {
    const { bytes, at } = this;
    return bytes[at] === NEWLINE ? at : bytes.indexOf(NEWLINE, at);
  }

  /** Takes the line of bytes that begins at `start` and ends with a newline: words stand between blanks, tabs and other white space of ASCII. */
  set(bytes: Uint8Array, start: number): void {
    this.bytes = bytes;
    this.start = start;
    this.at = start;
    this.count = 0;
  }

  /** True where the line has more words than `index`. */
  has(index: number): boolean {
    return this.find(index);
  }

  /** A word; undefined beyond the last. */
  word(index: number): string | undefined {
    // Most lines have the word of the line before in the same place.
    if (index < MOST_PLACES) {
      const last = this.last[index]!;
      if (
        index === this.count ? this.takeNext(last.bytes) : this.find(index) && this.isWord(index, last.bytes)
      )
        return last.text;
    }
    if (!this.find(index)) return undefined;
    const word = this.kept.word(this.bytes, this.starts[index]!, this.ends[index]!);
    if (index < MOST_PLACES) this.last[index] = word;
    return word.text;
  }

  /** A word that is seldom the same, such as an identifier; '' beyond the last. */
  copy(index: number): string {
    return this.find(index) ? textOf(this.bytes, this.starts[index]!, this.ends[index]!) : '';
  }

  /** True where a word has more UTF-16 units than `most`. */
  isLonger(index: number, most: number): boolean {
    if (!this.find(index)) return false;
    const start = this.starts[index]!;
    const end = this.ends[index]!;
    if (end - start <= most) return false;
    let units = 0;
    for (let i = start; i < end; i++) {
      const byte = this.bytes[i]!;
      if (byte < 128 || byte >= 192) units++;
      if (byte >= 240) units++;
    }
    return units > most;
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
    this.readNumbers(index, index + 1);
    return this.values[index]!;
  }

  /**
   * Reads the words from `first` up to and not including `end` as decimal numbers into `values`; NaN where they are none. Words that
   * were not looked for yet are found and read in one.
   */
  readNumbers(first: number, end: number): void {
    if (first > this.count) this.find(first - 1);
    while (end > this.values.length) this.grow();
    const { bytes, values, starts, ends } = this;
    let { at, count } = this;
    for (let index = first; index < end; index++) {
      if (index < count) {
        readDecimal(bytes, starts[index]!, ends[index]!, values, index);
        continue;
      }
      at = nextWord(bytes, at);
      if (bytes[at] === NEWLINE) {
        values[index] = NaN;
        continue;
      }
      starts[index] = at;
      at = readDecimalWord(bytes, at, values, index);
      ends[index] = at;
      count = index + 1;
    }
    this.at = at;
    this.count = count;
  }

  /** Takes the next word where it is exactly this one, which is not empty. */
  private takeNext(word: Uint8Array): boolean {
    const { bytes, count } = this;
    const start = (this.at = nextWord(bytes, this.at));
    const { length } = word;
    if (length === 0) return false;
    let i = 0;
    while (i < length && bytes[start + i] === word[i]) i++;
    const end = start + length;
    if (i < length || !isBlank(bytes[end]!)) return false;
    if (count === this.starts.length) this.grow();
    this.starts[count] = start;
    this.ends[count] = end;
    this.count = count + 1;
    this.at = end;
    return true;
  }

  private isWord(index: number, word: Uint8Array): boolean {
    const start = this.starts[index]!;
    return isSame(word, this.bytes, start, this.ends[index]! - start);
  }

  /** Finds the words up to and with `index`; false where there are fewer. */
  private find(index: number): boolean {
    if (this.count > index) return true;
    const { bytes } = this;
    let { at, count } = this;
    while (count <= index) {
      at = nextWord(bytes, at);
      if (bytes[at] === NEWLINE) break;
      if (count === this.starts.length) this.grow();
      this.starts[count] = at;
      while (!isBlank(bytes[at]!)) at++;
      this.ends[count++] = at;
    }
    this.at = at;
    this.count = count;
    return count > index;
  }

  private grow(): void {
    const length = this.starts.length * 2;
    this.starts = enlarged(this.starts, new Int32Array(length));
    this.ends = enlarged(this.ends, new Int32Array(length));
    this.values = enlarged(this.values, new Float64Array(length));
  }
}

function enlarged<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Where the next word of a line begins; its newline where there is none. */
function nextWord(bytes: Uint8Array, at: number): number {
  let next = at;
  while (bytes[next] !== NEWLINE && isBlank(bytes[next]!)) next++;
  return next;
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
