/** Images of sources that catalogs name (`NAME.fits`): the first image of a FITS file, normalised to a sum of 1. */
import { type ImagePixels, openFits, readPixels } from '@imsim-od/fits';
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
    return { name, width, height, values: normalised(name, await readPixels(hdu)) };
  }
  throw new StampError(name, 'it holds no two-dimensional image');
}

/** What is to be said of images with pixels below zero, which are not drawn; empty where there are none. @param file the catalog that names them */
export function negativePixelNotes(file: string, stamps: Iterable<SkyStamp>): string[] {
  const said: string[] = [];
  for (const { name, values } of stamps) {
    let count = 0;
    let negative = 0;
    let positive = 0;
    for (const value of values) {
      if (value > 0) positive += value;
      else if (value < 0) {
        count++;
        negative -= value;
      }
    }
    if (count > 0)
      said.push(
        `${name}: ${count} of ${values.length} pixels, ${((100 * negative) / positive).toPrecision(2)} % of the light of the others`,
      );
  }
  const [first] = said;
  if (first === undefined) return [];
  const which = said.length === 1 ? '1 image has' : `${said.length} images have`;
  return [
    `${file}: ${which} pixels below 0, which are not drawn; the magnitude is that of the pixels above 0 (${first}). ` +
      'Noise around a source so becomes light: take images without noise, or with 0 there.',
  ];
}

function normalised(
  name: string,
  { values, blank, nx }: Pick<ImagePixels, 'values' | 'blank' | 'nx'>,
): Float32Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] === blank ? NaN : Number(values[i]);
    if (!Number.isFinite(value))
      throw new StampError(
        name,
        `pixel (${(i % nx) + 1}, ${Math.floor(i / nx) + 1}) is ${values[i] === blank ? `BLANK (${blank})` : value}; every pixel must be a finite number, such as 0 where nothing is known`,
      );
    sum += value;
  }
  if (!(sum > 0) || !Number.isFinite(sum))
    throw new StampError(name, `its pixels add up to ${sum}; a source needs light`);
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]) / sum;
  return out;
}
