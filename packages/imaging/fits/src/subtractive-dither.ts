/**
 * Quantised floats back to floats, with the subtractive dither of the FITS Standard 4.0 §10.2 and Appendix I: a fixed
 * sequence of 10,000 random numbers (Park & Miller's generator), entered at a place that the tile's number gives.
 */

/** ZQUANTIZ. */
export type QuantisationMethod = 'NO_DITHER' | 'SUBTRACTIVE_DITHER_1' | 'SUBTRACTIVE_DITHER_2';

const COUNT = 10000;
/** The stored integer of an exact zero under SUBTRACTIVE_DITHER_2. */
const EXACT_ZERO = -2147483646;

let sequence: Float32Array | undefined;

function randomSequence(): Float32Array {
  if (sequence !== undefined) return sequence;
  const values = new Float32Array(COUNT);
  let seed = 1;
  for (let i = 0; i < COUNT; i++) {
    seed = (16807 * seed) % 2147483647;
    values[i] = seed / 2147483647;
  }
  sequence = values;
  return values;
}

/** What turns the integers of one tile into floats. */
export interface Quantisation {
  readonly method: QuantisationMethod;
  /** ZSCALE and ZZERO of the tile. */
  readonly scale: number;
  readonly zero: number;
  /** ZBLANK: the integer that means NaN. */
  readonly blank: number | null;
  /** ZDITHER0, 1..10000. */
  readonly seed: number;
  /** The tile's number, 0-based. */
  readonly tile: number;
}

/** The floats of a tile's integers. */
export function dequantise(integers: Int32Array, quantisation: Quantisation): Float64Array {
  const { method, scale, zero, blank, seed, tile } = quantisation;
  const values = new Float64Array(integers.length);
  const random = randomSequence();
  let start = (tile + seed - 1) % COUNT;
  let next = Math.floor((random[start] ?? 0) * 500);
  for (let i = 0; i < integers.length; i++) {
    const integer = integers[i] ?? 0;
    if (blank !== null && integer === blank) values[i] = NaN;
    else if (method === 'SUBTRACTIVE_DITHER_2' && integer === EXACT_ZERO) values[i] = 0;
    else if (method === 'NO_DITHER') values[i] = integer * scale + zero;
    else values[i] = (integer - (random[next] ?? 0) + 0.5) * scale + zero;
    if (++next === COUNT) {
      start = (start + 1) % COUNT;
      next = Math.floor((random[start] ?? 0) * 500);
    }
  }
  return values;
}
