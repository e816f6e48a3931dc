// RICE_1 of the FITS standard 4.0 (section 10.4.1): one tile of 32-bit integers, blocks of 32, first value in full,
// differences zig-zagged, each block with its own split (5 bits), 26 = stored in full, 0 = all zero. Sums of a block and
// the map are vectors; codes gather in a 64-bit word and leave it in big-endian words of 32.

/** Encodes n values; `scratch` is 128 bytes. Returns the number of bytes written, at most 8 + 4 n + n / 32 + 5. */
export function riceEncode(source: usize, n: u32, out: usize, scratch: usize): u32 {
  let held: u64 = 0;
  let bits: u32 = 0;
  let o = out;
  const first = load<u32>(source);
  store<u32>(o, bswap<u32>(first));
  o += 4;
  let last = i32x4.splat(first);
  for (let i: u32 = 0; i < n; i += 32) {
    const length = min<u32>(32, n - i);
    let sum: u64 = 0;
    if (length == 32) {
      let sums = i32x4.splat(0);
      let any = i32x4.splat(0);
      const p = source + (<usize>i << 2);
      for (let j: usize = 0; j < 128; j += 16) {
        const v = v128.load(p + j);
        const d = i32x4.sub(v, v128.shuffle<i32>(last, v, 3, 4, 5, 6));
        const m = v128.xor(i32x4.shl(d, 1), i32x4.shr_s(d, 31));
        v128.store(scratch + j, m);
        sums = i32x4.add(sums, m);
        any = v128.or(any, m);
        last = v;
      }
      if (v128.any_true(i32x4.shr_u(any, 28))) {
        for (let j: usize = 0; j < 128; j += 4) sum += <u64>load<u32>(scratch + j);
      } else {
        sum =
          <u64>(<u32>i32x4.extract_lane(sums, 0)) + <u64>(<u32>i32x4.extract_lane(sums, 1)) +
          <u64>(<u32>i32x4.extract_lane(sums, 2)) + <u64>(<u32>i32x4.extract_lane(sums, 3));
      }
    } else {
      let before = i32x4.extract_lane(last, 3);
      for (let j: u32 = 0; j < length; j++) {
        const v = load<i32>(source + (<usize>(i + j) << 2));
        const d = v - before;
        before = v;
        const m = <u32>((d << 1) ^ (d >> 31));
        store<u32>(scratch + (<usize>j << 2), m);
        sum += <u64>m;
      }
    }
    // the split from the block's mean, as the standard's reference algorithm takes it
    const bias = <u64>(length / 2 + 1);
    const mean: u32 = sum < bias ? 0 : <u32>((sum - bias) / <u64>length);
    const split: u32 = 32 - clz<u32>(mean >> 1);
    if (split >= 25) {
      held = (held << 5) | 26;
      bits += 5;
      for (let j: usize = 0; j < <usize>length << 2; j += 4) {
        while (bits >= 8) { bits -= 8; store<u8>(o++, <u8>(held >> bits)); }
        held = (held << 32) | <u64>load<u32>(scratch + j);
        bits += 32;
      }
      while (bits >= 8) { bits -= 8; store<u8>(o++, <u8>(held >> bits)); }
    } else if (sum == 0) {
      held <<= 5;
      bits += 5;
      if (bits >= 32) { bits -= 32; store<u32>(o, bswap<u32>(<u32>(held >> bits))); o += 4; }
    } else {
      held = (held << 5) | <u64>(split + 1);
      bits += 5;
      if (bits >= 32) { bits -= 32; store<u32>(o, bswap<u32>(<u32>(held >> bits))); o += 4; }
      const one: u32 = 1 << split;
      const mask = one - 1;
      for (let j: usize = 0; j < <usize>length << 2; j += 4) {
        const m = load<u32>(scratch + j);
        let width = (m >>> split) + 1 + split;
        while (width > 32) {
          held <<= 16;
          bits += 16;
          width -= 16;
          if (bits >= 32) { bits -= 32; store<u32>(o, bswap<u32>(<u32>(held >> bits))); o += 4; }
        }
        held = (held << width) | <u64>(one | (m & mask));
        bits += width;
        if (bits >= 32) { bits -= 32; store<u32>(o, bswap<u32>(<u32>(held >> bits))); o += 4; }
      }
    }
  }
  while (bits >= 8) { bits -= 8; store<u8>(o++, <u8>(held >> bits)); }
  if (bits > 0) store<u8>(o++, <u8>(held << (8 - bits)));
  return <u32>(o - out);
}
