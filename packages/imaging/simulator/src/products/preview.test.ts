import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '@imsim-od/portable-math';
import { type ChargeImage, drawPreviews } from './preview.js';

const [nx, ny, stride] = [640, 480, 644];
const SKY_ELECTRON = 1000;
/** Noise of the sky in a 2 x 2 bin of the preview. */
const BIN_SIGMA = Math.sqrt(SKY_ELECTRON) / 2;

/** A noisy sky with sources of constant surface brightness: electrons per pixel in the square of half width 10 around a place. */
function skyWith(sources: readonly (readonly [x: number, y: number, electrons: number])[]): ChargeImage {
  const stream = new RandomStream(1, 2, 3, 4);
  const charge = new Int32Array(stride * ny);
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      const noise = Math.sqrt(SKY_ELECTRON) * stream.normal();
      charge[y * stride + x] = Math.round(SKY_ELECTRON + noise);
    }
  }
  for (const [x0, y0, electrons] of sources) {
    for (let y = y0 - 10; y < y0 + 10; y++) {
      for (let x = x0 - 10; x < x0 + 10; x++) charge[y * stride + x]! += Math.round(electrons);
    }
  }
  return { charge, nx, ny, stride };
}

/** Mean grey of 8 x 8 preview pixels around a place on the chip, +y up. */
function greyAt(png: ReturnType<typeof decode>, x: number, y: number): number {
  let sum = 0;
  for (let j = -4; j < 4; j++) {
    for (let i = -4; i < 4; i++) {
      sum += png.data[(png.height - 1 - (y / 2 + j)) * png.width + x / 2 + i] ?? NaN;
    }
  }
  return sum / 64;
}

describe('the preview', () => {
  const faint = [100, 100] as const;
  const clear = [200, 300] as const;
  const star = [500, 100] as const;
  const brilliant = [500, 400] as const;
  const png = decode(
    drawPreviews(
      skyWith([
        [...faint, 2 * BIN_SIGMA],
        [...clear, 10 * BIN_SIGMA],
        [...star, 200 * BIN_SIGMA],
        [...brilliant, 1e6],
      ]),
    ).preview,
  );
  const sky = greyAt(png, 300, 200);

  it('is half the size of the chip, and its thumbnail a sixteenth', () => {
    expect([png.width, png.height, png.depth, png.channels]).toEqual([320, 240, 8, 1]);
    const small = decode(drawPreviews(skyWith([])).thumbnail);
    expect([small.width, small.height]).toEqual([40, 30]);
  });

  it('has a dark sky that is not black', () => {
    expect(sky).toBeGreaterThan(15);
    expect(sky).toBeLessThan(50);
  });

  it('shows galaxies of twice the noise of a pixel and leaves room up to the brightest stars', () => {
    // An eye tells some ten greys in the dark apart.
    expect(greyAt(png, ...faint)).toBeGreaterThan(sky + 15);
    expect(greyAt(png, ...clear)).toBeGreaterThan(greyAt(png, ...faint) + 25);
    expect(greyAt(png, ...star)).toBeGreaterThan(greyAt(png, ...clear) + 70);
    expect(greyAt(png, ...star)).toBeLessThan(240);
    expect(greyAt(png, ...brilliant)).toBe(255);
  });

  it('keeps its greys where a fifth of the chip is covered by light, and with no sky at all', () => {
    const crowded: [number, number, number][] = [];
    for (let x = 20; x < nx - 20; x += 45) for (let y = 20; y < ny - 20; y += 45) crowded.push([x, y, 5000]);
    const image = decode(drawPreviews(skyWith(crowded)).preview);
    // The median moves by a third of the noise, some five greys.
    expect(Math.abs(greyAt(image, 42, 42) - sky)).toBeLessThan(8);
    const dark = { charge: new Int32Array(stride * ny), nx, ny, stride };
    expect(new Set(decode(drawPreviews(dark).preview).data).size).toBe(1);
  });
});
