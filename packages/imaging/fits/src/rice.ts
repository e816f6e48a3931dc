/**
 * RICE_1 of the FITS Standard 4.0 §10.4.1 (Rice, Yeh & Miller 1993; White & Becker 1998), scalar. The first value goes out
 * whole; then, for each block of differences d = v[i] - v[i-1] (the first is 0) mapped by zig-zag, a split level fs + 1
 * (0: all differences zero; fsmax + 1: values raw), and each value as its upper part in unary and fs lower bits.
 * Values wrap in 8·bytePixel bits, so every integer round-trips.
 */
import { FitsError } from './fits-error.js';

/** Compresses one tile: RICE_1, BYTEPIX 4, 32 values to a block. */
export type RiceEncoder = (values: Int32Array) => Uint8Array;

/** How many bytes one stored integer has. */
export type BytesPerPixel = 1 | 2 | 4;

interface RiceLevels {
  /** Bits of the split level in front of each block. */
  readonly fsBits: number;
  /** The greatest split level; one above means raw values. */
  readonly fsMax: number;
}

const LEVELS: Readonly<Record<BytesPerPixel, RiceLevels>> = {
  1: { fsBits: 3, fsMax: 6 },
  2: { fsBits: 4, fsMax: 14 },
  4: { fsBits: 5, fsMax: 25 },
};

/** Values to a block, ZVAL of BLOCKSIZE. */
export const RICE_BLOCK = 32;

/** The fewest bytes that `count` values can be compressed to: nothing shorter decodes. */
export function leastRiceBytes(count: number, bytesPerPixel: BytesPerPixel, blockSize: number): number {
  return bytesPerPixel + Math.ceil((Math.ceil(count / blockSize) * LEVELS[bytesPerPixel].fsBits) / 8);
}

/**
 * Compresses one tile of at least one value, BYTEPIX 4, blocks of 32. The split level is the greatest that keeps
 * 2^fs at or below half the block's mean, as CFITSIO chooses it, so that the bytes are those of fpack.
 */
export function riceEncode(values: Int32Array): Uint8Array {
  const { fsBits, fsMax } = LEVELS[4];
  const count = values.length;
  const out = new Uint8Array(4 + Math.ceil((count * 32 + Math.ceil(count / RICE_BLOCK) * fsBits) / 8) + 8);
  const differences = new Uint32Array(RICE_BLOCK);
  let at = 0;
  let pending = 0;
  let room = 8;
  // Writes `bits` (0..32) low bits of `value`.
  const put = (value: number, bits: number): void => {
    let left = bits;
    while (left > 0) {
      const take = left < room ? left : room;
      left -= take;
      pending = (pending << take) | ((value >>> left) & ((1 << take) - 1));
      room -= take;
      if (room === 0) {
        out[at++] = pending;
        pending = 0;
        room = 8;
      }
    }
  };
  let last = values[0] ?? 0;
  put(last, 32);
  for (let start = 0; start < count; start += RICE_BLOCK) {
    const length = Math.min(RICE_BLOCK, count - start);
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const value = values[start + i] ?? 0;
      const difference = (value - last) | 0;
      const mapped = ((difference << 1) ^ (difference >> 31)) >>> 0;
      differences[i] = mapped;
      sum += mapped;
      last = value;
    }
    const surplus = (sum - Math.floor(length / 2) - 1) / length;
    let half = Math.floor(surplus > 0 ? surplus : 0) >>> 1;
    let fs = 0;
    while (half > 0) {
      half >>>= 1;
      fs++;
    }
    if (fs >= fsMax) {
      put(fsMax + 1, fsBits);
      for (let i = 0; i < length; i++) put(differences[i] ?? 0, 32);
    } else if (fs === 0 && sum === 0) {
      put(0, fsBits);
    } else {
      put(fs + 1, fsBits);
      for (let i = 0; i < length; i++) {
        const mapped = differences[i] ?? 0;
        for (let zeros = mapped >>> fs; zeros > 0;) {
          const run = zeros < 32 ? zeros : 32;
          put(0, run);
          zeros -= run;
        }
        put(1, 1);
        put(mapped, fs);
      }
    }
  }
  if (room < 8) put(0, room);
  return out.slice(0, at);
}

/**
 * Decompresses one tile of `count` values into signed integers (8-bit values come unsigned, as FITS stores them). Throws
 * `FITS_BAD_COMPRESSION` where the bytes end early.
 */
export function riceDecode(
  bytes: Uint8Array,
  count: number,
  bytesPerPixel: BytesPerPixel = 4,
  blockSize: number = RICE_BLOCK,
): Int32Array {
  const { fsBits, fsMax } = LEVELS[bytesPerPixel];
  const pixelBits = 8 * bytesPerPixel;
  if (bytes.length < leastRiceBytes(count, bytesPerPixel, blockSize)) throw endsEarly(count);
  const values = new Int32Array(count);
  const end = bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  // Where the next unread bit is: a byte, and how many of its bits are read.
  let at = 0;
  let bit = 0;
  const skip = (bits: number): void => {
    at += (bit + bits) >>> 3;
    bit = (bit + bits) & 7;
  };
  const take = (wanted: number): number => {
    let value = 0;
    for (let left = wanted; left > 0;) {
      if (at >= end) throw endsEarly(count);
      const now = left < 8 - bit ? left : 8 - bit;
      left -= now;
      value = (value << now) | (((bytes[at] ?? 0) >>> (8 - bit - now)) & ((1 << now) - 1));
      skip(now);
    }
    return value;
  };
  const zeros = (): number => {
    for (let run = 0; ;) {
      if (at >= end) throw endsEarly(count);
      const rest = ((bytes[at] ?? 0) << bit) & 0xff;
      const leading = rest === 0 ? 8 - bit : Math.clz32(rest) - 24;
      run += leading;
      skip(rest === 0 ? leading : leading + 1);
      if (rest !== 0) return run;
    }
  };
  const narrow = (value: number): number =>
    bytesPerPixel === 4 ? value | 0 : bytesPerPixel === 2 ? (value << 16) >> 16 : value & 0xff;
  let last = narrow(take(pixelBits));
  for (let start = 0; start < count; start += blockSize) {
    const stop = Math.min(start + blockSize, count);
    const level = take(fsBits) - 1;
    if (level < 0) {
      values.fill(last, start, stop);
      continue;
    }
    for (let i = start; i < stop; i++) {
      let mapped = -1;
      if (level < fsMax && at <= end - 4) {
        // Mostly a value lies within the next 25 bits, which one load is sure to have.
        const window = view.getInt32(at) << bit;
        const upper = Math.clz32(window);
        const used = upper + 1 + level;
        if (used <= 25) {
          mapped = (upper << level) | (((window << (upper + 1)) >>> 1) >>> (31 - level));
          skip(used);
        }
      }
      if (mapped < 0)
        mapped = level >= fsMax ? take(pixelBits) >>> 0 : ((zeros() << level) | take(level)) >>> 0;
      last = narrow(last + ((mapped >>> 1) ^ -(mapped & 1)));
      values[i] = last;
    }
  }
  return values;
}

function endsEarly(count: number): FitsError {
  return new FitsError(
    'FITS_BAD_COMPRESSION',
    `A RICE_1 tile ends before its ${count} values do; the file is damaged.`,
  );
}
