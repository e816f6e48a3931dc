/** The difference of two images of the same detector, the second minus the first, in numbers: of e-images all pixels, of raw files the light-sensitive ones. */
import { readFile } from 'node:fs/promises';
import { type CompressedImageHdu, type ImageHdu, openFits, readPixels } from '@imsim-od/fits';
import { CliError } from '../errors.js';
import type { ImageDifference } from './work-messages.js';

/** Blocks along each side of the detector, in the order of pixels. */
const BLOCKS = 16;

type PixelHdu = ImageHdu | CompressedImageHdu;

/** FITS pixels from one to another, both inclusive; backwards where they are mirrored. */
type Range = readonly [from: number, to: number];

/** Reads both files and subtracts them. @throws CliError where they cannot be subtracted */
export async function compareImages(first: string, second: string): Promise<ImageDifference> {
  const [a, b] = [imagesOf(await readFile(first)), imagesOf(await readFile(second))];
  if (a.length !== b.length || a.length === 0)
    throw new CliError(
      `One file has ${a.length} images, the other ${b.length}: compare files of the same type.`,
    );
  const found = new Tally(sizeOf(a));
  for (const [i, hdu] of a.entries()) {
    const other = b[i];
    if (other === undefined) continue;
    const [shapeA, shapeB] = [hdu.shape.join(' × '), other.shape.join(' × ')];
    if (shapeA !== shapeB)
      throw new CliError(`One image has ${shapeA} pixels, the other ${shapeB}: choose the same detector.`);
    await subtractInto(found, hdu, other);
  }
  return found.difference();
}

async function subtractInto(found: Tally, a: PixelHdu, b: PixelHdu): Promise<void> {
  const [first, second] = [await readPixels(a), await readPixels(b)];
  const [nx = 0, ny = 0] = a.shape;
  const whole: readonly [Range, Range] = [
    [1, nx],
    [1, ny],
  ];
  const [[fromX, toX], [fromY, toY]] = rangesOf(a, 'DATASEC') ?? whole;
  const [[atX, endX], [atY, endY]] = rangesOf(a, 'DETSEC') ?? whole;
  const [stepX, stepY] = [endX < atX ? -1 : 1, endY < atY ? -1 : 1];
  for (let y = fromY; y <= toY; y++) {
    const row = (y - 1) * nx - 1;
    const placeY = atY + stepY * (y - fromY);
    for (let x = fromX; x <= toX; x++) {
      const value = Number(second.values[row + x]) - Number(first.values[row + x]);
      if (value !== 0) found.add(value, atX + stepX * (x - fromX), placeY);
    }
  }
  found.count((toX - fromX + 1) * (toY - fromY + 1));
}

/** Sums over the pixels that differ, as they come. */
class Tally {
  readonly #blockOfX: Int32Array;
  readonly #blockOfY: Int32Array;
  readonly #sums = new Float64Array(BLOCKS * BLOCKS);
  #pixels = 0;
  #differing = 0;
  #sum = 0;
  #squares = 0;
  #least = 0;
  #greatest = 0;
  #most = 0;
  #mostX = 1;
  #mostY = 1;

  constructor([nx, ny]: readonly [number, number]) {
    const blocks = (count: number): Int32Array =>
      Int32Array.from({ length: count }, (_pixel, i) => Math.floor((i * BLOCKS) / count));
    this.#blockOfX = blocks(nx);
    this.#blockOfY = blocks(ny);
  }

  /** A difference that is not 0. @param x FITS position on the detector @param y the same */
  add(value: number, x: number, y: number): void {
    if (this.#differing === 0) this.#least = this.#greatest = value;
    this.#differing++;
    this.#sum += value;
    this.#squares += value * value;
    if (value < this.#least) this.#least = value;
    if (value > this.#greatest) this.#greatest = value;
    const block = (this.#blockOfY[y - 1] ?? 0) * BLOCKS + (this.#blockOfX[x - 1] ?? 0);
    this.#sums[block] = (this.#sums[block] ?? 0) + value;
    if (Math.abs(value) <= this.#most) return;
    this.#most = Math.abs(value);
    [this.#mostX, this.#mostY] = [x, y];
  }

  /** Pixels that were looked at. */
  count(pixels: number): void {
    this.#pixels += pixels;
  }

  difference(): ImageDifference {
    const pixels = this.#pixels;
    const mean = this.#sum / pixels;
    const areSomeEqual = this.#differing < pixels;
    const [across, up] = [countsOf(this.#blockOfX), countsOf(this.#blockOfY)];
    return {
      pixels,
      differing: this.#differing,
      mean,
      deviation: Math.sqrt(Math.max(0, this.#squares / pixels - mean * mean)),
      rms: Math.sqrt(this.#squares / pixels),
      least: areSomeEqual ? Math.min(0, this.#least) : this.#least,
      greatest: areSomeEqual ? Math.max(0, this.#greatest) : this.#greatest,
      mostX: this.#mostX,
      mostY: this.#mostY,
      blocks: Array.from(this.#sums, (sum, i) => {
        const area = (across[i % BLOCKS] ?? 0) * (up[Math.floor(i / BLOCKS)] ?? 0);
        return area === 0 ? 0 : sum / area;
      }),
    };
  }
}

function countsOf(blocks: Int32Array): Float64Array {
  const counts = new Float64Array(BLOCKS);
  for (const block of blocks) counts[block] = (counts[block] ?? 0) + 1;
  return counts;
}

function imagesOf(bytes: Uint8Array): readonly PixelHdu[] {
  return openFits(bytes).hdus.filter(
    (hdu): hdu is PixelHdu =>
      (hdu.kind === 'image' || hdu.kind === 'compressed-image') &&
      hdu.shape.length === 2 &&
      hdu.shape.every((side) => side > 0),
  );
}

/** Pixels of the assembled detector. */
function sizeOf(images: readonly PixelHdu[]): readonly [number, number] {
  const ends = images.map((hdu): readonly [number, number] => {
    const [across, up] = rangesOf(hdu, 'DETSEC') ?? [];
    return [Math.max(...(across ?? [hdu.shape[0] ?? 1])), Math.max(...(up ?? [hdu.shape[1] ?? 1]))];
  });
  return [Math.max(...ends.map(([x]) => x)), Math.max(...ends.map(([, y]) => y))];
}

function rangesOf({ header }: PixelHdu, keyword: string): readonly [Range, Range] | undefined {
  if (!header.has(keyword)) return undefined;
  const found = /^\[(\d+):(\d+),(\d+):(\d+)\]$/.exec(header.string(keyword).replace(/\s/g, ''));
  if (found === null)
    throw new CliError(`${keyword} is ${header.string(keyword)}; it must be as [1:512,1:2000].`);
  const [x1 = 1, x2 = 1, y1 = 1, y2 = 1] = found.slice(1).map(Number);
  return [
    [x1, x2],
    [y1, y2],
  ];
}
