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

  it.each([
    ['well sampled', 3.5],
    ['whose core is drawn in a square', 1.2],
  ])('of a star %s has the wings of the profile beyond its stamp', (_, fwhmPx) => {
    // The transform exp(-(k / k0)^(5/3)) leaves 2^(5/3) gamma(11/6) / gamma(1/6) (k0 R)^(-5/3) = 0.5366 (k0 R)^(-5/3) of the
    // light beyond R, to (k0 R)^(-5/3) of itself; k0 FWHM = 2.99294 x 0.97586.
    const beyond = (radius: number): number => 0.5366 * ((2.92069 / fwhmPx) * radius) ** (-5 / 3);
    const kolmogorov = kernel.preparePsf({ kind: 'kolmogorov', fwhmPx });
    const [stars, flux, size, place] = [40, 2e5, 512, 255.3];
    const frame = kernel.openFrame(size, size);
    let electrons = 0;
    // The stamp ends at half an electron a pixel, within some 25 pixels.
    for (let i = 0; i < stars; i++) {
      electrons += frame.drawPoint(kolmogorov, place, place, flux, 0.5, [5, 6, 7, i]);
    }
    let [all, ring] = [0, 0];
    for (let y = 0; y < size; y++) {
      frame.countsRow(y).forEach((count, x) => {
        const radius = Math.hypot(x - place, y - place);
        all += count;
        if (radius > 60 && radius < 250) ring += count;
      });
    }
    expect(electrons).toBe(all);
    const expected = stars * flux * (beyond(60) - beyond(250));
    expect(expected).toBeGreaterThan(900);
    // Five standard errors, and half a percent for pixels that the circles cut.
    expect(Math.abs(ring - expected)).toBeLessThan(5 * Math.sqrt(expected) + 0.005 * expected);
    // All light but what falls off the chip, whose edges are 256 pixels away and more.
    const lost = stars * flux - all;
    expect(lost).toBeLessThan(stars * flux * beyond(256) + 5 * Math.sqrt(stars * flux));
    expect(lost).toBeGreaterThan(-5 * Math.sqrt(stars * flux));
  });

  it('stays at the largest count where photons fall on it', () => {
    const frame = kernel.openFrame(nx, ny);
    frame.countsRow(40).fill(2147483647);
    frame.shootPoint(psf, 70, 40, 1000, [1, 2, 3, 4]);
    frame.saturate();
    expect(countsOf(frame).every((count) => count >= 0)).toBe(true);
    expect([...frame.countsRow(40)].every((count) => count === 2147483647)).toBe(true);
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
