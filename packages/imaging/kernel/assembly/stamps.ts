// Stamps by FFT: the spectrum of an object is transformed back, columns first, and its rows are added to the mean image
// where they lie on the chip. The spectrum of a real image needs half the columns; the real column of the Nyquist wave
// travels as the imaginary part of the real column of wave zero. Rows y and y + 4 of a batch of eight travel as real and
// imaginary part of one row, so a batch is four complex rows, one a lane.
import { laneSum } from './lanes';
import { inverseFft4 } from './fft';
import { columnsFolded, columnsOfOneZone } from './spectrum';

/** Adds n floats to a row; returns their sum. */
export function addRow(source: usize, target: usize, n: u32): f64 {
  let sum = f32x4.splat(0);
  const whole = <usize>(n & ~3) << 2;
  for (let i: usize = 0; i < whole; i += 16) {
    const v = v128.load(source + i);
    sum = f32x4.add(sum, v);
    v128.store(target + i, f32x4.add(v128.load(target + i), v));
  }
  let rest = laneSum(sum);
  for (let i = whole; i < <usize>n << 2; i += 4) {
    const v = load<f32>(source + i);
    rest += <f64>v;
    store<f32>(target + i, load<f32>(target + i) + v);
  }
  return rest;
}

/**
 * Draws a stamp of n x n pixels whose pixel (n/2, n/2) is chip pixel (bx, by), and adds to the mean image what lies in
 * [x0, x1) x [y0, y1). `scratch`: (n/8)(32 n + 64) + 96 n + 64 bytes. Returns the sum of what was added.
 */
export function stamp(
  n: u32, zones: u32, galaxy: usize, psf: usize, grid: usize, pitch: u32, sinc: usize, twiddles: usize, px: usize, py: usize,
  par: usize, scratch: usize, mean: usize, stride: u32, bx: i32, by: i32, x0: i32, x1: i32, y0: i32, y1: i32,
): f64 {
  const half = n >> 1;
  const blocks = half >> 2;
  const bytes = (<usize>n << 5) + 64; // the pad keeps columns out of each other's cache sets
  const columns = scratch;
  const t0 = columns + bytes * <usize>blocks;
  const t1 = t0 + (<usize>n << 5);
  const rows = t1 + (<usize>n << 5);
  if (zones > 1) columnsFolded(n, zones, blocks, galaxy, psf, grid, pitch, sinc, px, py, par, t1);
  for (let b: u32 = 0; b < blocks; b++) {
    if (zones == 1) columnsOfOneZone(n, b, galaxy, psf, grid, pitch, sinc, px, py, par, t0);
    else columnsFolded(n, zones, b, galaxy, psf, grid, pitch, sinc, px, py, par, t0);
    if (b == 0 && zones > 1) {
      for (let j: usize = 0; j < <usize>n << 5; j += 32) {
        store<f32>(t0 + j, load<f32>(t0 + j) - load<f32>(t1 + j, 16));
        store<f32>(t0 + j, load<f32>(t0 + j, 16) + load<f32>(t1 + j), 16);
      }
    }
    const target = columns + bytes * <usize>b;
    const result = inverseFft4(t0, target, n, twiddles);
    if (result != target) memory.copy(target, result, <usize>n << 5);
  }
  const left = bx - <i32>half;
  const xa = max(left, x0);
  const xb = min(left + <i32>n, x1);
  let total: f64 = 0;
  for (let y: u32 = 0; y < n; y += 8) {
    const yo = (y + half) & (n - 1);
    const chipY = by - <i32>half + <i32>yo;
    if (chipY + 7 < y0 || chipY >= y1) continue;
    for (let b: u32 = 0; b < blocks; b++) {
      const base = columns + bytes * <usize>b + (<usize>y << 5);
      let a0 = v128.load(base), a1 = v128.load(base, 32), a2 = v128.load(base, 64), a3 = v128.load(base, 96);
      let u0 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5), u1 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
      let u2 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5), u3 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
      const ar0 = v128.shuffle<i64>(u0, u2, 0, 2), ar1 = v128.shuffle<i64>(u0, u2, 1, 3);
      const ar2 = v128.shuffle<i64>(u1, u3, 0, 2), ar3 = v128.shuffle<i64>(u1, u3, 1, 3);
      a0 = v128.load(base, 16); a1 = v128.load(base, 48); a2 = v128.load(base, 80); a3 = v128.load(base, 112);
      u0 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5); u1 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
      u2 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5); u3 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
      const ai0 = v128.shuffle<i64>(u0, u2, 0, 2), ai1 = v128.shuffle<i64>(u0, u2, 1, 3);
      const ai2 = v128.shuffle<i64>(u1, u3, 0, 2), ai3 = v128.shuffle<i64>(u1, u3, 1, 3);
      a0 = v128.load(base, 128); a1 = v128.load(base, 160); a2 = v128.load(base, 192); a3 = v128.load(base, 224);
      u0 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5); u1 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
      u2 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5); u3 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
      const br0 = v128.shuffle<i64>(u0, u2, 0, 2), br1 = v128.shuffle<i64>(u0, u2, 1, 3);
      const br2 = v128.shuffle<i64>(u1, u3, 0, 2), br3 = v128.shuffle<i64>(u1, u3, 1, 3);
      a0 = v128.load(base, 144); a1 = v128.load(base, 176); a2 = v128.load(base, 208); a3 = v128.load(base, 240);
      u0 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5); u1 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
      u2 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5); u3 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
      const bi0 = v128.shuffle<i64>(u0, u2, 0, 2), bi1 = v128.shuffle<i64>(u0, u2, 1, 3);
      const bi2 = v128.shuffle<i64>(u1, u3, 0, 2), bi3 = v128.shuffle<i64>(u1, u3, 1, 3);
      const o = t0 + (<usize>b << 7);
      const m = t0 + (<usize>(n - (b << 2)) << 5); // element n - 4 b
      if (b > 0) {
        v128.store(o, f32x4.sub(ar0, bi0));
        v128.store(o, f32x4.add(ai0, br0), 16);
        v128.store(m, f32x4.add(ar0, bi0));
        v128.store(m, f32x4.sub(br0, ai0), 16);
      } else {
        v128.store(o, ar0);
        v128.store(o, br0, 16);
        const nyquist = t0 + (<usize>half << 5);
        v128.store(nyquist, ai0);
        v128.store(nyquist, bi0, 16);
      }
      v128.store(o, f32x4.sub(ar1, bi1), 32);
      v128.store(o, f32x4.add(ai1, br1), 48);
      v128.store(o, f32x4.sub(ar2, bi2), 64);
      v128.store(o, f32x4.add(ai2, br2), 80);
      v128.store(o, f32x4.sub(ar3, bi3), 96);
      v128.store(o, f32x4.add(ai3, br3), 112);
      v128.store(m - 32, f32x4.add(ar1, bi1));
      v128.store(m - 32, f32x4.sub(br1, ai1), 16);
      v128.store(m - 64, f32x4.add(ar2, bi2));
      v128.store(m - 64, f32x4.sub(br2, ai2), 16);
      v128.store(m - 96, f32x4.add(ar3, bi3));
      v128.store(m - 96, f32x4.sub(br3, ai3), 16);
    }
    const r = inverseFft4(t0, t1, n, twiddles);
    const pitch4 = <usize>n << 2;
    for (let x: u32 = 0; x < n; x += 4) {
      const xo = (x + half) & (n - 1);
      for (let part: usize = 0; part < 2; part++) {
        const sp = r + (<usize>x << 5) + (part << 4);
        const a0 = v128.load(sp), a1 = v128.load(sp, 32), a2 = v128.load(sp, 64), a3 = v128.load(sp, 96);
        const u0 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5), u1 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
        const u2 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5), u3 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
        let q = rows + (part << 2) * pitch4 + (<usize>xo << 2);
        v128.store(q, v128.shuffle<i64>(u0, u2, 0, 2));
        q += pitch4;
        v128.store(q, v128.shuffle<i64>(u0, u2, 1, 3));
        q += pitch4;
        v128.store(q, v128.shuffle<i64>(u1, u3, 0, 2));
        q += pitch4;
        v128.store(q, v128.shuffle<i64>(u1, u3, 1, 3));
      }
    }
    for (let i = 0; i < 8; i++) {
      const row = chipY + i;
      if (row < y0 || row >= y1) continue;
      total += addRow(rows + <usize>i * pitch4 + (<usize>(xa - left) << 2), mean + (<usize>(<u32>row * stride + <u32>xa) << 2), <u32>(xb - xa));
    }
  }
  return total;
}
