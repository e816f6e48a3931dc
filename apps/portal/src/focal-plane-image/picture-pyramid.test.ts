import { describe, expect, it } from 'vitest';
import { type GreyPicture, halvedPicture, tileOf } from './picture-pyramid.js';

const [NX, NY] = [512, 480];
const SKY = 400;
const SIGMA = 20;

/** Charge with sky, Gaussian noise (Box and Muller) and a few blobs, rows from the top. */
function charge(): Float64Array {
  let state = 7;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const blobs = [
    { x: 100, y: 90, peak: 4000, width: 3 },
    { x: 300, y: 300, peak: 300, width: 12 },
    { x: 410, y: 120, peak: 60, width: 30 },
  ];
  return Float64Array.from({ length: NX * NY }, (_pixel, i) => {
    const [x, y] = [i % NX, Math.floor(i / NX)];
    const noise = SIGMA * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return blobs.reduce(
      (sum, blob) =>
        sum + blob.peak * Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / (2 * blob.width ** 2)),
      SKY + noise,
    );
  });
}

/** The charge in bins, stretched as previews are: black 2 deviations below the sky, white 600 above it, by asinh with a softening of 2. */
function picture(pixels: Float64Array, bin: number): GreyPicture {
  const [width, height] = [NX / bin, NY / bin];
  const sigma = SIGMA / bin;
  const greys = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < bin; j++)
        for (let i = 0; i < bin; i++) sum += pixels[(y * bin + j) * NX + x * bin + i]!;
      const above = (sum / bin ** 2 - (SKY - 2 * sigma)) / (2 * sigma);
      greys[y * width + x] = Math.max(
        0,
        Math.min(255, Math.round((255 * Math.asinh(above)) / Math.asinh(301))),
      );
    }
  return { width, height, greys };
}

describe('the pyramid of a preview', () => {
  it('is what binning the charge itself gives, at every level', () => {
    const pixels = charge();
    const preview = picture(pixels, 2);
    for (const [i, bin] of [2, 4, 8, 16].entries()) {
      const [made, wanted] = [halvedPicture(preview, i), picture(pixels, bin)];
      expect([made.width, made.height]).toEqual([wanted.width, wanted.height]);
      const apart = Array.from(made.greys, (grey, k) => Math.abs(grey - wanted.greys[k]!));
      apart.sort((a, b) => a - b);
      // A grey of rounding is 0.025 near the sky; doubled three times it is 8 of the 40 greys of one there. What was black, 2 % of an empty
      // sky, comes out brighter; a pixel four deviations below the sky by 40 / 2 greys.
      expect(apart[Math.floor(0.99 * apart.length)]).toBeLessThanOrEqual(8);
      expect(apart.at(-1)).toBeLessThanOrEqual(20);
      expect(apart.reduce((sum, value) => sum + value) / apart.length).toBeLessThan(1.5);
    }
  });

  it('has a last row and column of their own where sides are odd', () => {
    const sky = Math.round((255 * Math.asinh(1)) / Math.asinh(301));
    const odd: GreyPicture = { width: 5, height: 3, greys: new Uint8Array(15).fill(sky) };
    const levels = [0, 1, 2, 3].map((halvings) => halvedPicture(odd, halvings));
    expect(levels.map(({ width, height }) => [width, height])).toEqual([
      [5, 3],
      [3, 2],
      [2, 1],
      [1, 1],
    ]);
    // An even sky stays as it is, to a grey of rounding.
    for (const { greys } of levels.slice(0, 3))
      for (const grey of greys) expect(Math.abs(grey - sky)).toBeLessThanOrEqual(2);
  });

  it('is cut into squares that end where the picture ends', () => {
    const greys = Uint8Array.from({ length: 35 }, (_grey, i) => i);
    const tile = tileOf({ width: 7, height: 5, greys }, 1, 1, 4);
    expect([tile.width, tile.height]).toEqual([3, 1]);
    expect([...tile.rgba]).toEqual([32, 32, 32, 255, 33, 33, 33, 255, 34, 34, 34, 255]);
  });
});
