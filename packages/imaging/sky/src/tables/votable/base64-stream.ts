/** Base64 (RFC 4648) that comes in pieces: blanks and line ends between characters are passed over. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BLANK = 254;
const PADDING = 253;
const INVALID = 255;

const VALUES = new Uint8Array(128).fill(INVALID);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;
for (const blank of ' \t\r\n') VALUES[blank.charCodeAt(0)] = BLANK;
VALUES['='.charCodeAt(0)] = PADDING;

/** Decodes pieces of one base64 text. */
export class Base64Stream {
  private bits = 0;
  private bitCount = 0;

  /** The bytes that a piece completes; undefined where it holds a character that is not base64. */
  decode(text: string): Uint8Array | undefined {
    const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4) + 1);
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      const value = code < 128 ? VALUES[code]! : INVALID;
      if (value >= 64) {
        if (value === INVALID) return undefined;
        if (value === PADDING) this.bitCount = 0;
        continue;
      }
      this.bits = ((this.bits << 6) | value) & 0xffff;
      this.bitCount += 6;
      if (this.bitCount < 8) continue;
      this.bitCount -= 8;
      bytes[length++] = (this.bits >> this.bitCount) & 0xff;
    }
    return bytes.subarray(0, length);
  }
}
