/**
 * RICE_1 tiles of the FITS standard 4.0 (section 10.4.1) with BYTEPIX 4 and blocks of 32, in plain TypeScript: the
 * decoder, and the scalar encoder whose bytes the compiled one must match.
 */
const BLOCK = 32;
const SPLIT_LIMIT = 25;

/** Trouble in a Rice tile: its bytes end early. */
export class RiceDataError extends Error {
  readonly code = 'RICE_TRUNCATED';
  readonly bytes: number;
  readonly wantedValues: number;

  constructor(bytes: number, wantedValues: number) {
    super(
      `A RICE_1 tile of ${bytes} bytes ends before its ${wantedValues} values; the file is cut or damaged.`,
    );
    this.bytes = bytes;
    this.wantedValues = wantedValues;
    this.name = 'RiceDataError';
  }
}

/** Encodes 32-bit integers as one tile. Differences wrap modulo 2^32, as the decoder's sums do. */
export function riceEncodeScalar(values: Int32Array): Uint8Array {
  const n = values.length;
  if (n === 0) return new Uint8Array(0);
  const out = new Uint8Array(4 * n + Math.ceil(n / BLOCK) * 8 + 64);
  let at = 0;
  let held = 0; // fewer than 8 bits wait here between calls
  let bits = 0;
  const put = (value: number, width: number): void => {
    for (let left = width; left > 0;) {
      const taken = Math.min(left, 8 - bits);
      held = (held << taken) | ((value >>> (left - taken)) & ((1 << taken) - 1));
      bits += taken;
      left -= taken;
      if (bits === 8) {
        out[at++] = held;
        held = 0;
        bits = 0;
      }
    }
  };
  let last = values[0] ?? 0;
  put(last, 32);
  const mapped = new Uint32Array(BLOCK);
  for (let i = 0; i < n; i += BLOCK) {
    const length = Math.min(BLOCK, n - i);
    let sum = 0;
    for (let j = 0; j < length; j++) {
      const value = values[i + j] ?? 0;
      const difference = (value - last) | 0;
      last = value;
      mapped[j] = (difference << 1) ^ (difference >> 31);
      sum += mapped[j] ?? 0;
    }
    const mean = Math.max(0, Math.floor((sum - (length >> 1) - 1) / length));
    const split = 32 - Math.clz32(mean >>> 1);
    if (split >= SPLIT_LIMIT) {
      put(SPLIT_LIMIT + 1, 5);
      for (let j = 0; j < length; j++) put(mapped[j] ?? 0, 32);
    } else if (sum === 0) {
      put(0, 5);
    } else {
      put(split + 1, 5);
      for (let j = 0; j < length; j++) {
        const value = mapped[j] ?? 0;
        for (let zeros = value >>> split; zeros > 0; zeros -= Math.min(zeros, 32))
          put(0, Math.min(zeros, 32));
        put(1, 1);
        put(value, split);
      }
    }
  }
  if (bits > 0) out[at++] = held << (8 - bits);
  return out.slice(0, at);
}

/** Decodes a tile of `count` values. @throws RiceDataError where the bytes end early */
export function riceDecode(bytes: Uint8Array, count: number): Int32Array {
  const out = new Int32Array(count);
  if (count === 0) return out;
  let position = 0; // in bits
  const end = bytes.length * 8;
  const get = (width: number): number => {
    if (position + width > end) throw new RiceDataError(bytes.length, count);
    let value = 0;
    for (let left = width; left > 0;) {
      const free = 8 - (position & 7);
      const taken = Math.min(left, free);
      value = (value << taken) | (((bytes[position >> 3] ?? 0) >> (free - taken)) & ((1 << taken) - 1));
      position += taken;
      left -= taken;
    }
    return value >>> 0;
  };
  const zeros = (): number => {
    let run = 0;
    for (;;) {
      if (position >= end) throw new RiceDataError(bytes.length, count);
      const rest = ((bytes[position >> 3] ?? 0) << (position & 7)) & 255;
      if (rest !== 0) {
        const lead = Math.clz32(rest) - 24;
        position += lead + 1;
        return run + lead;
      }
      const step = 8 - (position & 7);
      run += step;
      position += step;
    }
  };
  let last = get(32) | 0;
  for (let i = 0; i < count; i += BLOCK) {
    const stop = Math.min(i + BLOCK, count);
    const split = get(5) - 1;
    for (let j = i; j < stop; j++) {
      let value = 0;
      if (split === SPLIT_LIMIT) value = get(32);
      else if (split >= 0) value = ((zeros() << split) | get(split)) >>> 0;
      last = (last + ((value >>> 1) ^ -(value & 1))) | 0;
      out[j] = last;
    }
  }
  return out;
}
