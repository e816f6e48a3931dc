import { describe, expect, it } from 'vitest';
import { createKernel } from './kernel.js';
import type { Frame } from './frame.js';
import { loadKernelAssets } from './node/assets.js';

const kernel = await createKernel(await loadKernelAssets());
const psf = kernel.preparePsf({ kind: 'kolmogorov', fwhmPx: 3.5 });
const matrix = [3, 0.5, -1, 2] as const;
const limits = { maxOutside: 5e-3, maxSize: 256 };
const [nx, ny] = [150, 90];

function countsOf(frame: Frame): Int32Array {
  const out = new Int32Array(nx * ny);
  frame.readCounts(out, 0, ny);
  return out;
}

function meanOf(frame: Frame): Float32Array {
  const out = new Float32Array(nx * ny);
  frame.readMean(out, 0, ny);
  return out;
}

const objects: [string, (frame: Frame, id: number) => number, (frame: Frame) => void][] = [
  [
    'a star cut by an edge',
    (frame, id) => frame.drawPoint(psf, 140.3, 44.8, 2e6, 0.01, [1, 2, 3, id]),
    (frame) => frame.addPointMean(psf, 140.3, 44.8, 2e6, 0.01),
  ],
  [
    'a galaxy cut by a corner',
    (frame, id) => frame.drawSersic(psf, 2.52, 7.1, 3.9, ...matrix, 2e6, limits, [1, 2, 3, id]),
    (frame) => frame.addSersicMean(psf, 2.52, 7.1, 3.9, ...matrix, 2e6, limits),
  ],
];

describe('charge drawn object by object', () => {
  it.each(objects)('of %s is Poisson about its mean image, and leaves the means clear', (_, draw, add) => {
    const drawn = kernel.openFrame(nx, ny);
    const electrons = draw(drawn, 9);
    const counts = countsOf(drawn);
    expect(meanOf(drawn).every((v) => v === 0)).toBe(true);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(electrons);
    const expected = kernel.openFrame(nx, ny, { counts: false });
    add(expected);
    let [chi, pixels] = [0, 0];
    meanOf(expected).forEach((m, i) => {
      if (m < 25) return;
      chi += ((counts[i] ?? 0) - m) ** 2 / m;
      pixels++;
    });
    // five standard errors of chi-square
    expect(pixels).toBeGreaterThan(300);
    expect(Math.abs(chi / pixels - 1)).toBeLessThan(5 * Math.sqrt(2 / pixels));
  });

  it('does not depend on the order of objects', () => {
    const run = (order: readonly number[]): Int32Array => {
      const frame = kernel.openFrame(nx, ny);
      for (const i of order) objects[i % 2]?.[1](frame, i);
      return countsOf(frame);
    };
    expect(run([0, 1, 2, 3])).toEqual(run([3, 1, 0, 2]));
  });
});
