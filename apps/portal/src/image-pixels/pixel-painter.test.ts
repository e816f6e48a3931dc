/** Painting: which pixels a point of the screen shows, by a rule that goes from the pixel to the point. */
import { describe, expect, it } from 'vitest';
import { type PaintedView, type Painting, paintInto } from './pixel-painter.js';

const [NX, NY] = [4096, 4004];
const [WIDTH, HEIGHT] = [640, 612];
const DIFFERENCE: Painting = { kind: 'difference', level: 0, scale: 8 };
const WHITE = 0xffffffff;
const OUTSIDE = 0xff322c28;

const painted = (values: Int32Array, view: PaintedView, painting = DIFFERENCE): Uint32Array => {
  const words = new Uint32Array(WIDTH * HEIGHT);
  paintInto(words, WIDTH, HEIGHT, { nx: NX, ny: NY, values }, view, painting);
  return words;
};
const whole = (zoom: number): PaintedView => ({ centre: { x: (NX - 1) / 2, y: (NY - 1) / 2 }, zoom });
/** The point of the screen on which a pixel's centre lies. */
const pointOf = (x: number, y: number, { centre, zoom }: PaintedView): number => {
  const i = Math.floor((x - centre.x) * zoom + WIDTH / 2);
  return Math.floor((centre.y - y) * zoom + HEIGHT / 2) * WIDTH + i;
};

describe('a difference that is painted', () => {
  it.each([
    [0, 0, 1],
    [4095, 4003, -1],
    [17, 2222, 1],
    [3071, 1, -40],
  ])('shows a single pixel that differs, at %i, %i by %i', (x, y, value) => {
    const values = new Int32Array(NX * NY);
    values[y * NX + x] = value;
    const view = whole(0.1501);
    const words = painted(values, view);
    const coloured = Array.from(words.keys()).filter((i) => words[i] !== WHITE && words[i] !== OUTSIDE);
    expect(coloured).toEqual([pointOf(x, y, view)]);
    const [red, blue] = [words[coloured[0]!]! & 255, (words[coloured[0]!]! >> 16) & 255];
    // A quarter of the colour at least, and all of it beyond the scale.
    expect([red, blue].sort((a, b) => a - b)).toEqual([value === -40 ? 0 : 167, 255]);
    expect(red > blue).toBe(value > 0);
  });

  it('shows in each point the largest of its pixels, wherever it is moved to', () => {
    // Whole numbers from -20 to 20 by a congruential generator.
    let state = 12345;
    const values = Int32Array.from({ length: NX * NY }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.round(((state / 2 ** 32) * 2 - 1) ** 9 * 20);
    });
    const view = { centre: { x: 3210.3, y: 1500.7 }, zoom: 0.3717 };
    const most = new Int32Array(WIDTH * HEIGHT).fill(-1);
    for (let y = 0; y < NY; y++)
      for (let x = 0; x < NX; x++) {
        const i = Math.floor((x - view.centre.x) * view.zoom + WIDTH / 2);
        const j = Math.floor((view.centre.y - y) * view.zoom + HEIGHT / 2);
        if (i < 0 || j < 0 || i >= WIDTH || j >= HEIGHT) continue;
        most[j * WIDTH + i] = Math.max(most[j * WIDTH + i]!, Math.abs(values[y * NX + x]!));
      }
    const words = painted(values, view);
    const apart = Array.from(words.keys()).filter((i) => {
      if (most[i] === -1) return words[i] !== OUTSIDE;
      const paler = most[i] === 0 ? 255 : Math.round(191.25 * (1 - Math.min(1, most[i]! / 8)));
      const [red, green, blue] = [0, 8, 16].map((shift) => (words[i]! >> shift) & 255);
      return green !== paler || Math.max(red!, blue!) !== 255 || Math.min(red!, blue!) !== paler;
    });
    expect(apart).toEqual([]);
  });

  it('shown larger than its pixels has one pixel in each point', () => {
    const values = new Int32Array(NX * NY);
    values[1000 * NX + 2000] = 8;
    const words = painted(values, { centre: { x: 2000, y: 1000 }, zoom: 4 });
    const red = Array.from(words.keys()).filter((i) => words[i] !== WHITE);
    expect(red).toHaveLength(16);
    expect(red.map((i) => [i % WIDTH, Math.floor(i / WIDTH)])).toEqual(
      Array.from({ length: 16 }, (_v, i) => [WIDTH / 2 - 2 + (i % 4), HEIGHT / 2 - 2 + Math.floor(i / 4)]),
    );
  });
});
