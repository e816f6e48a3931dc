/**
 * 32-bit hashes for keys of random streams: names and numbers to words. Multiply-and-rotate mixing closed by the
 * three-step finaliser of MurmurHash3 (public domain). Not for security.
 */

/** Mixes one 32-bit word so that each input bit changes each output bit with probability near one half; a bijection. */
export function mixWord(word: number): number {
  let h = word | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

function absorb(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Hash of a text (its UTF-16 code units in order) as an unsigned 32-bit word; another salt gives an independent hash. */
export function hashString32(text: string, salt = 0): number {
  let h = salt | 0;
  for (let i = 0; i < text.length; i++) h = absorb(h, text.charCodeAt(i));
  return mixWord(h ^ text.length);
}

/** Hash of a sequence of words (each taken modulo 2^32) as an unsigned 32-bit word. */
export function hashWords(...words: number[]): number {
  let h = 0;
  for (const word of words) h = absorb(h, word);
  return mixWord(h ^ words.length);
}
