// Standard normal deviates, four lanes: Box and Muller (1958). A radius from 31 bits, an angle from 32: 30 bits choose a
// point of the arc [-pi/4, pi/4), two more swap and negate, so that neither sine nor cosine needs range reduction.
// Absolute error of a deviate about 3e-7; the largest deviate is 6.66.
import { F, I, mad, rotl7, rotl11 } from './lanes';

/** Natural logarithm of positive normal floats; absolute error about 1e-7. */
// @ts-ignore: decorator
@inline
export function ln4(x: v128): v128 {
  const i = i32x4.sub(x, I(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(i, 23));
  const m = i32x4.add(v128.and(i, I(0x007fffff)), I(0x3f3504f3));
  const s = f32x4.div(f32x4.sub(m, F(1)), f32x4.add(m, F(1)));
  const z = f32x4.mul(s, s);
  let p = mad(z, F(0.2857142857), F(0.4));
  p = mad(p, z, F(0.6666666667));
  p = mad(p, z, F(2.0));
  return mad(e, F(0.69314718056), f32x4.mul(p, s));
}

/** Sine of x in [-pi/4, pi/4], z = x^2. */
// @ts-ignore: decorator
@inline
export function sineOfArc(x: v128, z: v128): v128 {
  let p = mad(z, F(-1.9515295891e-4), F(8.3321608736e-3));
  p = mad(p, z, F(-1.6666654611e-1));
  return mad(f32x4.mul(p, z), x, x);
}

/** Cosine of the x of which z is the square. */
// @ts-ignore: decorator
@inline
export function cosineOfArc(z: v128): v128 {
  let p = mad(z, F(2.443315711809948e-5), F(-1.388731625493765e-3));
  p = mad(p, z, F(4.166664568298827e-2));
  return mad(f32x4.mul(z, z), p, mad(z, F(-0.5), F(1)));
}

/** sqrt(-2 ln u) with u = (31 bits + 1/2) / 2^31. */
// @ts-ignore: decorator
@inline
export function rayleigh4(w: v128): v128 {
  const u = mad(f32x4.convert_i32x4_s(i32x4.shr_u(w, 1)), F(4.656612873e-10), F(2.3283064e-10));
  return f32x4.sqrt(f32x4.pmax(F(0), f32x4.mul(ln4(u), F(-2))));
}

/** The point of the arc that the low 30 bits choose. */
// @ts-ignore: decorator
@inline
export function arc30(w: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(w, 2), 2)), F(1.4629180792671596e-9));
}

/** Fills `out` with n standard normals, n a multiple of 8. */
export function fillNormals(state: usize, out: usize, n: u32): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  const end = out + (<usize>n << 2);
  for (let p = out; p < end; p += 32) {
    const w1 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    let t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const w2 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const r = rayleigh4(w1);
    const x = arc30(w2);
    const z = f32x4.mul(x, x);
    let c = v128.xor(cosineOfArc(z), v128.and(w2, I(0x80000000)));
    let s = sineOfArc(x, z);
    const d = v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(w2, 1), 31));
    c = v128.xor(c, d);
    s = v128.xor(s, d);
    v128.store(p, f32x4.mul(r, c));
    v128.store(p, f32x4.mul(r, s), 16);
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}
