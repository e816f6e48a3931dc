import { describe, expect, it } from 'vitest';
import { sexagesimal } from './sky-text.js';
import { differenceFacts } from './difference.js';
import {
  histogramOf,
  type Pixels,
  radialProfile,
  statisticsOf,
  valueAt,
  valuesInCircle,
} from './statistics.js';

const made = (nx: number, ny: number, value: (x: number, y: number) => number): Pixels => ({
  nx,
  ny,
  values: Int32Array.from({ length: nx * ny }, (_v, i) => value(i % nx, Math.floor(i / nx))),
});

describe('measurements on pixels', () => {
  it('find the pixel that holds a position, and none outside', () => {
    const image = made(10, 7, (x, y) => 100 * y + x);
    expect(valueAt(image, 3.49, 2.5)).toBe(303);
    expect(valueAt(image, -0.49, 0)).toBe(0);
    expect(valueAt(image, -0.51, 0)).toBeUndefined();
    expect(valueAt(image, 9.5, 0)).toBeUndefined();
  });

  it('have the closed forms of 1 to n', () => {
    const n = 1001;
    const { count, sum, mean, median, deviation, least, greatest } = statisticsOf(
      Array.from({ length: n }, (_v, i) => n - i),
    )!;
    expect([count, sum, mean, median, least, greatest]).toEqual([
      n,
      (n * (n + 1)) / 2,
      (n + 1) / 2,
      501,
      1,
      n,
    ]);
    expect(deviation).toBeCloseTo(Math.sqrt((n * n - 1) / 12), 9);
    expect(statisticsOf([])).toBeUndefined();
  });

  it('count the points of a lattice in a circle as Gauss did', () => {
    const image = made(101, 101, () => 1);
    for (const [radius, points] of [
      [1, 5],
      [2, 13],
      [5, 81],
      [10, 317],
      [30, 2821],
    ] as const)
      expect(valuesInCircle(image, 50, 50, radius)).toHaveLength(points);
    expect(valuesInCircle(image, 0, 0, 2)).toHaveLength(6);
  });

  it('give a flat profile of a flat image and a falling one of a cone', () => {
    expect(
      radialProfile(
        made(50, 50, () => 7),
        25,
        25,
        10,
      ).map(({ mean }) => mean),
    ).toEqual(Array(10).fill(7));
    const cone = radialProfile(
      made(99, 99, (x, y) => 1000 - Math.round(10 * Math.hypot(x - 49, y - 49))),
      49,
      49,
      20,
    );
    for (const { radius, mean } of cone.slice(3))
      expect(Math.abs(mean - (1000 - 10 * radius))).toBeLessThan(3);
  });

  it('count every pixel once in a histogram', () => {
    const image = made(400, 300, (x, y) => (x * 31 + y * 17) % 997);
    const { counts, below, above, binWidth, from } = histogramOf(image.values)!;
    expect(counts.reduce((sum, count) => sum + count, below + above)).toBe(400 * 300);
    expect(Number.isInteger(binWidth)).toBe(true);
    const third = Array.from(image.values).filter(
      (value) => value >= from + 2 * binWidth && value < from + 3 * binWidth,
    ).length;
    expect(counts[2]).toBe(third);
  });

  it('say where a difference is greatest', () => {
    const facts = differenceFacts(made(20, 10, (x, y) => (x === 4 && y === 6 ? -9 : x === 0 ? 2 : 0)));
    expect(facts).toMatchObject({
      pixels: 200,
      differing: 11,
      sum: 11,
      least: -9,
      greatest: 2,
      mostX: 5,
      mostY: 7,
    });
  });
});

describe('sexagesimal', () => {
  it('never reads sixty seconds', () => {
    expect(sexagesimal(3 + 59 / 60 + 59.999 / 3600, 2)).toBe('04:00:00.00');
    expect(sexagesimal(12.5, 1)).toBe('12:30:00.0');
    expect(sexagesimal(1 / 3600, 2)).toBe('00:00:01.00');
  });
});
