/**
 * The preview: a grey PNG of the realised charge in which both bright stars and faint galaxies can be seen.
 *
 * Pixels are averaged over bins, then stretched by asinh (Lupton et al. 2004, PASP 116, 133): black lies a little under
 * the sky, the linear part of the stretch spans the sky's noise, and white is a fixed multiple of it, so that a galaxy
 * near the limit of the image stands out of a dark sky while the cores of bright stars are the only white.
 */
import { encode } from 'fast-png';
import { log } from '@imsim-od/portable-math';

/** Charge of a detector, electrons, [y][x] with a row stride. */
export interface ChargeImage {
  readonly charge: Int32Array;
  readonly nx: number;
  readonly ny: number;
  readonly stride: number;
}

/** A preview's pictures as PNG files. */
export interface Previews {
  readonly preview: Uint8Array;
  readonly thumbnail: Uint8Array;
}

const PREVIEW_BIN = 2;
const THUMBNAIL_BIN = 16;
/** Black and white points and the end of the linear part, in standard deviations of the binned sky. */
const BLACK_SIGMA = -2;
const SOFT_SIGMA = 2;
const WHITE_SIGMA = 600;

/** Makes the preview (2 x 2 bins) and the thumbnail (16 x 16 bins); +y is up. */
export function drawPreviews(image: ChargeImage): Previews {
  return { preview: drawBinned(image, PREVIEW_BIN), thumbnail: drawBinned(image, THUMBNAIL_BIN) };
}

function drawBinned(image: ChargeImage, bin: number): Uint8Array {
  const width = Math.floor(image.nx / bin);
  const height = Math.floor(image.ny / bin);
  const binned = binPixels(image, bin, width, height);
  const { level, sigma } = skyStatistics(binned);
  const data = new Uint8Array(width * height);
  const black = level + BLACK_SIGMA * sigma;
  const scale = 255 / asinh((WHITE_SIGMA - BLACK_SIGMA) / SOFT_SIGMA);
  for (let y = 0; y < height; y++) {
    const from = (height - 1 - y) * width;
    for (let x = 0; x < width; x++) {
      const above = (binned[from + x]! - black) / (SOFT_SIGMA * sigma);
      data[y * width + x] = above <= 0 ? 0 : Math.min(255, Math.round(asinh(above) * scale));
    }
  }
  return encode({ width, height, data, channels: 1, depth: 8 });
}

function binPixels(
  { charge, stride }: ChargeImage,
  bin: number,
  width: number,
  height: number,
): Float32Array {
  const binned = new Float32Array(width * height);
  for (let y = 0; y < height * bin; y++) {
    const to = Math.floor(y / bin) * width;
    const from = y * stride;
    for (let x = 0, k = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < bin; i++, k++) sum += charge[from + k]!;
      binned[to + x] = binned[to + x]! + sum;
    }
  }
  const perPixel = 1 / (bin * bin);
  for (let i = 0; i < binned.length; i++) binned[i] = binned[i]! * perPixel;
  return binned;
}

/** Median and standard deviation (from the lower half, which stars do not reach) of a sample of the pixels. */
function skyStatistics(binned: Float32Array): { level: number; sigma: number } {
  const step = Math.max(1, Math.floor(binned.length / 100_000));
  const sample = new Float32Array(Math.ceil(binned.length / step));
  for (let i = 0; i < sample.length; i++) sample[i] = binned[i * step]!;
  sample.sort();
  const level = sample[Math.floor(sample.length / 2)]!;
  const low = sample[Math.floor(sample.length * 0.1587)]!;
  return { level, sigma: Math.max(level - low, 0.5) };
}

function asinh(x: number): number {
  return log(x + Math.sqrt(x * x + 1));
}
