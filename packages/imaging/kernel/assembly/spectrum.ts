// The spectrum of a stamp: galaxy transform x PSF transform x pixel, on one half of the plane of wave numbers.
//
// A stamp of N pixels has the wave numbers 2 pi i / N. Where the PSF passes waves beyond pi radians a pixel, their zones
// are folded onto the first one, as sampling at pixel centres does: `zones` = 1, 2 or 4 is the half width covered, in
// units of pi. The product PSF x pixel is even in both axes: a quarter plane is kept, or worked out in place (grid = 0)
// where that would be large; both ways give the same bits. The pixel's transform at the edge of the covered band is set to
// zero by the host, which makes the band symmetric.
//
// Parameters at `par` (floats): 0 q11, 4 2 q12, 8 q22 (k'^2 = q11 kx^2 + 2 q12 kx ky + q22 ky^2), 12 norm, 16 dk,
// 20 squared wave number beyond which nothing is left, 24 galaxy table's top, 28 PSF table's top;
// (integers): 32 galaxy base, 36 galaxy last, 40 PSF base, 44 PSF last; 64.. weights of 5 x 5 zones (re, im) [ny][nx].
import { F, I, lookup4, mad } from './lanes';

/** Writes the quarter plane PSF x pixel: rows |ky| of `pitch` floats, `size` of each. */
export function quarterPlane(psf: usize, sinc: usize, par: usize, size: u32, pitch: u32, out: usize): void {
  const dk2 = load<f32>(par, 16) * load<f32>(par, 16);
  const top = v128.load32_splat(par, 28), base = v128.load32_splat(par, 40), last = v128.load32_splat(par, 44);
  for (let j: u32 = 0; j < size; j++) {
    const y2 = F(<f32>j * <f32>j);
    const sy = v128.load32_splat(sinc + (<usize>j << 2));
    for (let i: u32 = 0; i < pitch; i += 4) {
      const x = f32x4.add(F(<f32>i), f32x4(0, 1, 2, 3));
      const k2 = f32x4.mul(F(dk2), mad(x, x, y2));
      const v = f32x4.mul(f32x4.mul(lookup4(k2, psf, base, last, top), v128.load(sinc + (<usize>i << 2))), sy);
      v128.store(out + (<usize>(j * pitch + i) << 2), v);
    }
  }
}

/** out = low (1 - w) + high w for n floats, n a multiple of 4: the table of a profile between two grid points. */
export function blend(low: usize, high: usize, w: f32, n: u32, out: usize): void {
  const a = F(1 - w), b = F(w);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    v128.store(out + i, mad(v128.load(low + i), a, f32x4.mul(v128.load(high + i), b)));
  }
}

/** Phase factors exp(-2 pi i k d / n): x as n/2 + 4 cosines, then as many sines; y as n (cos, sin) pairs. */
export function phases(x: usize, y: usize, n: u32, cosX: f64, sinX: f64, cosY: f64, sinY: f64): void {
  const half = n >> 1;
  const sines = x + (<usize>(half + 4) << 2);
  let c = 1.0;
  let s = 0.0;
  for (let i: u32 = 0; i < half + 4; i++) {
    store<f32>(x + (<usize>i << 2), <f32>c);
    store<f32>(sines + (<usize>i << 2), <f32>s);
    const t = c * cosX + s * sinX;
    s = s * cosX - c * sinX;
    c = t;
  }
  c = 1.0;
  s = 0.0;
  for (let i: u32 = 0; i <= half; i++) {
    const p = y + (<usize>i << 3);
    store<f32>(p, <f32>c);
    store<f32>(p, <f32>s, 4);
    const m = y + (<usize>((n - i) & (n - 1)) << 3);
    store<f32>(m, <f32>c);
    store<f32>(m, <f32>(i == 0 ? s : -s), 4);
    const t = c * cosY + s * sinY;
    s = s * cosY - c * sinY;
    c = t;
  }
}

/** One block of four columns, kx index 4 b + lane, where a single zone is enough; n elements of 32 bytes at out. */
export function columnsOfOneZone(
  n: u32, b: u32, galaxy: usize, psf: usize, grid: usize, pitch: u32, sinc: usize, px: usize, py: usize, par: usize, out: usize,
): void {
  const half = n >> 1;
  const dk = load<f32>(par, 16);
  const q11 = load<f32>(par), q12 = load<f32>(par, 4), q22 = load<f32>(par, 8);
  const gTop = v128.load32_splat(par, 24), gBase = v128.load32_splat(par, 32), gLast = v128.load32_splat(par, 36);
  const pTop = v128.load32_splat(par, 28), pBase = v128.load32_splat(par, 40), pLast = v128.load32_splat(par, 44);
  const norm = v128.load32_splat(par, 12);
  const cut = load<f32>(par, 20);
  const x = f32x4.add(F(<f32>(b << 2)), f32x4(0, 1, 2, 3));
  const kx = f32x4.mul(x, F(dk));
  const x2 = f32x4.mul(x, x);
  const qx = f32x4.mul(F(q11), f32x4.mul(kx, kx));
  const qxy = f32x4.mul(F(q12), kx);
  const pr = v128.load(px + (<usize>b << 4));
  const pi = v128.load(px + (<usize>(half + 4) << 2) + (<usize>b << 4));
  const sx = v128.load(sinc + (<usize>b << 4));
  const edge = <f32>(b << 2) * dk;
  const edge2 = edge * edge;
  for (let j: u32 = 0; j < n; j++) {
    const o = out + (<usize>j << 5);
    const row = j <= half ? j : n - j;
    const ky = <f32>(j < half ? <i32>j : <i32>j - <i32>n) * dk;
    if (edge2 + ky * ky > cut) {
      v128.store(o, I(0));
      v128.store(o, I(0), 16);
      continue;
    }
    let v: v128;
    if (grid) v = v128.load(grid + (<usize>(row * pitch + (b << 2)) << 2));
    else {
      const k2 = f32x4.mul(F(dk * dk), f32x4.add(x2, F(<f32>row * <f32>row)));
      v = f32x4.mul(f32x4.mul(lookup4(k2, psf, pBase, pLast, pTop), sx), v128.load32_splat(sinc + (<usize>row << 2)));
    }
    if (galaxy) v = f32x4.mul(lookup4(mad(qxy, F(ky), f32x4.add(qx, F(q22 * ky * ky))), galaxy, gBase, gLast, gTop), v);
    v = f32x4.mul(v, norm);
    const vr = f32x4.mul(v, pr), vi = f32x4.mul(v, pi);
    const yr = v128.load32_splat(py + (<usize>j << 3)), yi = v128.load32_splat(py + (<usize>j << 3), 4);
    v128.store(o, f32x4.sub(f32x4.mul(vr, yr), f32x4.mul(vi, yi)));
    v128.store(o, f32x4.add(f32x4.mul(vr, yi), f32x4.mul(vi, yr)), 16);
  }
}

/** As columnsOfOneZone with 2 or 4 zones folded in; b = n / 8 gives the column of the Nyquist wave in its first lane. */
export function columnsFolded(
  n: u32, zones: u32, b: u32, galaxy: usize, psf: usize, grid: usize, pitch: u32, sinc: usize, px: usize, py: usize,
  par: usize, out: usize,
): void {
  const half = n >> 1;
  const dk = load<f32>(par, 16);
  const q11 = load<f32>(par), q12 = load<f32>(par, 4), q22 = load<f32>(par, 8);
  const gTop = v128.load32_splat(par, 24), gBase = v128.load32_splat(par, 32), gLast = v128.load32_splat(par, 36);
  const pTop = v128.load32_splat(par, 28), pBase = v128.load32_splat(par, 40), pLast = v128.load32_splat(par, 44);
  const norm = v128.load32_splat(par, 12);
  const cut = load<f32>(par, 20);
  const bytes = <usize>n << 5;
  for (let o = out; o < out + bytes; o += 16) v128.store(o, I(0));
  for (let zx: u32 = 0; zx < zones; zx++) {
    const mx: i32 = zx == 0 ? 0 : zx == 1 ? -1 : zx == 2 ? 1 : -2;
    const first = <i32>(b << 2) + mx * <i32>n; // signed kx index of lane 0
    const x = f32x4.add(F(<f32>first), f32x4(0, 1, 2, 3));
    const nearest = <f32>(mx < 0 ? -first - 3 : first) * dk;
    const near2 = nearest * nearest;
    if (near2 > cut) continue;
    const start: u32 = mx < 0 ? <u32>(-first - 3) : <u32>first;
    const kx = f32x4.mul(x, F(dk));
    const x2 = f32x4.mul(x, x);
    const qx = f32x4.mul(F(q11), f32x4.mul(kx, kx));
    const qxy = f32x4.mul(F(q12), kx);
    let sx = v128.load(sinc + (<usize>start << 2));
    if (mx < 0) sx = v128.shuffle<i32>(sx, sx, 3, 2, 1, 0);
    for (let j: u32 = 0; j < n; j++) {
      const o = out + (<usize>j << 5);
      const up = j < half;
      const j0 = up ? <i32>j : <i32>j - <i32>n;
      for (let zy: u32 = 0; zy < zones; zy++) {
        let my: i32 = zy == 0 ? 0 : zy == 1 ? -1 : zy == 2 ? 1 : -2;
        if (!up) my = -my;
        const y = j0 + my * <i32>n;
        const ky = <f32>y * dk;
        if (near2 + ky * ky > cut) continue;
        const row = <u32>(y < 0 ? -y : y);
        let v: v128;
        if (grid) {
          v = v128.load(grid + (<usize>(row * pitch + start) << 2));
          if (mx < 0) v = v128.shuffle<i32>(v, v, 3, 2, 1, 0);
        } else {
          const k2 = f32x4.mul(F(dk * dk), f32x4.add(x2, F(<f32>row * <f32>row)));
          v = f32x4.mul(f32x4.mul(lookup4(k2, psf, pBase, pLast, pTop), sx), v128.load32_splat(sinc + (<usize>row << 2)));
        }
        if (galaxy) v = f32x4.mul(lookup4(mad(qxy, F(ky), f32x4.add(qx, F(q22 * ky * ky))), galaxy, gBase, gLast, gTop), v);
        const w = par + 64 + (<usize>((my + 2) * 5 + mx + 2) << 3);
        v128.store(o, mad(v, v128.load32_splat(w), v128.load(o)));
        v128.store(o, mad(v, v128.load32_splat(w, 4), v128.load(o, 16)), 16);
      }
    }
  }
  const pr = f32x4.mul(norm, v128.load(px + (<usize>b << 4)));
  const pi = f32x4.mul(norm, v128.load(px + (<usize>(half + 4) << 2) + (<usize>b << 4)));
  for (let j: u32 = 0; j < n; j++) {
    const o = out + (<usize>j << 5);
    const yr = v128.load32_splat(py + (<usize>j << 3)), yi = v128.load32_splat(py + (<usize>j << 3), 4);
    const cr = f32x4.sub(f32x4.mul(pr, yr), f32x4.mul(pi, yi));
    const ci = f32x4.add(f32x4.mul(pr, yi), f32x4.mul(pi, yr));
    const vr = v128.load(o), vi = v128.load(o, 16);
    v128.store(o, f32x4.sub(f32x4.mul(vr, cr), f32x4.mul(vi, ci)));
    v128.store(o, f32x4.add(f32x4.mul(vr, ci), f32x4.mul(vi, cr)), 16);
  }
}
