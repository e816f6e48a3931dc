import { describe, expect, it } from 'vitest';
import { KernelInputError, KernelStateError } from './errors.js';
import type { Frame } from './frame.js';
import { createKernel, type Kernel } from './kernel.js';
import { loadKernelAssets } from './node/assets.js';

const assets = await loadKernelAssets();
const kernel = await createKernel(assets);
const kolmogorov = (fwhmPx: number) => ({ kind: 'kolmogorov', fwhmPx }) as const;
const matrix = [3, 0.5, -1, 2] as const;

function meanOf(frame: Frame): Float32Array {
  const out = new Float32Array(frame.nx * frame.ny);
  frame.readMean(out, 0, frame.ny);
  return out;
}

function countsOf(frame: Frame): Int32Array {
  const out = new Int32Array(frame.nx * frame.ny);
  frame.readCounts(out, 0, frame.ny);
  return out;
}

/** Reduced chi-square of counts against a mean, over pixels of 25 electrons and more. */
function chiSquare(counts: Int32Array, mean: Float32Array): { perPixel: number; pixels: number } {
  let sum = 0;
  let pixels = 0;
  mean.forEach((m, i) => {
    if (m < 25) return;
    sum += ((counts[i] ?? 0) - m) ** 2 / m;
    pixels++;
  });
  return { perPixel: sum / pixels, pixels };
}

describe('photons and mean images', () => {
  for (const fwhmPx of [1, 2, 3.5]) {
    for (const index of [0.5, 1, 2.53, 4]) {
      it(`agree for Sersic ${index} through FWHM ${fwhmPx} px`, () => {
        const psf = kernel.preparePsf(kolmogorov(fwhmPx));
        const photons = 3_000_000;
        const shot = kernel.openFrame(128, 128);
        shot.shootSersic(psf, index, 63.3, 64.4, ...matrix, photons, [1, 2, 3, 4]);
        const counts = countsOf(shot);
        const drawn = kernel.openFrame(128, 128, { counts: false });
        drawn.addSersicMean(psf, index, 63.3, 64.4, ...matrix, photons, { maxOutside: 1e-4, maxSize: 2048 });
        const { perPixel, pixels } = chiSquare(counts, meanOf(drawn));
        // five standard errors of chi-square over some 3000 pixels, and as much for tables good to 1e-4
        expect(Math.abs(perPixel - 1)).toBeLessThan(10 * Math.sqrt(2 / pixels));
      });
    }

    it(`agree for a star through FWHM ${fwhmPx} px, and in what lands on the chip`, () => {
      const psf = kernel.preparePsf(kolmogorov(fwhmPx));
      const photons = 3_000_000;
      const shot = kernel.openFrame(100, 100);
      const hits = shot.shootPoint(psf, 20.25, 49.6, photons, [4, 3, 2, 1]);
      const counts = countsOf(shot);
      const drawn = kernel.openFrame(100, 100, { counts: false });
      const electrons = drawn.addPointMean(psf, 20.25, 49.6, photons, 1e-6);
      const mean = meanOf(drawn);
      const { perPixel, pixels } = chiSquare(counts, mean);
      expect(Math.abs(perPixel - 1)).toBeLessThan(10 * Math.sqrt(2 / pixels));
      expect(Math.abs(electrons / mean.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-6);
      // 1e-4 of the light off the chip is uncertain by its own square root, 1e-5; tables good to 1e-4
      expect(Math.abs(electrons / hits - 1)).toBeLessThan(2e-4);
    });
  }
});

describe('a frame', () => {
  it('has the same bits from a fresh kernel as from one that drew much before', async () => {
    const draw = (k: Kernel): { mean: Float32Array; counts: Int32Array } => {
      const frame = k.openFrame(97, 83);
      const psf = k.preparePsf(kolmogorov(2.9));
      frame.addUniform(12.5);
      frame.addGrid(Float32Array.of(1, 2, 3, 4), 1, 1);
      frame.addSersicMean(psf, 1.234, 30, 40, ...matrix, 5000, { maxOutside: 5e-3, maxSize: 256 });
      frame.addPointMean(psf, 70.5, 11.25, 1e5, 0.01);
      frame.shootSersic(psf, 3.21, 50, 20, ...matrix, 1234, [1, 1, 1, 1]);
      const mean = meanOf(frame);
      frame.realise([5, 6, 7]);
      return { mean, counts: countsOf(frame) };
    };
    const used = await createKernel(assets);
    const large = used.openFrame(700, 700);
    large.addUniform(1e9);
    large.realise([1, 2, 3]);
    for (let i = 0; i < 20; i++) {
      const psf = used.preparePsf(kolmogorov(2 + i / 10));
      large.addSersicMean(psf, 0.5 + i / 8, 300, 300, ...matrix, 1e6, { maxOutside: 1e-3, maxSize: 512 });
      large.addPointMean(psf, 300, 300, 1e6, 1);
    }
    expect(draw(used)).toEqual(draw(await createKernel(assets)));
    expect(draw(used)).toEqual(draw(kernel));
  });

  it('follows photons and light to sources far outside, and gives up beyond 2 million pixels', () => {
    const psf = kernel.preparePsf(kolmogorov(3.5));
    const frame = kernel.openFrame(64, 64);
    const hits = frame.shootPoint(psf, -60, 30, 10_000_000, [1, 2, 3, 4]);
    const electrons = frame.addPointMean(psf, -60, 30, 1e7, 1e-9);
    expect(hits).toBeGreaterThan(100);
    expect(Math.abs(hits - electrons)).toBeLessThan(5 * Math.sqrt(electrons) + 0.01 * electrons);
    for (const x of [-1e5, 1e7, -1e300]) {
      expect(frame.shootPoint(psf, x, 3, 1000, [1, 2, 3, 4])).toBe(0);
      expect(frame.addPointMean(psf, x, 3, 1000, 0.01)).toBe(0);
      const limits = { maxOutside: 5e-3, maxSize: 256 };
      expect(frame.addSersicMean(psf, 1, x, 3, ...matrix, 1000, limits).electrons).toBe(0);
    }
  });

  it('is clear when opened, whatever stood there', () => {
    const first = kernel.openFrame(33, 21);
    first.addUniform(7);
    first.realise([1, 2, 3]);
    const second = kernel.openFrame(40, 25);
    expect(meanOf(second).every((v) => v === 0)).toBe(true);
    expect(countsOf(second).every((v) => v === 0)).toBe(true);
  });

  it('takes no memory for counts that it does not have, and 200 MB for a whole sensor', async () => {
    const k = await createKernel(assets);
    const fixed = k.memoryBytes;
    k.openFrame(4096, 4004, { counts: false });
    expect(k.memoryBytes - fixed).toBeLessThan(67e6);
    k.openFrame(4096, 4004);
    expect(k.memoryBytes).toBeLessThan(200e6);
    const before = k.memoryBytes;
    for (let i = 0; i < 3; i++) k.openFrame(4096, 4004);
    expect(k.memoryBytes).toBe(before);
  });

  it('takes the memory of a first frame at once, and none for a mean image that nobody draws into', async () => {
    const fixed = (await createKernel(assets)).memoryBytes;
    const first = { nx: 1000, ny: 700, counts: true, mean: false };
    const k = await createKernel(assets, first);
    const reserved = k.memoryBytes;
    // rows are padded to an odd multiple of 16, with 16 or more of padding: 1040 pixels
    expect(reserved - fixed).toBeGreaterThan(4 * 1000 * 700 - 65_536);
    expect(reserved - fixed).toBeLessThan(4 * 1040 * 700 + 65_536);
    k.openFrame(1000, 700, { mean: false });
    expect(k.memoryBytes).toBe(reserved);
  });

  it('is clear whatever was drawn before, in memory that was reserved and that has grown', async () => {
    const k = await createKernel(assets, { nx: 64, ny: 64, counts: true, mean: false });
    const psf = k.preparePsf(kolmogorov(3.5));
    for (const [side, mean] of [
      [64, false],
      [64, true],
      [96, false],
      [48, true],
      [128, true],
    ] as const) {
      const frame = k.openFrame(side, side, { mean });
      expect(frame.maxCounts(), `counts of ${side}`).toBe(0);
      expect(frame.allCounts().every((count) => count === 0)).toBe(true);
      if (mean) {
        for (let y = 0; y < side; y++) expect(frame.meanRow(y).every((value) => value === 0)).toBe(true);
        frame.addUniform(3);
      }
      // photons off the chip go to the pixel after the last one
      frame.shootPoint(psf, side - 1, side - 1, 1000, [1, 2, 3, 4]);
      expect(frame.maxCounts()).toBeGreaterThan(0);
    }
  });

  it('draws the same photons and sky without a mean image as with one', () => {
    const psf = kernel.preparePsf(kolmogorov(3.5));
    const draw = (mean: boolean): number[] => {
      const frame = kernel.openFrame(50, 40, { mean });
      frame.shootPoint(psf, 20, 20, 1000, [1, 2, 3, 4]);
      frame.realiseUniform(20, [5, 6, 7]);
      return Array.from({ length: 40 }, (_, y) => [...frame.countsRow(y)]).flat();
    };
    expect(draw(false)).toEqual(draw(true));
  });

  it('refuses what it cannot draw', () => {
    const psf = kernel.preparePsf(kolmogorov(3.5));
    const frame = kernel.openFrame(32, 32);
    const key = [1, 2, 3, 4] as const;
    const limits = { maxOutside: 5e-3, maxSize: 256 };
    const wrong: (() => unknown)[] = [
      () => kernel.openFrame(0, 5),
      () => kernel.openFrame(5, 9000),
      () => frame.shootPoint(psf, NaN, 1, 1, key),
      () => frame.shootPoint(psf, 1, Infinity, 1, key),
      () => frame.shootPoint(psf, 1, 1, 1.5, key),
      () => frame.shootPoint(psf, 1, 1, 2 ** 31 + 1, key),
      () => frame.shootSersic(psf, 0.29, 1, 1, ...matrix, 1, key),
      () => frame.shootSersic(psf, 1, 1, 1, NaN, 0, 0, 1, 1, key),
      () => frame.addPointMean(psf, 1, 1, -1, 1),
      () => frame.addPointMean(psf, 1, 1, 1, 0),
      () => frame.addSersicMean(psf, 6.3, 1, 1, ...matrix, 1, limits),
      () => frame.addSersicMean(psf, 1, 1, 1, ...matrix, NaN, limits),
      () => frame.addSersicMean(psf, 1, 1, 1, ...matrix, 1, { ...limits, maxSize: 100 }),
      () => frame.addUniform(NaN),
      () => frame.addGrid(new Float32Array(3), 1, 1),
      () => frame.meanRow(32),
      () => frame.shootPoint({ model: psf.model }, 1, 1, 1, key),
    ];
    for (const call of wrong) expect(call).toThrow(KernelInputError);
    const bare = kernel.openFrame(8, 8, { counts: false });
    for (const call of [() => frame.addUniform(1), () => bare.realise([1, 2, 3]), () => bare.countsRow(0)]) {
      expect(call).toThrow(KernelStateError);
    }
    const photons = kernel.openFrame(8, 8, { mean: false });
    for (const call of [
      () => photons.addUniform(1),
      () => photons.realise([1, 2, 3]),
      () => photons.meanRow(0),
      () => photons.bigEndianRows('sum', 0, 1),
      () => photons.drawPoint(psf, 1, 1, 1, 1, key),
    ]) {
      expect(call).toThrow(KernelStateError);
    }
  });
});
