// Rows on their way out: counts, means or both together as single-precision floats in the byte order of FITS.

// @ts-ignore: decorator
@inline
function swapped(v: v128): v128 {
  return v128.shuffle<i8>(v, v, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Writes n floats, most significant byte first: counts (0: none) plus means (0: none), rounded once. Runs over n to a multiple of 4. */
export function bigEndianRow(counts: usize, mean: usize, out: usize, n: u32): void {
  const bytes = <usize>n << 2;
  if (!mean) {
    for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, swapped(f32x4.convert_i32x4_s(v128.load(counts + i))));
  } else if (!counts) {
    for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, swapped(v128.load(mean + i)));
  } else {
    for (let i: usize = 0; i < bytes; i += 16) {
      const k = v128.load(counts + i), m = v128.load(mean + i);
      const low = f64x2.add(f64x2.convert_low_i32x4_s(k), f64x2.promote_low_f32x4(m));
      const kHigh = v128.shuffle<i64>(k, k, 1, 1), mHigh = v128.shuffle<i64>(m, m, 1, 1);
      const high = f64x2.add(f64x2.convert_low_i32x4_s(kHigh), f64x2.promote_low_f32x4(mHigh));
      const sum = v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
      v128.store(out + i, swapped(sum));
    }
  }
}
