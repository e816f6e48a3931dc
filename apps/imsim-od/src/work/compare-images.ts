/** The difference of two images of the same detector, the second minus the first, in numbers: of e-images all pixels, of raw files the light-sensitive ones. */
import { readFile } from 'node:fs/promises';
import {
  type CompressedImageHdu,
  type ImageHdu,
  openFits,
  type PixelArray,
  readPixels,
  type RowRange,
} from '@imsim-od/fits';
import { CliError } from '../errors.js';
import type { ImageDifference } from './work-messages.js';

/** Blocks along each side of the detector, in the order of pixels. */
const BLOCKS = 16;
/** Rows of a plain image that are held at a time; a compressed one is read whole, and is small. */
const STRIP = 256;

type PixelHdu = ImageHdu | CompressedImageHdu;
type Numbers = Exclude<PixelArray, BigInt64Array | BigUint64Array>;

/** Pixels that follow each other in one block across. */
interface Run {
  readonly block: number;
  /** FITS x of the first on the detector, and whether x runs up (1) or down (-1). */
  readonly atX: number;
  readonly stepX: number;
  readonly count: number;
}

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
  const [nx = 0, ny = 0] = a.shape;
  const whole: readonly [Range, Range] = [
    [1, nx],
    [1, ny],
  ];
  const [[fromX, toX], [fromY, toY]] = rangesOf(a, 'DATASEC') ?? whole;
  const [[atX, endX], [atY, endY]] = rangesOf(a, 'DETSEC') ?? whole;
  const [stepX, stepY] = [endX < atX ? -1 : 1, endY < atY ? -1 : 1];
  const runs = found.runsAlong(atX, stepX, toX - fromX + 1);
  const strip = a.kind === 'image' && b.kind === 'image' ? STRIP : ny;
  for (let firstRow = 0; firstRow < ny; firstRow += strip) {
    const rows = { firstRow, rowCount: Math.min(strip, ny - firstRow) };
    const [first, second] = [await numbersOf(a, rows), await numbersOf(b, rows)];
    const last = Math.min(toY, firstRow + rows.rowCount);
    for (let y = Math.max(fromY, firstRow + 1); y <= last; y++) {
      const from = (y - 1 - firstRow) * nx + fromX - 1;
      found.addRow(first, second, from, runs, atY + stepY * (y - fromY));
    }
  }
}

async function numbersOf(hdu: PixelHdu, rows: RowRange): Promise<Numbers> {
  const { values } = await readPixels(hdu, rows);
  return values instanceof BigInt64Array || values instanceof BigUint64Array
    ? Float64Array.from(values, Number)
    : values;
}

/** Sums over the pixels that differ, as they come. */
class Tally {
  readonly #blockOfX: Int32Array;
  readonly #blockOfY: Int32Array;
  readonly #sums = new Float64Array(BLOCKS * BLOCKS);
  readonly #largest = new Float64Array(BLOCKS * BLOCKS);
  #pixels = 0;
  #differing = 0;
  #sum = 0;
  #squares = 0;
  #least = Infinity;
  #greatest = -Infinity;
  #most = 0;
  #mostX = 1;
  #mostY = 1;

  constructor([nx, ny]: readonly [number, number]) {
    const blocks = (count: number): Int32Array =>
      Int32Array.from({ length: count }, (_pixel, i) => Math.floor((i * BLOCKS) / count));
    this.#blockOfX = blocks(nx);
    this.#blockOfY = blocks(ny);
  }

  /** Pixels along x in pieces that lie in one block each. @param atX FITS x of the first on the detector @param stepX 1, or -1 where x runs down */
  runsAlong(atX: number, stepX: number, count: number): readonly Run[] {
    const runs: { block: number; atX: number; stepX: number; count: number }[] = [];
    for (let x = atX; x !== atX + stepX * count; x += stepX) {
      const block = this.#blockOfX[x - 1] ?? 0;
      const last = runs.at(-1);
      if (last?.block === block) last.count++;
      else runs.push({ block, atX: x, stepX, count: 1 });
    }
    return runs;
  }

  /** A row of pixels. @param from index of its first in both images @param y FITS row on the detector */
  addRow(a: Numbers, b: Numbers, from: number, runs: readonly Run[], y: number): void {
    const line = (this.#blockOfY[y - 1] ?? 0) * BLOCKS;
    // In locals, for it is done for every pixel of a camera.
    let [differing, squares, least, greatest] = [0, 0, this.#least, this.#greatest];
    let at = from;
    for (const { block, atX, stepX, count } of runs) {
      let [sum, largest, largestAt] = [0, 0, at];
      const first = at;
      for (const end = at + count; at < end; at++) {
        const value = (b[at] as number) - (a[at] as number);
        if (value === 0) continue;
        differing++;
        sum += value;
        squares += value * value;
        if (value < least) least = value;
        if (value > greatest) greatest = value;
        if (Math.abs(value) <= Math.abs(largest)) continue;
        largest = value;
        largestAt = at;
      }
      const index = line + block;
      this.#sums[index] = (this.#sums[index] ?? 0) + sum;
      if (Math.abs(largest) > Math.abs(this.#largest[index] ?? 0)) this.#largest[index] = largest;
      if (Math.abs(largest) > this.#most) {
        this.#most = Math.abs(largest);
        [this.#mostX, this.#mostY] = [atX + stepX * (largestAt - first), y];
      }
      this.#sum += sum;
      this.#pixels += count;
    }
    this.#differing += differing;
    this.#squares += squares;
    [this.#least, this.#greatest] = [least, greatest];
  }

  difference(): ImageDifference {
    const pixels = this.#pixels;
    const mean = this.#sum / pixels;
    // Pixels that are equal have a difference of 0, and were passed over.
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
      largestOfBlocks: Array.from(this.#largest),
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
