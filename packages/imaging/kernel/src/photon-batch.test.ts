import { describe, expect, it } from 'vitest';
import { KernelInputError } from './errors.js';
import { createKernel } from './kernel.js';
import { loadKernelAssets } from './node/assets.js';
import type { PhotonSource, PhotonSources } from './photon-batch.js';

const kernel = await createKernel(await loadKernelAssets());
const psf = kernel.preparePsf({ kind: 'kolmogorov', fwhmPx: 3.5 });
const COUNT_WORD = 0x1234_5678;
const [nx, ny] = [150, 90];
const matrix = { a11: 3, a12: 0.5, a21: -1, a22: 2 };
const point = { x: 20, y: 30, meanPhotons: 100, sersicIndex: 0, ...matrix };
const galaxy = { ...point, sersicIndex: 1 };

type Shot = Omit<PhotonSource, 'key0' | 'key1' | 'key2' | 'key3'>;

function sourcesOf(list: readonly Shot[]): PhotonSources {
  return {
    count: list.length,
    countWord: COUNT_WORD,
    read: (i, source) => Object.assign(source, list[i], { key0: 1, key1: 0xffff_ffff, key2: i, key3: 4 }),
  };
}

/** Several batches: whole and half pixels, on and off the grid of Sersic indices, on and off the chip, faint to very bright. */
const LIST: Shot[] = Array.from({ length: 1300 }, (_, i) => ({
  x: (i * 7) % 160 === 0 ? -0.5 : ((i * 13) % 170) - 10.5 + (i % 5) / 4,
  y: ((i * 31) % 100) - 5 + (i % 3) / 2,
  meanPhotons: [0, 0.3, 9.9, 40, 300.5, 12][i % 6]!,
  sersicIndex: [0, 0.3, 1, 2.53, 4.0123, 6.2][(i * 5) % 7] ?? 0,
  ...{ a11: 1 + (i % 4), a12: 0.5, a21: -1 / 3, a22: 2 },
}));
// numbers that the host has to draw, alone, first and last, and places where nothing is drawn
LIST.push({ ...galaxy, meanPhotons: 1_500_000 }, { ...point, x: 3e6 }, { ...point, meanPhotons: 1_200_000 });
LIST.unshift({ ...point, meanPhotons: 2_000_000, y: 89.5 });

describe('sources shot together', () => {
  it('give the counts that they give one by one', () => {
    const together = kernel.openFrame(nx, ny);
    together.shootSources(psf, sourcesOf(LIST));
    const counts = new Int32Array(nx * ny);
    together.readCounts(counts, 0, ny);
    const apart = kernel.openFrame(nx, ny);
    LIST.forEach(({ x, y, meanPhotons, sersicIndex, a11, a12, a21, a22 }, i) => {
      const photons = apart.poissonCount(meanPhotons, [1 ^ COUNT_WORD, 0xffff_ffff, i, 4]);
      const key = [1, 0xffff_ffff, i, 4] as const;
      if (sersicIndex === 0) apart.shootPoint(psf, x, y, photons, key);
      else apart.shootSersic(psf, sersicIndex, x, y, a11, a12, a21, a22, photons, key);
    });
    const expected = new Int32Array(nx * ny);
    apart.readCounts(expected, 0, ny);
    expect(expected.reduce((a, b) => a + b, 0)).toBeGreaterThan(3_000_000);
    expect(counts).toEqual(expected);
  });

  it.each([
    [{ ...point, x: NaN }, 'x is NaN'],
    [{ ...point, y: Infinity }, 'y is Infinity'],
    [{ ...point, meanPhotons: -1 }, 'mean photons is -1'],
    [{ ...point, meanPhotons: 3e9 }, 'mean photons is 3000000000'],
    [{ ...galaxy, sersicIndex: 7 }, 'Sersic index n is 7'],
    [{ ...galaxy, a12: NaN }, 'matrix element [px] is NaN'],
    [{ ...galaxy, a22: -2e6 }, 'matrix element [px] is -2000000'],
  ])('are refused where one cannot be drawn: %j', (source, message) => {
    const frame = kernel.openFrame(nx, ny);
    const shoot = () => frame.shootSources(psf, sourcesOf([point, source]));
    expect(shoot).toThrow(KernelInputError);
    expect(shoot).toThrow(message);
  });

  it('need a frame with counts', () => {
    const frame = kernel.openFrame(nx, ny, { counts: false });
    expect(() => frame.shootSources(psf, sourcesOf([point]))).toThrow('without counts');
  });
});
