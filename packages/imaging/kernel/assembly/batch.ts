// Many sources shot in one call. Each is a record of 80 bytes that the host has written: see src/photon-batch.ts.
import { poissonCount } from './count';
import { shootPoint, shootSersic } from './photons';
import { fillWords, seed } from './rng';

// @ts-ignore: decorator
@inline
const RECORD: usize = 80;

/** The nearest integer, the upper one of two: what the host's Math.round gives. */
// @ts-ignore: decorator
@inline
function nearest(x: f64): f64 {
  const low = Math.floor(x);
  return x - low >= 0.5 ? low + 1 : low;
}

/**
 * Shoots the photons of n records into the counts. Returns how many were done: where a photon number is the host's to draw,
 * the call ends before that record, and the host writes the number into it. Uses 80 bytes at `state`.
 */
export function shootBatch(
  records: usize, n: u32, state: usize, countWord: u32, mostQuickCount: f64, psf: usize,
  counts: usize, stride: i32, nx: i32, ny: i32, dump: i32,
): u32 {
  for (let i: u32 = 0; i < n; i++) {
    const r = records + <usize>i * RECORD;
    const a = load<u32>(r, 32), b = load<u32>(r, 36), c = load<u32>(r, 40), d = load<u32>(r, 44);
    let drawn = load<f64>(r, 16);
    if (drawn < 0) {
      const mean = load<f64>(r, 24);
      if (mean > mostQuickCount) return i;
      drawn = poissonCount(state, a ^ countWord, b, c, d, mean);
      if (drawn < 0) return i;
    }
    const photons = <u32>drawn;
    if (photons == 0) continue;
    const x = load<f64>(r), y = load<f64>(r, 8);
    const nearX = nearest(x), nearY = nearest(y);
    const bx = <i32>nearX, by = <i32>nearY;
    const dx = <f32>(x - nearX), dy = <f32>(y - nearY);
    seed(state, a, b, c, d);
    const lower = load<u32>(r, 64);
    if (lower == 0) {
      shootPoint(state, photons, psf, bx, by, dx, dy, counts, stride, nx, ny, dump);
      continue;
    }
    const share = load<f64>(r, 72);
    let upper: u32 = 0;
    if (share > 0) {
      fillWords(state, state + 64, 4);
      const u = <f64>load<u32>(state, 64) / 4294967296.0;
      upper = <u32>Math.min(drawn, Math.floor(drawn * share + u));
    }
    const a11 = load<f32>(r, 48), a12 = load<f32>(r, 52), a21 = load<f32>(r, 56), a22 = load<f32>(r, 60);
    if (photons > upper) shootSersic(state, photons - upper, lower, psf, bx, by, dx, dy, a11, a12, a21, a22, counts, stride, nx, ny, dump);
    if (upper > 0) shootSersic(state, upper, load<u32>(r, 68), psf, bx, by, dx, dy, a11, a12, a21, a22, counts, stride, nx, ny, dump);
  }
  return n;
}
