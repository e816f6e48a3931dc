// Charge from means, rectangle by rectangle: one object's expected image becomes counts of its own, and the mean image is
// left clear for the next.
import { poissonRow } from './poisson';

/**
 * Adds Poisson(mean) to the counts of [x0, x1) x [y0, y1), row by row from one stream, and clears the means there. The
 * means up to seven pixels right of the rectangle must be zero. `state` as for poissonRow; `line`: scratch for the
 * width rounded up to 8. Counts saturate at 2^31 - 1. Returns the electrons drawn.
 */
export function realiseRectangle(
  state: usize, mean: usize, counts: usize, stride: u32, x0: u32, x1: u32, y0: u32, y1: u32, line: usize,
): f64 {
  const n = (x1 - x0 + 7) & ~7;
  const bytes = <usize>n << 2;
  let total: i64 = 0;
  for (let y = y0; y < y1; y++) {
    const at = <usize>(y * stride + x0) << 2;
    memory.fill(line, 0, bytes);
    poissonRow(state, mean + at, line, n);
    memory.fill(mean + at, 0, <usize>(x1 - x0) << 2);
    let sums = i64x2.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      const k = v128.load(line + i);
      sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_s(k), i64x2.extend_high_i32x4_s(k)));
      const p = counts + at + i;
      v128.store(p, i32x4.min_u(i32x4.add(v128.load(p), k), i32x4.splat(0x7fffffff)));
    }
    total += i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
  }
  return <f64>total;
}
