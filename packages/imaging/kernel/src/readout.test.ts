import { describe, expect, it } from 'vitest';
import { KernelInputError, KernelStateError } from './errors.js';
import { createKernel } from './kernel.js';
import { loadKernelAssets } from './node/assets.js';
import { AMPLIFIERS, darkThresholds, type ReadoutConfig } from './readout.js';
import { readOutScalar } from './reference/readout-rows.js';
import { riceDecode } from './rice.js';

const kernel = await createKernel(await loadKernelAssets());
const [dataNx, dataNy] = [37, 11];
const [nx, ny] = [8 * dataNx, 2 * dataNy];

const plain: ReadoutConfig = {
  amplifiers: Array.from({ length: AMPLIFIERS }, (_, a) => ({
    gainElectronPerAdu: 1.5 + 0.01 * a,
    readNoiseElectron: 5 + 0.2 * a,
    biasAdu: 900 + 7 * a,
    x0: dataNx * (a & 7),
    y0: a < 8 ? 0 : dataNy,
    flipX: a % 3 === 0,
    flipY: a >= 8,
  })),
  dataNx,
  dataNy,
  prescanNx: 3,
  segmentNx: 53,
  segmentNy: 15,
  darkElectron: 0,
  crosstalk: null,
  parallelCti: 0,
  serialCti: 0,
  darkKey: [1, 2],
  readNoiseKey: [3, 4],
};
const crosstalk = Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 0 : ((i * 13) % 7) * 1e-4));
const exact = {
  ...plain,
  amplifiers: plain.amplifiers.map((a) => ({
    ...a,
    gainElectronPerAdu: 1,
    readNoiseElectron: 0,
    biasAdu: 0,
  })),
};

function countsFor(level: number): Int32Array {
  return Int32Array.from({ length: nx * ny }, (_, i) => Math.floor((level * ((i * 7919) % 1000)) / 500));
}

function readOut(config: ReadoutConfig, counts: Int32Array): Int32Array[][] {
  const frame = kernel.openFrame(nx, ny);
  for (let y = 0; y < ny; y++) frame.countsRow(y).set(counts.subarray(y * nx, (y + 1) * nx));
  const readout = frame.openReadout(config);
  return Array.from({ length: config.segmentNy }, (_, r) => readout.row(r).map((row) => row.slice()));
}

const effects: [string, Partial<ReadoutConfig>][] = [
  ['nothing more', {}],
  ['dark', { darkElectron: 2.5 }],
  ['crosstalk', { crosstalk }],
  ['parallel deferral', { parallelCti: 1e-3 }],
  ['serial deferral', { serialCti: 1e-3 }],
  ['both deferrals', { parallelCti: 1e-3, serialCti: 2e-3 }],
  ['crosstalk and parallel deferral', { crosstalk, parallelCti: 1e-3 }],
  ['everything', { darkElectron: 80, crosstalk, parallelCti: 1e-3, serialCti: 2e-3 }],
];

describe('read-out', () => {
  it.each(effects)('with %s has the same bits as the scalar twin', (_, more) => {
    const config = { ...plain, ...more };
    const counts = countsFor(20_000);
    expect(readOut(config, counts)).toEqual(readOutScalar(config, counts, nx));
  });

  it('without gain, noise and bias hands each pixel on, in the order of its amplifier', () => {
    const counts = countsFor(5000);
    const raw = readOut(exact, counts);
    exact.amplifiers.forEach((amplifier, a) => {
      for (let r = 0; r < exact.segmentNy; r++) {
        const row = raw[r]?.[a] ?? new Int32Array(0);
        row.forEach((value, c) => {
          const d = c - exact.prescanNx;
          const isData = r < dataNy && d >= 0 && d < dataNx;
          const x = amplifier.x0 + (amplifier.flipX ? dataNx - 1 - d : d);
          const y = amplifier.y0 + (amplifier.flipY ? dataNy - 1 - r : r);
          expect(value).toBe(isData ? counts[y * nx + x] : 0);
        });
      }
    });
  });

  it('conserves charge when transfers leave some behind, and trails it backwards', () => {
    const counts = new Int32Array(nx * ny).fill(100_000);
    const raw = readOut({ ...exact, parallelCti: 1e-3, serialCti: 2e-3 }, counts);
    for (let a = 0; a < AMPLIFIERS; a++) {
      const total = raw.reduce(
        (sum, rows) => sum + (rows[a] ?? new Int32Array(0)).reduce((s, v) => s + v, 0),
        0,
      );
      // rounding to whole ADU: at most half in each of (37 + 1)(11 + 1) pixels
      expect(Math.abs(total - 100_000 * dataNx * dataNy)).toBeLessThan(0.5 * 38 * 12);
      // last data column: 40 transfers of 2e-3 leave 8 % in the first overscan column; last row: 11 of 1e-3
      expect(raw[0]?.[a]?.[40]).toBeGreaterThan(7900);
      expect(raw[11]?.[a]?.[20]).toBeGreaterThan(1000);
      expect(raw[12]?.[a]?.every((v) => v === 0)).toBe(true);
    }
  });

  it('lets each amplifier hear the others in proportion', () => {
    const counts = new Int32Array(nx * ny);
    const [x, y] = [5 * dataNx + 10, 4];
    counts[y * nx + x] = 200_000;
    const raw = readOut({ ...exact, crosstalk }, counts);
    for (let a = 0; a < AMPLIFIERS; a++) {
      // amplifier 5 is not flipped: column 3 + 10
      const heard = raw[4]?.[a]?.[13] ?? NaN;
      const expected = a === 5 ? 200_000 : 200_000 * (crosstalk[16 * a + 5] ?? 0);
      expect(Math.abs(heard - expected)).toBeLessThan(1);
    }
  });

  it('clamps to 18 bits', () => {
    const counts = new Int32Array(nx * ny).fill(2147483647);
    const raw = readOut(
      { ...exact, amplifiers: plain.amplifiers.map((a) => ({ ...a, biasAdu: -5e5 })) },
      counts,
    );
    expect(raw[0]?.[0]?.[20]).toBe(262143);
    expect(raw[0]?.[0]?.[0]).toBe(0);
    expect(raw[14]?.[0]?.[20]).toBe(0);
  });

  it('gives noise and dark their moments', () => {
    const [columns, rows] = [512, 200];
    const frame = kernel.openFrame(8 * columns, 2 * rows);
    const layout = { dataNx: columns, dataNy: rows, segmentNx: 576, segmentNy: 240, prescanNx: 0 };
    const amplifiers = plain.amplifiers.map((a, i) => ({
      ...a,
      x0: columns * (i & 7),
      y0: i < 8 ? 0 : rows,
      gainElectronPerAdu: 0.5,
      readNoiseElectron: 6,
    }));
    const readout = frame.openReadout({ ...plain, ...layout, amplifiers, darkElectron: 3 });
    let [n, m1, m2, dark1, dark2, darkN] = [0, 0, 0, 0, 0, 0];
    for (let r = 0; r < 240; r++) {
      readout.row(r).forEach((row, a) => {
        const bias = amplifiers[a]?.biasAdu ?? 0;
        row.forEach((value, c) => {
          const d = value - bias;
          if (r < rows && c < columns) {
            darkN++;
            dark1 += d;
            dark2 += (d - 6) * (d - 6);
          } else {
            n++;
            m1 += d;
            m2 += d * d;
          }
        });
      });
    }
    // noise 12 ADU, rounding adds 1/12; dark 3 electrons = 6 ADU, variance 12 ADU^2; five standard errors
    const noise = 144 + 1 / 12;
    expect(Math.abs(m1 / n)).toBeLessThan((5 * 12) / Math.sqrt(n));
    expect(Math.abs(m2 / n - noise)).toBeLessThan(5 * noise * Math.sqrt(2 / n));
    expect(Math.abs(dark1 / darkN - 6)).toBeLessThan((5 * 12.5) / Math.sqrt(darkN));
    expect(Math.abs(dark2 / darkN - noise - 12)).toBeLessThan(5 * (noise + 12) * Math.sqrt(2.1 / darkN));
  });

  it('compresses the rows it gives, and insists on their order', () => {
    const counts = countsFor(900);
    const frame = kernel.openFrame(nx, ny);
    const readout = frame.openReadout(plain);
    expect(counts.length).toBe(nx * ny);
    for (let r = 0; r < 3; r++) {
      const tiles = readout.compressedRow(r).map((tile) => tile.slice());
      readout
        .row(r)
        .forEach((row, a) => expect(riceDecode(tiles[a] ?? new Uint8Array(0), plain.segmentNx)).toEqual(row));
    }
    expect(() => readout.row(5)).toThrow(KernelStateError);
    expect(() => readout.row(1)).toThrow(KernelStateError);
    kernel.openFrame(nx, ny);
    expect(() => readout.row(3)).toThrow(KernelStateError);
  });

  it('refuses what does not fit the chip', () => {
    const frame = kernel.openFrame(nx, ny);
    const bad: Partial<ReadoutConfig>[] = [
      { amplifiers: plain.amplifiers.slice(1) },
      { segmentNx: 30 },
      { dataNy: 500 },
      { darkElectron: -1 },
      { parallelCti: 0.5 },
      { crosstalk: new Float32Array(3) },
      { amplifiers: plain.amplifiers.map((a) => ({ ...a, x0: nx })) },
      { amplifiers: plain.amplifiers.map((a) => ({ ...a, gainElectronPerAdu: 0 })) },
    ];
    for (const more of bad) expect(() => frame.openReadout({ ...plain, ...more })).toThrow(KernelInputError);
  });
});

describe('darkThresholds', () => {
  it.each([0.01, 1, 30, 400])('stand at the Poisson distribution function of mean %f', (mean) => {
    const thresholds = darkThresholds(mean);
    let p = Math.exp(-mean);
    let below = p;
    for (let k = 0; k < thresholds.length; k++) {
      expect(Math.abs(((thresholds[k] ?? 0) + 1) / 4294967296 - below)).toBeLessThan(1e-9);
      p *= mean / (k + 1);
      below += p;
    }
    expect(below).toBeGreaterThan(1 - 1e-9);
  });
});
