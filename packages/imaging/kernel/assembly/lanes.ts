// What every four-lane routine shares: splats, multiply-add (two roundings: never fused), rotations and the step of the
// xoshiro128++ generator. AssemblyScript cannot return two vectors, so the step stands in each loop as written out text;
// keeping the state in locals is what keeps it in registers.

/** Four copies of one float. */
// @ts-ignore: decorator
@inline
export function F(x: f32): v128 {
  return f32x4.splat(x);
}

/** Four copies of one integer. */
// @ts-ignore: decorator
@inline
export function I(x: i32): v128 {
  return i32x4.splat(x);
}

/** a * b + c, rounded after each operation. */
// @ts-ignore: decorator
@inline
export function mad(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Rotates each lane left by 7. */
// @ts-ignore: decorator
@inline
export function rotl7(v: v128): v128 {
  return v128.or(i32x4.shl(v, 7), i32x4.shr_u(v, 25));
}

/** Rotates each lane left by 11. */
// @ts-ignore: decorator
@inline
export function rotl11(v: v128): v128 {
  return v128.or(i32x4.shl(v, 11), i32x4.shr_u(v, 21));
}

/** Sum of four lanes in a fixed order, in double precision. */
// @ts-ignore: decorator
@inline
export function laneSum(v: v128): f64 {
  return (
    <f64>f32x4.extract_lane(v, 0) +
    <f64>f32x4.extract_lane(v, 1) +
    (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
  );
}

/**
 * Looks up a piecewise linear table of (a, b) pairs, binned by the bits of a float: 32 bins an octave.
 * value = a + b s. `base` = 32 (127 + lowest exponent), `last` = the last bin, `top` = the largest s of the last bin.
 * Below the first bin its line is prolonged; above the last, s is held at `top`.
 */
// @ts-ignore: decorator
@inline
export function lookup4(s: v128, table: usize, base: v128, last: v128, top: v128): v128 {
  const q = f32x4.pmin(top, f32x4.pmax(F(0), s));
  const ix = i32x4.min_s(i32x4.max_s(i32x4.sub(i32x4.shr_u(q, 18), base), I(0)), last);
  const i0 = <usize>i32x4.extract_lane(ix, 0);
  const i1 = <usize>i32x4.extract_lane(ix, 1);
  const i2 = <usize>i32x4.extract_lane(ix, 2);
  const i3 = <usize>i32x4.extract_lane(ix, 3);
  const va = v128.load64_lane(table + (i1 << 3), v128.load64_zero(table + (i0 << 3)), 1);
  const vb = v128.load64_lane(table + (i3 << 3), v128.load64_zero(table + (i2 << 3)), 1);
  return mad(v128.shuffle<i32>(va, vb, 1, 3, 5, 7), q, v128.shuffle<i32>(va, vb, 0, 2, 4, 6));
}
