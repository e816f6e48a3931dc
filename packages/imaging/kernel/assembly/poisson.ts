// Poisson noise. From a mean of 12 the asymptotic inverse of the incomplete gamma function is evaluated at a normal
// deviate (largest error of the distribution function 3e-5 at mean 12, 5e-6 at 30); below 12 the distribution is inverted
// exactly from one 32-bit uniform of a scalar stream of the same row. Counts saturate at 2^31 - 1.
import { F, I, mad, rotl7, rotl11 } from './lanes';
import { arc30, cosineOfArc, rayleigh4, sineOfArc } from './gaussian';

/** exp(-x) for 0 <= x <= 12: Taylor of degree 13 after reduction by ln 2; relative error below 4e-16. */
// @ts-ignore: decorator
@inline
export function expMinus(x: f64): f64 {
  const k = Math.floor(x * 1.4426950408889634 + 0.5);
  const r = k * 0.6931471803691238 - x + k * 1.9082149292705877e-10;
  let p = r * 1.6059043836821613e-10 + 2.08767569878681e-9;
  p = p * r + 2.505210838544172e-8;
  p = p * r + 2.755731922398589e-7;
  p = p * r + 2.7557319223985893e-6;
  p = p * r + 2.48015873015873e-5;
  p = p * r + 1.984126984126984e-4;
  p = p * r + 1.388888888888889e-3;
  p = p * r + 8.333333333333333e-3;
  p = p * r + 4.1666666666666664e-2;
  p = p * r + 0.16666666666666666;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  return p * reinterpret<f64>((1023 - <i64>k) << 52);
}

/** Poisson deviate of a small mean by inversion of its distribution at a random word. */
// @ts-ignore: decorator
@inline
function smallPoisson(mean: f64, word: u32): i32 {
  let u = (<f64>word + 0.5) * 2.3283064365386963e-10;
  if (u <= 1.0 - mean) return 0; // exp(-mean) > 1 - mean: the same answer without the exponential
  let p = expMinus(mean);
  let k = 0;
  while (u > p && k < 200) {
    u -= p;
    k++;
    p *= mean / <f64>k;
  }
  return k;
}

/** Up to this mean no quantile reaches 2^23, so that a float becomes an integer by adding 2^23 to it. */
// @ts-ignore: decorator
@inline
const SHORT_CUT: f32 = 4194304.0;

/** Whole floats from 0 up to 2^23 as integers. */
// @ts-ignore: decorator
@inline
function integers4(whole: v128): v128 {
  return i32x4.sub(f32x4.add(whole, F(8388608.0)), I(0x4b000000));
}

/** floor of the Poisson quantile at the normal deviate z; `root` is that of the mean, `inverse` one over it. */
// @ts-ignore: decorator
@inline
function quantile4(mean: v128, root: v128, inverse: v128, z: v128): v128 {
  const z2 = f32x4.mul(z, z);
  const a = mad(z2, F(0.1666666667), F(0.3333333333));
  const b = f32x4.mul(z, mad(z2, F(-0.01388888889), F(-0.02777777778)));
  const c = mad(z2, mad(z2, F(0.0037037037), F(0.00864197531)), F(-0.01975308642));
  const x = mad(mad(c, inverse, b), inverse, f32x4.add(mean, mad(root, z, a)));
  return f32x4.max(f32x4.floor(x), F(0));
}

/**
 * counts[i] += Poisson(mean[i]) for one row. `state` holds two streams of 64 bytes (vector, then scalar) and 64 bytes of
 * scratch. Runs over n rounded up to 8: rows are padded for that. A mean that is not a number counts as zero.
 */
export function poissonRow(state: usize, mean: usize, counts: usize, n: u32): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  let q0 = load<u32>(state, 64), q1 = load<u32>(state, 80), q2 = load<u32>(state, 96), q3 = load<u32>(state, 112);
  const scratch = state + 128;
  const end = mean + (<usize>n << 2);
  let o = counts;
  for (let p = mean; p < end; p += 32) {
    const w1 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    let t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const w2 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const m0 = f32x4.min(f32x4.pmax(F(0), v128.load(p)), F(4294967296));
    const m1 = f32x4.min(f32x4.pmax(F(0), v128.load(p, 16)), F(4294967296));
    if (!v128.any_true(f32x4.ge(f32x4.max(m0, m1), F(12)))) {
      // All are small, as in the wings of a source: the vector stream went on, and its words are wanted by none.
      for (let q = p; q < p + 32; q += 4, o += 4) {
        const mu = load<f32>(q);
        if (!(mu > 0)) continue;
        const w = rotl<u32>(q0 + q3, 7) + q0;
        const u = q1 << 9;
        q2 ^= q0; q3 ^= q1; q1 ^= q2; q0 ^= q3; q2 ^= u; q3 = rotl<u32>(q3, 11);
        const k = smallPoisson(<f64>mu, w);
        if (k != 0) store<u32>(o, min<u32>(load<u32>(o) + k, 0x7fffffff));
      }
      continue;
    }
    const r = rayleigh4(w1);
    const x = arc30(w2);
    const z = f32x4.mul(x, x);
    let c = v128.xor(cosineOfArc(z), v128.and(w2, I(0x80000000)));
    let s = sineOfArc(x, z);
    const d = v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(w2, 1), 31));
    c = v128.xor(c, d);
    s = v128.xor(s, d);
    const root0 = f32x4.sqrt(m0), root1 = f32x4.sqrt(m1);
    const x0 = quantile4(m0, root0, f32x4.div(F(1), root0), f32x4.mul(r, c));
    const x1 = quantile4(m1, root1, f32x4.div(F(1), root1), f32x4.mul(r, s));
    let k0 = integers4(x0), k1 = integers4(x1);
    if (v128.any_true(v128.or(f32x4.lt(f32x4.min(m0, m1), F(12)), f32x4.gt(f32x4.max(m0, m1), F(SHORT_CUT))))) {
      k0 = i32x4.trunc_sat_f32x4_s(x0);
      k1 = i32x4.trunc_sat_f32x4_s(x1);
      v128.store(scratch, m0);
      v128.store(scratch, m1, 16);
      v128.store(scratch, k0, 32);
      v128.store(scratch, k1, 48);
      for (let j: usize = 0; j < 32; j += 4) {
        const mu = load<f32>(scratch + j);
        if (!(mu < 12)) continue;
        store<i32>(scratch + j, 0, 32);
        if (!(mu > 0)) continue;
        const w = rotl<u32>(q0 + q3, 7) + q0;
        const u = q1 << 9;
        q2 ^= q0; q3 ^= q1; q1 ^= q2; q0 ^= q3; q2 ^= u; q3 = rotl<u32>(q3, 11);
        store<i32>(scratch + j, smallPoisson(<f64>mu, w), 32);
      }
      k0 = v128.load(scratch, 32);
      k1 = v128.load(scratch, 48);
    }
    v128.store(o, i32x4.min_u(i32x4.add(v128.load(o), k0), I(0x7fffffff)));
    v128.store(o, i32x4.min_u(i32x4.add(v128.load(o, 16), k1), I(0x7fffffff)), 16);
    o += 32;
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
  store<u32>(state, q0, 64);
  store<u32>(state, q1, 80);
  store<u32>(state, q2, 96);
  store<u32>(state, q3, 112);
}

/**
 * counts[i] += Poisson count of one mean for one row, by its alias table of 2^bits columns (src/uniform-counts.ts), whose first
 * is the count `base`. `state` holds the vector stream. Runs over n rounded up to 4.
 */
export function poissonUniformRow(state: usize, table: usize, bits: i32, base: i32, counts: usize, n: u32): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  const B = I(base), within = I(<i32>((<u32>0xffffffff) >> bits)), shift = 32 - bits;
  const end = counts + (<usize>n << 2);
  for (let o = counts; o < end; o += 16) {
    const w = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    const t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const column = i32x4.shr_u(w, shift);
    const i0 = <usize>i32x4.extract_lane(column, 0);
    const i1 = <usize>i32x4.extract_lane(column, 1);
    const i2 = <usize>i32x4.extract_lane(column, 2);
    const i3 = <usize>i32x4.extract_lane(column, 3);
    const va = v128.load64_lane(table + (i1 << 3), v128.load64_zero(table + (i0 << 3)), 1);
    const vb = v128.load64_lane(table + (i3 << 3), v128.load64_zero(table + (i2 << 3)), 1);
    const own = i32x4.gt_s(v128.shuffle<i32>(va, vb, 0, 2, 4, 6), v128.and(w, within));
    const k = i32x4.add(v128.bitselect(column, v128.shuffle<i32>(va, vb, 1, 3, 5, 7), own), B);
    v128.store(o, i32x4.min_u(i32x4.add(v128.load(o), k), I(0x7fffffff)));
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}
