import { describe, expect, it } from 'vitest';
import type { Frame } from './frame.js';
import { createKernel } from './kernel.js';
import { openCore } from './kernel-core.js';
import { loadKernelAssets } from './node/assets.js';
import { readProfileTables } from './profiles/index.js';
import { addPoissonRow, expMinus } from './reference/poisson-row.js';

const assets = await loadKernelAssets();
const core = await openCore(assets.wasm, readProfileTables(assets.tables));
const kernel = await createKernel(assets);

describe('expMinus', () => {
  it('is exp(-x) to 1e-15 of itself over 0 .. 12', () => {
    for (let x = 0; x <= 12; x += 0.0137)
      expect(Math.abs(expMinus(x) / Math.exp(-x) - 1)).toBeLessThan(1e-15);
  });
});

describe('a row of Poisson noise', () => {
  it('has the same bits as the scalar twin for every kind of mean', () => {
    const { map, wasm } = core;
    const n = 4096;
    const kinds = [0, -1, 1e-7, 0.1, 3, 11.9, 12, 12.1, 100, 1e6, 1e9, 3e9, 1e20, Infinity, NaN];
    const mean = Float32Array.from({ length: n }, (_, i) => kinds[(i * 7) % kinds.length] ?? 0);
    const counts = Int32Array.from({ length: n }, (_, i) => i * 1000);
    core.floats(map.riceIn, n).set(mean);
    core.integers(map.riceOut, n).set(counts);
    wasm.seed(map.state, 1, 2, 3, 4);
    wasm.seed(map.state + 64, 1, 2, 5, 4);
    wasm.poissonRow(map.state, map.riceIn, map.riceOut, n);
    addPoissonRow([1, 2, 3, 4], [1, 2, 5, 4], mean, counts);
    expect(core.integers(map.riceOut, n)).toEqual(counts);
  });
});

describe('realise', () => {
  // errors of the quantile expansion (1e-4 of the variance at mean 12) are far below these standard errors
  it.each([0.1, 3, 11.9, 12.1, 100, 800, 1e6])(
    'gives mean, variance and skewness of Poisson at mean %f',
    (mu) => {
      const [nx, ny] = [512, 1024];
      const frame = kernel.openFrame(nx, ny);
      frame.addUniform(mu);
      frame.realise([11, 22, Math.round(10 * mu)]);
      const n = nx * ny;
      const mean = Math.fround(mu);
      let [d1, d2, d3] = [0, 0, 0];
      for (let y = 0; y < ny; y++) {
        for (const count of frame.countsRow(y)) {
          const d = count - mean;
          d1 += d / n;
          d2 += (d * d) / n;
          d3 += (d * d * d) / n;
        }
      }
      // central moments of Poisson: m2 = mu, m4 = mu + 3 mu^2, m6 = mu + 25 mu^2 + 15 mu^3; five standard errors
      expect(Math.abs(d1)).toBeLessThan(5 * Math.sqrt(mu / n));
      expect(Math.abs(d2 - mu)).toBeLessThan(5 * Math.sqrt((mu + 2 * mu * mu) / n));
      expect(Math.abs(d3 - mu)).toBeLessThan(5 * Math.sqrt((mu + 24 * mu * mu + 15 * mu ** 3) / n));
    },
  );

  it('leaves pixels of no light empty, saturates, and turns what is no number into nothing', () => {
    const frame = kernel.openFrame(16, 2);
    frame.meanRow(0).set([0, -5, NaN, Infinity, 1e20, 2147483000, 3e9]);
    frame.countsRow(0)[5] = 2147483647;
    frame.countsRow(0)[6] = 17;
    frame.realise([1, 2, 3]);
    const row = frame.countsRow(0);
    expect([...row.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...row.subarray(3, 7)]).toEqual([2147483647, 2147483647, 2147483647, 2147483647]);
    expect([...frame.countsRow(1)]).toEqual(new Array(16).fill(0));
    expect(frame.maxCounts()).toBe(2147483647);
  });

  it('gives each row its own stream, whatever the frame’s height', () => {
    const rows = (ny: number): number[] => {
      const frame = kernel.openFrame(40, ny);
      frame.addUniform(50);
      frame.realise([7, 8, 9]);
      return [...frame.countsRow(3)];
    };
    expect(rows(4)).toEqual(rows(64));
  });
});

describe('realiseUniform', () => {
  it.each([3, 800, 100_000])('draws the same in whatever portions at mean %f', (mean) => {
    const rowsOf = (frame: Frame) => Array.from({ length: 7 }, (_, y) => [...frame.countsRow(y)]);
    const whole = kernel.openFrame(101, 7);
    whole.realiseUniform(mean, [1, 2, 3]);
    const expected = rowsOf(whole);
    const portions = kernel.openFrame(101, 7);
    portions.realiseUniform(mean, [1, 2, 3], 5, 2);
    // the table of another mean in between, and no light at all
    portions.realiseUniform(55, [1, 2, 3], 0, 1);
    portions.countsRow(0).fill(0);
    portions.realiseUniform(0, [1, 2, 3]);
    portions.realiseUniform(mean, [1, 2, 3], 0, 5);
    expect(rowsOf(portions)).toEqual(expected);
  });

  // means above those that have a table
  it.each([100_001, 4_194_304, 4_194_816, 1e9])(
    'draws the bits that addUniform and realise draw at mean %f, in whatever portions',
    (mean) => {
      const rowsOf = (frame: Frame) => Array.from({ length: 7 }, (_, y) => [...frame.countsRow(y)]);
      const apart = kernel.openFrame(101, 7);
      apart.addUniform(mean);
      apart.realise([1, 2, 3]);
      const expected = rowsOf(apart);
      const whole = kernel.openFrame(101, 7);
      whole.realiseUniform(mean, [1, 2, 3]);
      expect(rowsOf(whole)).toEqual(expected);
      const portions = kernel.openFrame(101, 7);
      portions.realiseUniform(mean, [1, 2, 3], 5, 2);
      portions.realiseUniform(mean, [1, 2, 3], 0, 5);
      expect(rowsOf(portions)).toEqual(expected);
    },
  );
});

describe('bigEndianRows', () => {
  const floats = (bytes: Uint8Array): number[] =>
    Array.from({ length: bytes.length / 4 }, (_, i) =>
      new DataView(bytes.buffer, bytes.byteOffset).getFloat32(4 * i),
    );
  const COUNTS = [0, 1, 800, 16_777_217, 2_147_483_647, 33_554_435, 5];
  const MEANS = [0.25, -1, 1e-9, 1, 0.5, 1, 3e9];
  const filled = (): Frame => {
    const frame = kernel.openFrame(7, 3);
    for (let y = 0; y < 3; y++) {
      frame.countsRow(y).set(COUNTS.map((count) => count - y));
      frame.meanRow(y).set(MEANS);
    }
    return frame;
  };

  it('are counts, means or their sum, rounded once to single precision, rows without gaps', () => {
    const frame = filled();
    const expected = (value: (i: number, y: number) => number) =>
      [1, 2].flatMap((y) => COUNTS.map((_, i) => Math.fround(value(i, y))));
    expect(floats(frame.bigEndianRows('counts', 1, 2))).toEqual(expected((i, y) => COUNTS[i]! - y));
    expect(floats(frame.bigEndianRows('mean', 1, 2))).toEqual(expected((i) => MEANS[i]!));
    expect(floats(frame.bigEndianRows('sum', 1, 2))).toEqual(
      expected((i, y) => COUNTS[i]! - y + Math.fround(MEANS[i]!)),
    );
  });

  it('refuses rows that are not there', () => {
    const frame = filled();
    expect(() => frame.bigEndianRows('counts', 2, 2)).toThrow('rows');
    expect(() => frame.bigEndianRows('counts', 3, 1)).toThrow('first row');
    expect(() => frame.realiseUniform(800, [1, 2, 3], 0, 4)).toThrow('rows');
  });
});
