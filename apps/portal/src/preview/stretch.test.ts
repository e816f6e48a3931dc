import { describe, expect, it } from 'vitest';
import { greys, stretchFor } from './stretch.js';

describe('the greys of a preview', () => {
  it.each([
    ['a sky with stars', 1000, 400_000],
    ['a bright sky', 60_000, 2_000_000],
    ['darkness', 0, 3],
  ])('are those of the asinh stretch, first row at the bottom: %s', (_, sky, brightest) => {
    const [width, height] = [40, 30];
    const electrons = Int32Array.from({ length: width * height }, (_value, i) =>
      i % 97 === 0 ? brightest : sky + ((i * 7919) % (2 * Math.ceil(Math.sqrt(sky)) + 1)),
    );
    const stretch = stretchFor(electrons);
    const out = new Uint8ClampedArray(4 * electrons.length);
    greys(electrons, width, stretch, out);
    const { black, white, soft } = stretch;
    const expected = new Uint8ClampedArray(1);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = electrons[y * width + x] ?? 0;
        expected[0] = (255 * Math.asinh((value - black) / soft)) / Math.asinh((white - black) / soft);
        const at = 4 * ((height - 1 - y) * width + x);
        expect([...out.subarray(at, at + 4)]).toEqual([expected[0], expected[0], expected[0], 255]);
      }
  });
});
