// One row of one amplifier on its way from electrons to numbers, step by step: gathering from the chip, dark electrons,
// gain, crosstalk, deferred charge of both transfer directions, noise and digitisation. The host orders the steps.
import { F, I, mad, rotl7, rotl11 } from './lanes';
import { arc30, cosineOfArc, rayleigh4, sineOfArc } from './gaussian';

/** Zeroes the eight pixels after the last: what a vector's width carried there. */
// @ts-ignore: decorator
@inline
function zeroTail(target: usize, n: u32): void {
  const end = target + (<usize>n << 2);
  v128.store(end, I(0));
  v128.store(end, I(0), 16);
}

/** n electrons of a row as floats, times `scale`; from the far end backwards where `flip`. Eight zeros follow. */
export function gatherRow(source: usize, target: usize, n: u32, flip: i32, scale: f32): void {
  const s = F(scale);
  if (flip) {
    const end = source + (<usize>n << 2) - 16;
    for (let i: usize = 0; i < <usize>n << 2; i += 16) {
      const v = v128.load(end - i);
      v128.store(target + i, f32x4.mul(f32x4.convert_i32x4_s(v128.shuffle<i32>(v, v, 3, 2, 1, 0)), s));
    }
  } else {
    for (let i: usize = 0; i < <usize>n << 2; i += 16) v128.store(target + i, f32x4.mul(f32x4.convert_i32x4_s(v128.load(source + i)), s));
  }
  zeroTail(target, n);
}

/** Adds scale x Poisson deviates by inversion: a deviate is the number of the ascending thresholds that a word exceeds.
 * Eight zeros follow the n pixels. */
export function addDark(state: usize, thresholds: usize, count: u32, target: usize, n: u32, scale: f32): void {
  let s0 = v128.load(state), s1 = v128.load(state, 16), s2 = v128.load(state, 32), s3 = v128.load(state, 48);
  const s = F(scale);
  const stop = thresholds + (<usize>count << 2);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    const w = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    const t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    let k = I(0);
    for (let p = thresholds; p < stop; p += 4) {
      const over = i32x4.gt_u(w, v128.load32_splat(p));
      if (!v128.any_true(over)) break;
      k = i32x4.sub(k, over);
    }
    v128.store(target + i, mad(f32x4.convert_i32x4_s(k), s, v128.load(target + i)));
  }
  zeroTail(target, n);
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

/** target_i += sum over j of matrix[i][j] source_j, for 16 rows of `pitch` floats each; n rounded up to 4. */
export function crosstalk(matrix: usize, source: usize, target: usize, pitch: u32, n: u32): void {
  const bytes = <usize>pitch << 2;
  for (let a: usize = 0; a < 16; a++) {
    const weights = matrix + (a << 6);
    const out = target + a * bytes;
    for (let i: usize = 0; i < <usize>n << 2; i += 16) {
      let v = v128.load(source + a * bytes + i);
      for (let j: usize = 0; j < 16; j++) v = mad(v128.load32_splat(weights + (j << 2)), v128.load(source + j * bytes + i), v);
      v128.store(out + i, v);
    }
  }
}

/** out = keep x row + take x previous: charge deferred by one row of the parallel transfer; n rounded up to 4. */
export function parallelTransfer(row: usize, previous: usize, out: usize, n: u32, keep: f32, take: f32): void {
  const k = F(keep), t = F(take);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) v128.store(out + i, mad(v128.load(previous + i), t, f32x4.mul(v128.load(row + i), k)));
}

/** out[i] = keep[i] row[i] + take[i] row[i - 1] for n + 1 pixels; row[-1] and row[n ..] are zero. */
export function serialTransfer(row: usize, keep: usize, take: usize, out: usize, n: u32): void {
  for (let i: usize = 0; i <= <usize>n << 2; i += 16) {
    v128.store(out + i, mad(v128.load(row + i - 4), v128.load(take + i), f32x4.mul(v128.load(row + i), v128.load(keep + i))));
  }
}

/** Adds bias and read noise to n pixels in ADU, rounds half up and clamps to 18 bits; n rounded up to 8. */
export function digitize(state: usize, source: usize, target: usize, n: u32, noise: f32, bias: f32): void {
  let s0 = v128.load(state), s1 = v128.load(state, 16), s2 = v128.load(state, 32), s3 = v128.load(state, 48);
  const sigma = F(noise), offset = F(bias + 0.5), low = F(0.5), high = F(262143);
  const MAGIC = F(12582912.0), MAGICI = I(0x4b400000);
  for (let i: usize = 0; i < <usize>n << 2; i += 32) {
    const w1 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    let t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const w2 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const r = f32x4.mul(sigma, rayleigh4(w1));
    const x = arc30(w2);
    const z = f32x4.mul(x, x);
    let c = v128.xor(cosineOfArc(z), v128.and(w2, I(0x80000000)));
    let s = sineOfArc(x, z);
    const d = v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(w2, 1), 31));
    c = v128.xor(c, d);
    s = v128.xor(s, d);
    // clamped and floored, the value is exact in a float; adding 1.5 x 2^23 leaves it in the low bits
    const v0 = f32x4.pmin(high, f32x4.pmax(low, mad(r, c, f32x4.add(v128.load(source + i), offset))));
    const v1 = f32x4.pmin(high, f32x4.pmax(low, mad(r, s, f32x4.add(v128.load(source + i, 16), offset))));
    v128.store(target + i, i32x4.sub(f32x4.add(f32x4.floor(v0), MAGIC), MAGICI));
    v128.store(target + i, i32x4.sub(f32x4.add(f32x4.floor(v1), MAGIC), MAGICI), 16);
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

/** Largest of n counts. */
export function maxOfRow(source: usize, n: u32): i32 {
  let m = I(0);
  const whole = <usize>(n & ~3) << 2;
  for (let i: usize = 0; i < whole; i += 16) m = i32x4.max_s(m, v128.load(source + i));
  let largest = max(max(i32x4.extract_lane(m, 0), i32x4.extract_lane(m, 1)), max(i32x4.extract_lane(m, 2), i32x4.extract_lane(m, 3)));
  for (let i = whole; i < <usize>n << 2; i += 4) largest = max(largest, load<i32>(source + i));
  return largest;
}
