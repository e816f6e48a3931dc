// Inverse complex FFT of four columns at once, one a lane: Stockham autosort, radix 4 with one radix-2 pass where needed
// (Stockham 1966; Swarztrauber 1984, Parallel Comput. 1, 45). No shuffles, no bit reversal, not normalised.
// Element j is 32 bytes: four real parts, four imaginary parts. `twiddles` holds (cos, sin) of 2 pi j / n, float pairs.

/** Transforms n elements at a, with b as its partner; returns the one of the two that holds the result. */
export function inverseFft4(a: usize, b: usize, n: u32, twiddles: usize): usize {
  let source = a;
  let target = b;
  let length = n;
  let stride: u32 = 1;
  while (length >= 4) {
    const quarter = length >> 2;
    const leap = <usize>(quarter * stride) << 5;
    const run = <usize>stride << 5;
    let i0 = source;
    let o = target;
    let end = o + run;
    // unit twiddles: the first butterfly of every pass, all of the last
    while (o < end) {
      const i1 = i0 + leap, i2 = i1 + leap, i3 = i2 + leap;
      const ar = v128.load(i0), ai = v128.load(i0, 16), br = v128.load(i1), bi = v128.load(i1, 16);
      const cr = v128.load(i2), ci = v128.load(i2, 16), dr = v128.load(i3), di = v128.load(i3, 16);
      const pr = f32x4.add(ar, cr), pi = f32x4.add(ai, ci), mr = f32x4.sub(ar, cr), mi = f32x4.sub(ai, ci);
      const qr = f32x4.add(br, dr), qi = f32x4.add(bi, di), jr = f32x4.sub(di, bi), ji = f32x4.sub(br, dr);
      const o1 = o + run, o2 = o1 + run, o3 = o2 + run;
      v128.store(o, f32x4.add(pr, qr));
      v128.store(o, f32x4.add(pi, qi), 16);
      v128.store(o1, f32x4.add(mr, jr));
      v128.store(o1, f32x4.add(mi, ji), 16);
      v128.store(o2, f32x4.sub(pr, qr));
      v128.store(o2, f32x4.sub(pi, qi), 16);
      v128.store(o3, f32x4.sub(mr, jr));
      v128.store(o3, f32x4.sub(mi, ji), 16);
      i0 += 32;
      o += 32;
    }
    for (let p: u32 = 1; p < quarter; p++) {
      const t1 = twiddles + (<usize>(p * stride) << 3);
      const t2 = twiddles + (<usize>(p * stride) << 4);
      const t3 = t1 + (<usize>(p * stride) << 4);
      const w1r = v128.load32_splat(t1), w1i = v128.load32_splat(t1, 4);
      const w2r = v128.load32_splat(t2), w2i = v128.load32_splat(t2, 4);
      const w3r = v128.load32_splat(t3), w3i = v128.load32_splat(t3, 4);
      i0 = source + (<usize>(stride * p) << 5);
      o = target + (<usize>(stride * p) << 7);
      end = o + run;
      while (o < end) {
        const i1 = i0 + leap, i2 = i1 + leap, i3 = i2 + leap;
        const ar = v128.load(i0), ai = v128.load(i0, 16), br = v128.load(i1), bi = v128.load(i1, 16);
        const cr = v128.load(i2), ci = v128.load(i2, 16), dr = v128.load(i3), di = v128.load(i3, 16);
        const pr = f32x4.add(ar, cr), pi = f32x4.add(ai, ci), mr = f32x4.sub(ar, cr), mi = f32x4.sub(ai, ci);
        const qr = f32x4.add(br, dr), qi = f32x4.add(bi, di), jr = f32x4.sub(di, bi), ji = f32x4.sub(br, dr);
        v128.store(o, f32x4.add(pr, qr));
        v128.store(o, f32x4.add(pi, qi), 16);
        let oo = o + run;
        const ur = f32x4.add(mr, jr), ui = f32x4.add(mi, ji);
        v128.store(oo, f32x4.sub(f32x4.mul(ur, w1r), f32x4.mul(ui, w1i)));
        v128.store(oo, f32x4.add(f32x4.mul(ur, w1i), f32x4.mul(ui, w1r)), 16);
        oo += run;
        const vr = f32x4.sub(pr, qr), vi = f32x4.sub(pi, qi);
        v128.store(oo, f32x4.sub(f32x4.mul(vr, w2r), f32x4.mul(vi, w2i)));
        v128.store(oo, f32x4.add(f32x4.mul(vr, w2i), f32x4.mul(vi, w2r)), 16);
        oo += run;
        const xr = f32x4.sub(mr, jr), xi = f32x4.sub(mi, ji);
        v128.store(oo, f32x4.sub(f32x4.mul(xr, w3r), f32x4.mul(xi, w3i)));
        v128.store(oo, f32x4.add(f32x4.mul(xr, w3i), f32x4.mul(xi, w3r)), 16);
        i0 += 32;
        o += 32;
      }
    }
    const swap = source;
    source = target;
    target = swap;
    length = quarter;
    stride <<= 2;
  }
  if (length == 2) {
    const run = <usize>stride << 5;
    for (let o: usize = 0; o < run; o += 32) {
      const ar = v128.load(source + o), ai = v128.load(source + o, 16);
      const br = v128.load(source + o + run), bi = v128.load(source + o + run, 16);
      v128.store(target + o, f32x4.add(ar, br));
      v128.store(target + o, f32x4.add(ai, bi), 16);
      v128.store(target + o + run, f32x4.sub(ar, br));
      v128.store(target + o + run, f32x4.sub(ai, bi), 16);
    }
    return target;
  }
  return source;
}
