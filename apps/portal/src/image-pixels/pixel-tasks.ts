/** The work on whole files, for the worker: opening, decoding, writing for the viewer, reading truth, subtracting. */
import { cutTanSip, type HeaderCard, type TanSip, tanSipCards } from '@imsim-od/astro';
import {
  type Card,
  type CompressedImageHdu,
  type FitsHdu,
  FitsHeader,
  FitsFileWriter,
  type ImageHdu,
  isStructuralKeyword,
  openFits,
  readPixels,
} from '@imsim-od/fits';
import {
  assembleSegments,
  overscanLevel,
  placeOfSegment,
  type Segment,
  type SegmentPlace,
} from './assemble-segments.js';
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

/** An amplifier in an assembled detector. */
export interface PlacedAmplifier extends SegmentPlace {
  readonly label: string;
  /** What was taken off its pixels; 0 where they are as they were read out. */
  readonly bias: number;
}

/** An image that was read. */
export interface ReadImage extends Pixels {
  readonly hdu: number;
  /** A FITS file of this image alone, for the viewer; null where it is to be written when it is wanted. */
  readonly fits: ArrayBuffer | null;
  /** What its header says besides its shape, for a file that is written again: a viewer wants the world coordinates. */
  readonly viewerCards: readonly Card[];
  readonly unit: string;
  readonly wcs: TanSip | undefined;
  /** The cards of its header as they stand in the file, the primary one's first where it is an extension's. */
  readonly cards: readonly string[];
  readonly images: readonly ImageEntry[];
  /** The amplifiers that were put together; none where it is one image of the file. */
  readonly amplifiers: readonly PlacedAmplifier[];
}

/**
 * Which image of a file: by the number of its HDU, or all amplifiers of a raw file put together, with their values as they were read out
 * (`assembled`) or without the bias that each one's overscan shows (`unbiased`); by default the first with pixels.
 */
export type WantedImage = number | 'assembled' | 'unbiased' | undefined;

/** Reads an image of a file; one that is no raw file is its own assembly. */
export async function readImageOf(bytes: Uint8Array<ArrayBuffer>, wish?: WantedImage): Promise<ReadImage> {
  const { hdus } = openFits(bytes);
  const images = hdus.filter(
    (candidate): candidate is PixelHdu =>
      (candidate.kind === 'image' || candidate.kind === 'compressed-image') &&
      candidate.shape.length === 2 &&
      candidate.shape.every((side) => side > 0),
  );
  if ((wish === 'assembled' || wish === 'unbiased') && images.length > 1) {
    const [primary] = hdus;
    const cards = primary === undefined ? [] : cardTexts(bytes, primary);
    return { ...(await assembledOf(images, wish === 'unbiased')), cards };
  }
  const wanted = images.find(({ index }) => typeof wish !== 'number' || index === wish);
  if (wanted === undefined) throw new Error('The file holds no image that can be shown.');
  const { nx, ny, values } = await pixelsOf(wanted);
  const viewerCards = viewerCardsOf(wanted.header);
  const isPlain = wanted.kind === 'image' && wanted.index === 0 && hdus.length === 1;
  const [primary] = hdus;
  return {
    nx,
    ny,
    values,
    hdu: wanted.index,
    fits: isPlain ? bytes.slice().buffer : writeImage({ nx, ny, values }, viewerCards),
    viewerCards,
    unit: unitOf(wanted),
    wcs: tanSipOf(wanted.header),
    cards: [...(wanted.index > 0 && primary ? cardTexts(bytes, primary) : []), ...cardTexts(bytes, wanted)],
    images: images.map(entryOf),
    amplifiers: [],
  };
}

type PixelHdu = ImageHdu | CompressedImageHdu;

async function pixelsOf(hdu: PixelHdu): Promise<Pixels> {
  const { nx, rowCount, values } = await readPixels(hdu);
  const isWhole = !(values instanceof Float32Array || values instanceof Float64Array);
  return {
    nx,
    ny: rowCount,
    values: isWhole
      ? Int32Array.from(values as ArrayLike<number>)
      : Float32Array.from(values as ArrayLike<number>),
  };
}

const unitOf = ({ header }: PixelHdu): string => (header.has('BUNIT') ? header.string('BUNIT') : '');

function entryOf({ index, name, shape: [nx = 0, ny = 0], header }: PixelHdu): ImageEntry {
  const label = header.has('CHANNEL') ? header.string('CHANNEL') : name || 'image';
  return { hdu: index, label, nx, ny };
}

/** The light-sensitive pixels of all amplifiers in their places on the detector. */
async function assembledOf(images: readonly PixelHdu[], isUnbiased: boolean): Promise<ReadImage> {
  const segments: Segment[] = [];
  const amplifiers: PlacedAmplifier[] = [];
  let wcs: TanSip | undefined;
  for (const hdu of images) {
    const pixels = await pixelsOf(hdu);
    const sections = {
      dataSection: hdu.header.string('DATASEC'),
      detectorSection: hdu.header.string('DETSEC'),
    };
    const hasOverscan = isUnbiased && hdu.header.has('BIASSEC');
    const bias = hasOverscan ? overscanLevel(pixels, hdu.header.string('BIASSEC')) : 0;
    const place = placeOfSegment(sections);
    segments.push({ pixels, bias, ...sections });
    amplifiers.push({ ...place, bias, label: entryOf(hdu).label });
    // Each segment states the world coordinates of the whole detector, seen in its own pixels.
    const ofSegment = wcs === undefined ? tanSipOf(hdu.header) : undefined;
    if (ofSegment !== undefined) wcs = cutTanSip(ofSegment, place);
  }
  const [first] = images;
  return {
    ...assembleSegments(segments),
    hdu: first?.index ?? 0,
    fits: null,
    viewerCards: wcs === undefined ? [] : tanSipCards(wcs).map(cardOf),
    unit: first === undefined ? '' : unitOf(first),
    wcs,
    cards: [],
    images: images.map(entryOf),
    amplifiers,
  };
}

function cardOf({ keyword, value, comment }: HeaderCard): Card {
  if (typeof value === 'string') return { kind: 'string', keyword, value, comment };
  return Number.isInteger(value) && /^WCSAXES$|_ORDER$/.test(keyword)
    ? { kind: 'integer', keyword, value, comment }
    : { kind: 'float', keyword, value, comment };
}

function viewerCardsOf(header: FitsHeader): readonly Card[] {
  return header.cards.filter(
    (card) =>
      card.kind !== 'invalid' &&
      !isStructuralKeyword(card.keyword) &&
      !/^(Z|CHECKSUM|DATASUM|BSCALE|BZERO|BLANK|EXTNAME)/.test(card.keyword),
  );
}

/** A FITS file of one image with these cards besides those of its shape. */
export function writeImage({ nx, ny, values }: Pixels, kept: readonly Card[]): ArrayBuffer {
  const parts: Uint8Array[] = [];
  const file = new FitsFileWriter((chunk) => parts.push(chunk), { checksum: false });
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
