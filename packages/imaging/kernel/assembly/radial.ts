// Bright point sources: the pixel-convolved PSF as a function of the squared distance to the pixel's centre, from a table,
// over a disc of any size. A rectangle around the base pixel may be left out (what was drawn there by FFT).
import { F, I, laneSum, lookup4 } from './lanes';

/** Adds flux x table(r^2) to pixels [from, to) of one row, four at a time; returns the sum of what was added. */
// @ts-ignore: decorator
@inline
function segment(
  row: usize, from: i32, to: i32, shift: f32, dy2: f32, table: usize, base: v128, last: v128, top: v128, flux: v128,
): f64 {
  let sum = F(0);
  for (let x = from; x < to; x += 4) {
    const dx = f32x4.add(F(<f32>x + shift), f32x4(0, 1, 2, 3));
    let v = f32x4.mul(flux, lookup4(f32x4.add(f32x4.mul(dx, dx), F(dy2)), table, base, last, top));
    if (to - x < 4) v = v128.and(v, i32x4.gt_s(I(to - x), i32x4(0, 1, 2, 3)));
    const p = row + (<usize>x << 2);
    v128.store(p, f32x4.add(v128.load(p), v));
    sum = f32x4.add(sum, v);
  }
  return laneSum(sum);
}

/**
 * Point source at base pixel (bx, by) + (dx, dy) into the part of the disc of `radius` pixels that lies on the chip
 * nx x ny, but for the square |x - bx|, |y - by| <= hole (none where hole < 0). Returns the sum of what was added.
 */
export function radialStamp(
  table: usize, tableBase: i32, tableLast: i32, tableTop: f32, bx: i32, by: i32, dx: f32, dy: f32, flux: f32, radius: f32,
  hole: i32, mean: usize, stride: u32, nx: i32, ny: i32,
): f64 {
  const base = I(tableBase), last = I(tableLast), top = F(tableTop), f = F(flux);
  const reach = <i32>Math.ceil(<f64>radius) + 1;
  const y1 = min(ny, by + reach + 1);
  let total: f64 = 0;
  for (let y = max(0, by - reach); y < y1; y++) {
    const ry = <f32>(y - by) - dy;
    const c2 = <f64>radius * <f64>radius - <f64>ry * <f64>ry;
    if (c2 < 0) continue;
    const chord = Math.sqrt(c2);
    // columns are counted from the base pixel, where floats are exact
    const from = max(-bx, <i32>Math.ceil(<f64>dx - chord));
    const to = min(nx - bx, <i32>Math.floor(<f64>dx + chord) + 1);
    const row = mean + (<usize>(<u32>y * stride) << 2) + (<usize>bx << 2);
    if (hole < 0 || y - by > hole || by - y > hole) {
      if (to > from) total += segment(row, from, to, -dx, ry * ry, table, base, last, top, f);
    } else {
      const a = min(to, -hole);
      const b = max(from, hole + 1);
      if (a > from) total += segment(row, from, a, -dx, ry * ry, table, base, last, top, f);
      if (to > b) total += segment(row, b, to, -dx, ry * ry, table, base, last, top, f);
    }
  }
  return total;
}
