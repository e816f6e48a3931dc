/** The work on whole files, for the worker: opening, decoding, writing for the viewer, reading truth, subtracting. */
import type { TanSip } from '@imsim-od/astro';
import {
  type CompressedImageHdu,
  type FitsHdu,
  FitsHeader,
  FitsFileWriter,
  type ImageHdu,
  isStructuralKeyword,
  openFits,
  readPixels,
} from '@imsim-od/fits';
import { tanSipOf } from './header-wcs.js';
import type { Pixels } from './statistics.js';

/** Characters of a header's record. */
const CARD = 80;

/** One image of a file. */
export interface ImageEntry {
  /** Number of its HDU. */
  readonly hdu: number;
  /** What it is called: its EXTNAME, amplifier, or `image`. */
  readonly label: string;
  readonly nx: number;
  readonly ny: number;
}

/** An image that was read. */
export interface ReadImage extends Pixels {
  readonly hdu: number;
  /** A FITS file of this image alone, for the viewer. */
  readonly fits: ArrayBuffer;
  readonly unit: string;
  readonly wcs: TanSip | undefined;
  /** The cards of its header as they stand in the file, the primary one's first where it is an extension's. */
  readonly cards: readonly string[];
  readonly images: readonly ImageEntry[];
}

/** Reads an image of a file. @param hdu by default the first with pixels */
export async function readImageOf(bytes: Uint8Array<ArrayBuffer>, hdu?: number): Promise<ReadImage> {
  const { hdus } = openFits(bytes);
  const images = hdus.filter(
    (candidate): candidate is ImageHdu | CompressedImageHdu =>
      (candidate.kind === 'image' || candidate.kind === 'compressed-image') &&
      candidate.shape.length === 2 &&
      candidate.shape.every((side) => side > 0),
  );
  const wanted = images.find(({ index }) => hdu === undefined || index === hdu);
  if (wanted === undefined) throw new Error('The file holds no image that can be shown.');
  const { nx, rowCount, values: stored } = await readPixels(wanted);
  const isWhole = !(stored instanceof Float32Array || stored instanceof Float64Array);
  const values = isWhole
    ? Int32Array.from(stored as ArrayLike<number>)
    : Float32Array.from(stored as ArrayLike<number>);
  const isPlain = wanted.kind === 'image' && wanted.index === 0 && hdus.length === 1;
  const [primary] = hdus;
  return {
    nx,
    ny: rowCount,
    values,
    hdu: wanted.index,
    fits: isPlain ? bytes.slice().buffer : writeImage({ nx, ny: rowCount, values }, wanted.header),
    unit: wanted.header.has('BUNIT') ? wanted.header.string('BUNIT') : '',
    wcs: tanSipOf(wanted.header),
    cards: [...(wanted.index > 0 && primary ? cardTexts(bytes, primary) : []), ...cardTexts(bytes, wanted)],
    images: images.map(({ index, name, shape: [width = 0, height = 0], header }) => ({
      hdu: index,
      label: header.has('CHANNEL') ? header.string('CHANNEL') : name || 'image',
      nx: width,
      ny: height,
    })),
  };
}

/** A FITS file of one image, with what the header says besides its shape. */
export function writeImage({ nx, ny, values }: Pixels, header?: FitsHeader): ArrayBuffer {
  const parts: Uint8Array[] = [];
  const file = new FitsFileWriter((chunk) => parts.push(chunk), { checksum: false });
  const kept = (header?.cards ?? []).filter(
    (card) =>
      card.kind !== 'invalid' &&
      !isStructuralKeyword(card.keyword) &&
      !/^(Z|CHECKSUM|DATASUM|BSCALE|BZERO|BLANK|EXTNAME)/.test(card.keyword),
  );
  const cards = new FitsHeader(kept, 'image');
  if (values instanceof Int32Array) file.writeImage(cards, { pixelType: 'int32', nx, ny, rows: values });
  else file.writeImage(cards, { pixelType: 'float32', nx, ny, rows: values });
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.buffer;
}

/** b - a, pixel by pixel. @throws Error where their sizes differ */
export function subtract(a: Pixels, b: Pixels): Pixels {
  if (a.nx !== b.nx || a.ny !== b.ny)
    throw new Error(
      `One image has ${a.nx} × ${a.ny} pixels, the other ${b.nx} × ${b.ny}: choose the same detector.`,
    );
  const isWhole = a.values instanceof Int32Array && b.values instanceof Int32Array;
  const values = isWhole ? new Int32Array(a.values.length) : new Float32Array(a.values.length);
  for (let i = 0; i < values.length; i++) values[i] = (b.values[i] ?? 0) - (a.values[i] ?? 0);
  return { nx: a.nx, ny: a.ny, values };
}

/** The records of a header as they stand in the file, up to END. */
function cardTexts(bytes: Uint8Array, { headerOffset, dataOffset }: FitsHdu): string[] {
  const text = new TextDecoder('latin1').decode(bytes.subarray(headerOffset, dataOffset));
  const records = Array.from({ length: Math.floor(text.length / CARD) }, (_r, i) =>
    text.slice(i * CARD, (i + 1) * CARD).trimEnd(),
  );
  const end = records.indexOf('END');
  return end < 0 ? records : records.slice(0, end);
}
