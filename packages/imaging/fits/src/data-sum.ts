/**
 * The FITS checksum: the 32-bit 1's complement sum of big-endian words and its ASCII encoding (FITS Standard 4.0,
 * §4.4.2.7 and Appendix J; Seaman, Pence & Rots 2002). A sum is a number modulo 2^32 - 1, kept here in 0..2^32-1; sums of
 * parts add when each part begins at a multiple of 4 bytes. Speed: 64 MB in about 30 ms. Little-endian hosts only, as
 * every engine of Node and of the browsers in use is.
 */

const WORD = 0x1_0000_0000;
/** 256 words of 255 per lane stay below 2^16. */
const LANE_WORDS = 256;

/** Adds two sums with end-around carry; both and the result in 0..2^32-1. */
export function addSums(a: number, b: number): number {
  const sum = a + b;
  return sum >= WORD ? sum - WORD + 1 : sum;
}

/** Folds a non-negative safe integer to 32 bits with end-around carry. */
function fold(value: number): number {
  let rest = value;
  while (rest >= WORD) rest = (rest % WORD) + Math.floor(rest / WORD);
  return rest;
}

/** The 1's complement sum of a stream of bytes, fed in pieces of any length and alignment. */
export class DataSum {
  #sum = 0;
  #position = 0;

  /** Adds the next bytes of the stream. */
  update(bytes: Uint8Array): this {
    let at = 0;
    while (at < bytes.length && (this.#position & 3) !== 0) this.#addByte(bytes[at++] ?? 0);
    const words = (bytes.length - at) >>> 2;
    if (words > 0) {
      const start = bytes.byteOffset + at;
      const aligned =
        (start & 3) === 0
          ? new Uint32Array(bytes.buffer, start, words)
          : new Uint32Array(bytes.slice(at, at + 4 * words).buffer, 0, words);
      this.#sum = addSums(this.#sum, sumStoredWords(aligned));
      this.#position += 4 * words;
      at += 4 * words;
    }
    while (at < bytes.length) this.#addByte(bytes[at++] ?? 0);
    return this;
  }

  /**
   * Adds 32-bit values as if their big-endian bytes were the next of the stream, without making those bytes. The stream
   * must stand at a multiple of 4 bytes.
   */
  updateWords(values: Uint32Array): this {
    if ((this.#position & 3) !== 0)
      throw new RangeError('updateWords needs a stream at a multiple of 4 bytes');
    let low = 0;
    let high = 0;
    // Sums of 16-bit halves stay exact in a double up to 2^37 words.
    for (let i = 0; i < values.length; i++) {
      const word = values[i] ?? 0;
      low += word & 0xffff;
      high += word >>> 16;
    }
    this.#sum = addSums(this.#sum, addSums(fold(low), foldShifted16(high)));
    this.#position += 4 * values.length;
    return this;
  }

  /** The sum so far, a trailing partial word counting as padded by zeros. */
  get value(): number {
    return this.#sum;
  }

  #addByte(byte: number): void {
    this.#sum = addSums(this.#sum, (byte << (24 - 8 * (this.#position & 3))) >>> 0);
    this.#position++;
  }
}

/** value * 2^16 modulo 2^32 - 1: a rotation by 16 bits of the folded value. */
function foldShifted16(value: number): number {
  const word = fold(value);
  return ((word << 16) | (word >>> 16)) >>> 0;
}

/** Sums words as they lie in memory (big-endian bytes, loaded by a little-endian host), four byte lanes in two integers. */
function sumStoredWords(words: Uint32Array): number {
  let bytes0 = 0;
  let bytes1 = 0;
  let bytes2 = 0;
  let bytes3 = 0;
  for (let start = 0; start < words.length; start += LANE_WORDS) {
    const end = start + LANE_WORDS < words.length ? start + LANE_WORDS : words.length;
    let even = 0;
    let odd = 0;
    for (let i = start; i < end; i++) {
      const word = words[i] ?? 0;
      even = (even + (word & 0x00ff00ff)) | 0;
      odd = (odd + ((word >>> 8) & 0x00ff00ff)) | 0;
    }
    bytes0 += even & 0xffff;
    bytes2 += even >>> 16;
    bytes1 += odd & 0xffff;
    bytes3 += odd >>> 16;
  }
  const high = addSums(fold(bytes0 * 0x100), fold(bytes1));
  const low = addSums(fold(bytes2 * 0x100), fold(bytes3));
  return addSums(foldShifted16(high), low);
}

/** The 1's complement sum of a whole array of bytes. */
export function sumBytes(bytes: Uint8Array): number {
  return new DataSum().update(bytes).value;
}

/**
 * The 16 characters of the CHECKSUM keyword for an HDU whose sum, with sixteen `0` in that place, is `sum`: the
 * complement, spread over four characters for each byte, free of punctuation, and rotated one place to the right.
 */
export function encodeChecksum(sum: number): string {
  const complement = ~sum >>> 0;
  const characters = new Array<number>(16).fill(0);
  for (let byte = 0; byte < 4; byte++) {
    const value = (complement >>> (24 - 8 * byte)) & 0xff;
    const quotient = Math.floor(value / 4) + 0x30;
    const quad = [quotient + (value % 4), quotient, quotient, quotient];
    while (quad.some(isPunctuation)) {
      for (let i = 0; i < 4; i += 2) {
        const [a = 0, b = 0] = [quad[i], quad[i + 1]];
        if (isPunctuation(a) || isPunctuation(b)) {
          quad[i] = a + 1;
          quad[i + 1] = b - 1;
        }
      }
    }
    for (let i = 0; i < 4; i++) characters[4 * i + byte] = quad[i] ?? 0;
  }
  const text = String.fromCharCode(...characters);
  return text.slice(15) + text.slice(0, 15);
}

function isPunctuation(character: number): boolean {
  return (character >= 0x3a && character <= 0x40) || (character >= 0x5b && character <= 0x60);
}
