// Photon shooting: each photon takes a radius from a two-sided table of the profile's inverse distribution and an angle
// of 16 bits, is sheared, scattered by the PSF likewise, and counted in its pixel. Coordinates are floats relative to an
// integer base pixel, so that precision does not depend on the place on the chip; angles are centred on their steps, so
// that they carry no bias. Photons off the chip go to a dump pixel: no branch per photon.
import { F, I, mad, rotl7, rotl11 } from './lanes';
import { cosineOfArc, sineOfArc } from './gaussian';

/** Radii of four photons: the top bit picks the side of the table, the other 31 the place on it. */
// @ts-ignore: decorator
@inline
function radius4(w: v128, table: usize): v128 {
  const t = f32x4.convert_i32x4_s(v128.or(v128.and(w, I(0x7fffffff)), I(1)));
  let ix = i32x4.sub(i32x4.shr_u(t, 18), I(4064)); // 127 * 32
  ix = v128.or(ix, v128.and(i32x4.shr_s(w, 31), I(1024)));
  const i0 = <usize>i32x4.extract_lane(ix, 0);
  const i1 = <usize>i32x4.extract_lane(ix, 1);
  const i2 = <usize>i32x4.extract_lane(ix, 2);
  const i3 = <usize>i32x4.extract_lane(ix, 3);
  const va = v128.load64_lane(table + (i1 << 3), v128.load64_zero(table + (i0 << 3)), 1);
  const vb = v128.load64_lane(table + (i3 << 3), v128.load64_zero(table + (i2 << 3)), 1);
  return mad(v128.shuffle<i32>(va, vb, 1, 3, 5, 7), t, v128.shuffle<i32>(va, vb, 0, 2, 4, 6));
}

/** Middle of the step of the arc that bits 16 to 29 choose: pi/4 / 2^13 apart. */
// @ts-ignore: decorator
@inline
function arc14(w: v128): v128 {
  return f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(w, 2), 18)), F(0.5)), F(9.587379924285257e-5));
}

/** Counts four photons in the pixels of index `id`. */
// @ts-ignore: decorator
@inline
function count4(counts: usize, id: v128): void {
  let q = counts + (<usize>i32x4.extract_lane(id, 0) << 2);
  store<i32>(q, load<i32>(q) + 1);
  q = counts + (<usize>i32x4.extract_lane(id, 1) << 2);
  store<i32>(q, load<i32>(q) + 1);
  q = counts + (<usize>i32x4.extract_lane(id, 2) << 2);
  store<i32>(q, load<i32>(q) + 1);
  q = counts + (<usize>i32x4.extract_lane(id, 3) << 2);
  store<i32>(q, load<i32>(q) + 1);
}

// @ts-ignore: decorator
@inline
function total(v: v128): u32 {
  return (
    <u32>i32x4.extract_lane(v, 0) + <u32>i32x4.extract_lane(v, 1) + (<u32>i32x4.extract_lane(v, 2) + <u32>i32x4.extract_lane(v, 3))
  );
}

/**
 * Shoots n photons of (sheared Sersic) * PSF at base pixel (bx, by) + offset (dx, dy); returns how many hit the chip.
 * The matrix a takes circular coordinates of unit half-light radius to pixels. `dump` is the index of the dump pixel.
 */
export function shootSersic(
  state: usize, n: u32, galaxy: usize, psf: usize, bx: i32, by: i32, dx: f32, dy: f32,
  a11: f32, a12: f32, a21: f32, a22: f32, counts: usize, stride: i32, nx: i32, ny: i32, dump: i32,
): u32 {
  let s0 = v128.load(state), s1 = v128.load(state, 16), s2 = v128.load(state, 32), s3 = v128.load(state, 48);
  const X = F(dx), Y = F(dy), A11 = F(a11), A12 = F(a12), A21 = F(a21), A22 = F(a22);
  const W = I(nx), H = I(ny), S = I(stride), D = I(dump);
  const MAGIC = F(12582912.0), BX = I(bx - 0x4b400000), BY = I(by - 0x4b400000);
  let hits = I(0);
  let left = n;
  while (left > 0) {
    const w1 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    let t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const w2 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const w3 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const rg = radius4(w1, galaxy), rp = radius4(w2, psf);
    const xg = arc14(w3), zg = f32x4.mul(xg, xg);
    let c = v128.xor(cosineOfArc(zg), v128.and(w3, I(0x80000000)));
    let s = sineOfArc(xg, zg);
    let d = v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(w3, 1), 31));
    const gx = f32x4.mul(rg, v128.xor(c, d)), gy = f32x4.mul(rg, v128.xor(s, d));
    const w4 = i32x4.shl(w3, 16);
    const xp = arc14(w4), zp = f32x4.mul(xp, xp);
    c = v128.xor(cosineOfArc(zp), v128.and(w4, I(0x80000000)));
    s = sineOfArc(xp, zp);
    d = v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(w4, 1), 31));
    const px = mad(rp, v128.xor(c, d), mad(A11, gx, mad(A12, gy, X)));
    const py = mad(rp, v128.xor(s, d), mad(A21, gx, mad(A22, gy, Y)));
    const ix = i32x4.add(f32x4.add(px, MAGIC), BX), iy = i32x4.add(f32x4.add(py, MAGIC), BY);
    let ok = v128.and(i32x4.lt_u(ix, W), i32x4.lt_u(iy, H));
    if (left < 4) ok = v128.and(ok, i32x4.gt_s(I(<i32>left), i32x4(0, 1, 2, 3)));
    count4(counts, v128.bitselect(i32x4.add(i32x4.mul(iy, S), ix), D, ok));
    hits = i32x4.sub(hits, ok);
    left = left > 4 ? left - 4 : 0;
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
  return total(hits);
}

/** Shoots n photons of a point source at base pixel (bx, by) + offset (dx, dy); returns how many hit the chip. */
export function shootPoint(
  state: usize, n: u32, psf: usize, bx: i32, by: i32, dx: f32, dy: f32,
  counts: usize, stride: i32, nx: i32, ny: i32, dump: i32,
): u32 {
  let s0 = v128.load(state), s1 = v128.load(state, 16), s2 = v128.load(state, 32), s3 = v128.load(state, 48);
  const X = F(dx), Y = F(dy), W = I(nx), H = I(ny), S = I(stride), D = I(dump);
  const MAGIC = F(12582912.0), BX = I(bx - 0x4b400000), BY = I(by - 0x4b400000);
  let hits = I(0);
  let left = n;
  while (left > 0) {
    const w1 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    let t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const w2 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const w3 = i32x4.add(rotl7(i32x4.add(s0, s3)), s0);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0); s3 = v128.xor(s3, s1); s1 = v128.xor(s1, s2); s0 = v128.xor(s0, s3); s2 = v128.xor(s2, t); s3 = rotl11(s3);
    const ra = radius4(w1, psf), rb = radius4(w2, psf);
    const xa = arc14(w3), za = f32x4.mul(xa, xa);
    let c = v128.xor(cosineOfArc(za), v128.and(w3, I(0x80000000)));
    let s = sineOfArc(xa, za);
    let d = v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(w3, 1), 31));
    let ix = i32x4.add(f32x4.add(mad(ra, v128.xor(c, d), X), MAGIC), BX);
    let iy = i32x4.add(f32x4.add(mad(ra, v128.xor(s, d), Y), MAGIC), BY);
    let ok = v128.and(i32x4.lt_u(ix, W), i32x4.lt_u(iy, H));
    if (left < 4) ok = v128.and(ok, i32x4.gt_s(I(<i32>left), i32x4(0, 1, 2, 3)));
    count4(counts, v128.bitselect(i32x4.add(i32x4.mul(iy, S), ix), D, ok));
    hits = i32x4.sub(hits, ok);
    if (left <= 4) break;
    left -= 4;
    const w4 = i32x4.shl(w3, 16);
    const xb = arc14(w4), zb = f32x4.mul(xb, xb);
    c = v128.xor(cosineOfArc(zb), v128.and(w4, I(0x80000000)));
    s = sineOfArc(xb, zb);
    d = v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(w4, 1), 31));
    ix = i32x4.add(f32x4.add(mad(rb, v128.xor(c, d), X), MAGIC), BX);
    iy = i32x4.add(f32x4.add(mad(rb, v128.xor(s, d), Y), MAGIC), BY);
    ok = v128.and(i32x4.lt_u(ix, W), i32x4.lt_u(iy, H));
    if (left < 4) ok = v128.and(ok, i32x4.gt_s(I(<i32>left), i32x4(0, 1, 2, 3)));
    count4(counts, v128.bitselect(i32x4.add(i32x4.mul(iy, S), ix), D, ok));
    hits = i32x4.sub(hits, ok);
    left = left > 4 ? left - 4 : 0;
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
  return total(hits);
}
