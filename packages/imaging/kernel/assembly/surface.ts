// Smooth surfaces over the chip: a constant, and a bilinear surface through control points.
import { F, I, mad } from './lanes';

/** Adds a constant to n floats, n a multiple of 4. */
export function addConstant(target: usize, n: u32, value: f32): void {
  const v = F(value);
  const end = target + (<usize>n << 2);
  for (let p = target; p < end; p += 16) v128.store(p, f32x4.add(v128.load(p), v));
}

/**
 * Adds the bilinear surface of (gy + 1) x (gx + 1) control points whose outermost rows and columns lie on the chip's
 * edges: the centre of pixel x lies at (x + 1/2) gx / nx. Rows from y0 up to y1 alone. `line` is scratch for gx + 2 floats.
 */
export function addBilinear(
  grid: usize, gx: u32, gy: u32, line: usize, mean: usize, stride: u32, nx: u32, ny: u32, y0: u32, y1: u32,
): void {
  const scale = <f32>gx / <f32>nx;
  const last = I(<i32>gx - 1);
  for (let y = y0; y < y1; y++) {
    const v = ((<f64>y + 0.5) * <f64>gy) / <f64>ny;
    const j = min<u32>(<u32>v, gy - 1);
    const f = <f32>(v - <f64>j);
    const lower = grid + (<usize>(j * (gx + 1)) << 2);
    const upper = lower + (<usize>(gx + 1) << 2);
    for (let i: usize = 0; i <= <usize>gx << 2; i += 4) {
      store<f32>(line + i, load<f32>(lower + i) + f * (load<f32>(upper + i) - load<f32>(lower + i)));
    }
    const row = mean + (<usize>(y * stride) << 2);
    for (let x: u32 = 0; x < nx; x += 4) {
      const u = f32x4.mul(f32x4.add(F(<f32>x + 0.5), f32x4(0, 1, 2, 3)), F(scale));
      const i = i32x4.min_s(i32x4.trunc_sat_f32x4_s(u), last);
      const t = f32x4.sub(u, f32x4.convert_i32x4_s(i));
      const i0 = <usize>i32x4.extract_lane(i, 0), i1 = <usize>i32x4.extract_lane(i, 1);
      const i2 = <usize>i32x4.extract_lane(i, 2), i3 = <usize>i32x4.extract_lane(i, 3);
      const p0 = v128.load64_lane(line + (i1 << 2), v128.load64_zero(line + (i0 << 2)), 1);
      const p1 = v128.load64_lane(line + (i3 << 2), v128.load64_zero(line + (i2 << 2)), 1);
      const a = v128.shuffle<i32>(p0, p1, 0, 2, 4, 6), b = v128.shuffle<i32>(p0, p1, 1, 3, 5, 7);
      const p = row + (<usize>x << 2);
      v128.store(p, f32x4.add(v128.load(p), mad(t, f32x4.sub(b, a), a)));
    }
  }
}
