import { RandomStream } from '@imsim-od/portable-math';
import { describe, expect, it } from 'vitest';
import { createKernel } from './kernel.js';
import { RICE_TILE_LIMIT } from './memory-map.js';
import { loadKernelAssets } from './node/assets.js';
import { RiceDataError, riceDecode, riceEncodeScalar } from './rice.js';

const kernel = await createKernel(await loadKernelAssets());
const stream = new RandomStream(1, 2, 3, 4);
const random = (n: number, span: number): Int32Array =>
  Int32Array.from({ length: n }, () => Math.floor((stream.uniform() - 0.5) * span));

const cases: [string, Int32Array][] = [
  ['a single value', Int32Array.of(-7)],
  ['constants', new Int32Array(576).fill(1000)],
  ['zeros', new Int32Array(33)],
  ['a ramp', Int32Array.from({ length: 100 }, (_, i) => i)],
  ['alternating extremes', Int32Array.from({ length: 320 }, (_, i) => (i & 1 ? 2147483647 : -2147483648))],
  ['one outlier in a flat block', Int32Array.from({ length: 96 }, (_, i) => (i === 40 ? 2147483647 : 5))],
  [
    'one outlier in the last, short block',
    Int32Array.from({ length: 70 }, (_, i) => (i === 69 ? -2147483648 : 5)),
  ],
  [
    'blocks of every spread',
    Int32Array.from({ length: 32 * 34 }, (_, i) => (i & 1 ? 1 << Math.min(i >> 5, 30) : 0)),
  ],
  ...[1, 2, 31, 32, 33, 576, 4001].flatMap((n) =>
    [3, 100, 1e5, 6e7, 4e9].map((span): [string, Int32Array] => [
      `${n} random values over ${span}`,
      random(n, span),
    ]),
  ),
];

describe('RICE_1', () => {
  it.each(cases)('encodes %s as the scalar twin does, and back', (_, values) => {
    const bytes = kernel.riceEncode(values);
    expect(bytes).toEqual(riceEncodeScalar(values));
    expect(riceDecode(bytes, values.length)).toEqual(values);
  });

  it('encodes tiles longer than the kernel’s buffer all the same', () => {
    const values = random(RICE_TILE_LIMIT + 5, 50);
    expect(riceDecode(kernel.riceEncode(values), values.length)).toEqual(values);
  });

  it('says so when a tile is cut', () => {
    const bytes = riceEncodeScalar(random(576, 100));
    for (const length of [0, 3, 4, 50, bytes.length - 2]) {
      expect(() => riceDecode(bytes.subarray(0, length), 576)).toThrow(RiceDataError);
    }
  });
});
