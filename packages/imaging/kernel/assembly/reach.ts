// How far a stream's photons can get, found by stepping through their random words alone: a third of the work of shooting.
import { poissonCount } from './count';
import { I, rotl7, rotl11 } from './lanes';
import { shootSersic } from './photons';
import { fillWords, seed } from './rng';

/**
 * Steps the stream at `state` through `steps` rounds of three words for each lane, as photons take them, and leaves it there.
 * Writes to `out` the least first word and the least second one of all rounds and lanes, as signed integers: in a radius
 * table a word with the top bit set leads outwards, the farther the less the rest of it.
 */
export function leastWords(state: usize, steps: u32, out: usize): void {
  let s0 = v128.load(state), s1 = v128.load(state, 16), s2 = v128.load(state, 32), s3 = v128.load(state, 48);
  let first = I(0x7fffffff), second = I(0x7fffffff);
  for (let i: u32 = 0; i < steps; i++) {
    first = i32x4.min_s(first, i32x4.add(rotl7(i32x4.add(s0, s3)), s0));
    let t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    second = i32x4.min_s(second, i32x4.add(rotl7(i32x4.add(s0, s3)), s0));
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
  store<i32>(out, least(first));
  store<i32>(out, least(second), 4);
}

// @ts-ignore: decorator
@inline
const RECORD: usize = 64;

/**
 * How many photons each of n sources sends, and what leads farthest among their draws. A record, see src/farthest-batch.ts, holds the
 * mean, the photons of which it is known already (below 0: nothing is), the key and the kind: 0 a point, 1 a galaxy, 2 one that two
 * tables share. Where more photons are sent than are known, words of `headroom` times as many are stepped through, of all that are
 * sent where nothing is known. Returns how many records were done: where a number is the host's to draw, the call ends before it.
 * Uses 80 bytes at `state`.
 */
export function leastWordsBatch(records: usize, n: u32, state: usize, countWord: u32, headroom: f64): u32 {
  for (let i: u32 = 0; i < n; i++) {
    const r = records + <usize>i * RECORD;
    const a = load<u32>(r, 32), b = load<u32>(r, 36), c = load<u32>(r, 40), d = load<u32>(r, 44);
    let sent = load<f64>(r, 16);
    if (sent < 0) sent = poissonCount(state, a ^ countWord, b, c, d, load<f64>(r));
    if (sent < 0) return i;
    const known = load<f64>(r, 8);
    const isKnown = sent <= known;
    store<u32>(r, isKnown ? 1 : 0, 60);
    if (isKnown) continue;
    const photons = known < 0 ? sent : headroom * sent;
    store<f64>(r, photons, 8);
    const kind = load<u32>(r, 48);
    seed(state, a, b, c, d);
    if (kind == 2) fillWords(state, state + 64, 4);
    const rounds = kind == 0 ? (<u32>photons + 7) >> 3 : ((<u32>photons + 3) >> 2) + (kind == 2 ? 1 : 0);
    leastWords(state, rounds, r + 52);
  }
  return n;
}

/**
 * As shootSersic, but of photons whose words all lie above both limits nothing is shot: of those that fall nearer. What is
 * shot lands where shootSersic lets it. Rounds of four go together. Uses 128 bytes at `state`.
 */
export function shootSersicBeyond(
  state: usize, n: u32, galaxy: usize, psf: usize, bx: i32, by: i32, dx: f32, dy: f32,
  a11: f32, a12: f32, a21: f32, a22: f32, counts: usize, stride: i32, nx: i32, ny: i32, dump: i32,
  galaxyLimit: i32, psfLimit: i32,
): void {
  let s0 = v128.load(state), s1 = v128.load(state, 16), s2 = v128.load(state, 32), s3 = v128.load(state, 48);
  const G = I(galaxyLimit), P = I(psfLimit);
  let left = n;
  while (left > 0) {
    const r0 = s0, r1 = s1, r2 = s2, r3 = s3;
    const w1 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    let t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const w2 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const photons = min<u32>(left, 4);
    if (v128.any_true(v128.or(i32x4.le_s(w1, G), i32x4.le_s(w2, P)))) {
      const round = state + 64;
      v128.store(round, r0);
      v128.store(round, r1, 16);
      v128.store(round, r2, 32);
      v128.store(round, r3, 48);
      shootSersic(round, photons, galaxy, psf, bx, by, dx, dy, a11, a12, a21, a22, counts, stride, nx, ny, dump);
    }
    left -= photons;
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

// @ts-ignore: decorator
@inline
function least(v: v128): i32 {
  return min(
    min(i32x4.extract_lane(v, 0), i32x4.extract_lane(v, 1)),
    min(i32x4.extract_lane(v, 2), i32x4.extract_lane(v, 3)),
  );
}
