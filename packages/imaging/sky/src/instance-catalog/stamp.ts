/** Images of sources that catalogs name (`NAME.fits`): the first image of a FITS file, normalised to a sum of 1. */
import { openFits, readPixels } from '@imsim-od/fits';
import type { ByteSource } from '../byte-source.js';
import { type ByteCount, readUnpacked } from '../gzip-stream.js';
import type { SkyStamp } from '../source-table.js';

/** Longest side of a stamp, pixels. */
export const MAX_STAMP_SIDE = 8192;
const MAX_STAMP_BYTES = 1_073_741_824;

/** A FITS file that cannot serve as a source's image. */
export class StampError extends Error {
  readonly code = 'SKY_STAMP';
  readonly file: string;
  readonly reason: string;
  constructor(file: string, reason: string) {
    super(`${file} cannot be drawn as a source: ${reason}.`);
    this.name = 'StampError';
    this.file = file;
    this.reason = reason;
  }
}

/**
 * Reads the first HDU that holds a two-dimensional image (plain or tile-compressed, the file gzip or not).
 * Throws `StampError`, fits' `FitsError`, and what the source throws.
 */
export async function readStamp(source: ByteSource, name: string, count: ByteCount): Promise<SkyStamp> {
  const { hdus } = openFits(await readUnpacked(source, count, MAX_STAMP_BYTES));
  for (const hdu of hdus) {
    if (hdu.kind !== 'image' && hdu.kind !== 'compressed-image') continue;
    const [width = 0, height = 0, ...planes] = hdu.shape;
    if (width === 0 || height === 0 || planes.some((length) => length !== 1)) continue;
    if (width > MAX_STAMP_SIDE || height > MAX_STAMP_SIDE) {
      throw new StampError(
        name,
        `it has ${width} x ${height} pixels, and ${MAX_STAMP_SIDE} a side is the most`,
      );
    }
    const pixels = await readPixels(hdu);
    return { name, width, height, values: normalised(name, pixels.values) };
  }
  throw new StampError(name, 'it holds no two-dimensional image');
}

function normalised(name: string, values: ArrayLike<number | bigint>): Float32Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isFinite(value))
      throw new StampError(name, `pixel ${i} is ${value}; every pixel must be a finite number`);
    sum += value;
  }
  if (!(sum > 0) || !Number.isFinite(sum))
    throw new StampError(name, `its pixels add up to ${sum}; a source needs light`);
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]) / sum;
  return out;
}
