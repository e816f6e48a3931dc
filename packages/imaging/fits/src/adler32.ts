/**
 * Adler-32 (RFC 1950 §8.2), the checksum that xrootd and the grid's catalogs keep of a file. Fed in pieces; the digest is
 * eight lower-case hexadecimal digits, as `xrdadler32` prints it.
 */

const MODULUS = 65521;
/** The most bytes after which both sums still fit in 32 bits (zlib's NMAX). */
const RUN = 5552;

/** An Adler-32 under way. */
export class Adler32 {
  #a = 1;
  #b = 0;

  /** Takes the next bytes of the file. */
  update(bytes: Uint8Array): this {
    let a = this.#a;
    let b = this.#b;
    for (let start = 0; start < bytes.length; start += RUN) {
      const end = Math.min(start + RUN, bytes.length);
      for (let i = start; i < end; i++) {
        a = (a + (bytes[i] ?? 0)) | 0;
        b = (b + a) | 0;
      }
      a = (a >>> 0) % MODULUS;
      b = (b >>> 0) % MODULUS;
    }
    this.#a = a;
    this.#b = b;
    return this;
  }

  /** The sum of all bytes so far as an unsigned 32-bit number. */
  get value(): number {
    return this.#b * 0x10000 + this.#a;
  }

  /** The sum as eight hexadecimal digits, lower case, with leading zeros. */
  hex(): string {
    return this.value.toString(16).padStart(8, '0');
  }
}

/** The Adler-32 of a whole array, as eight hexadecimal digits. */
export function adler32(bytes: Uint8Array): string {
  return new Adler32().update(bytes).hex();
}
