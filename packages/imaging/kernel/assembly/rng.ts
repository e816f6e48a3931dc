// Random words: xoshiro128++ in four lanes (Blackman and Vigna 2021, ACM TOMS 47, 36), seeded from a key of four words.
// A stream belongs to one item (an object, a row, an amplifier's row), so nothing depends on the order of drawing.
import { rotl7, rotl11 } from './lanes';

function avalanche(word: u32): u32 {
  let h = word;
  h ^= h >>> 16;
  h *= 0x85ebca6b;
  h ^= h >>> 13;
  h *= 0xc2b2ae35;
  h ^= h >>> 16;
  return h;
}

/** Writes the 16 state words (64 bytes) of the stream of key (a, b, c, d). */
export function seed(state: usize, a: u32, b: u32, c: u32, d: u32): void {
  let h: u32 = avalanche(a + 0x9e3779b9);
  let g: u32 = avalanche(a ^ 0x3c6ef372);
  h = avalanche(h ^ b) + g;
  g = avalanche(g + b * 0x27d4eb2f) ^ h;
  h = avalanche(h ^ c) + g;
  g = avalanche(g + c * 0x165667b1) ^ h;
  h = avalanche(h ^ d) + g;
  g = avalanche(g + d * 0xd3a2646c) ^ h;
  for (let i: usize = 0; i < 16; i++) {
    h += 0x9e3779b9;
    g = avalanche(g + h);
    store<u32>(state + (i << 2), avalanche(h) ^ g);
  }
}

/** Fills `out` with n random words, n a multiple of 4: word 4 i + lane is the i-th of that lane. */
export function fillWords(state: usize, out: usize, n: u32): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  const end = out + (<usize>n << 2);
  for (let p = out; p < end; p += 16) {
    v128.store(p, i32x4.add(rotl7(i32x4.add(s0, s3)), s0));
    const t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = rotl11(s3);
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}
