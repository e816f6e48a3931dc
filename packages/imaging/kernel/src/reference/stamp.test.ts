import { describe, expect, it } from 'vitest';
import { openCore } from '../kernel-core.js';
import { Frame } from '../frame.js';
import { loadKernelAssets } from '../node/assets.js';
import { readProfileTables } from '../profiles/index.js';
import { drawStamp } from '../stamp-drawing.js';
import { stampBySum } from './stamp.js';
import { bilinearImage, radialImage } from './mean-surfaces.js';

const assets = await loadKernelAssets();
const tables = readProfileTables(assets.tables);
const core = await openCore(assets.wasm, tables);
const matrix = [2.2, 0.4, -0.7, 1.3] as const;

/** A frame whose counts nobody asks for. */
const MEAN_ALONE = { counts: false, mean: true };

function meanOf(frame: Frame): Float32Array {
  const out = new Float32Array(frame.nx * frame.ny);
  frame.readMean(out, 0, frame.ny);
  return out;
}

describe('a stamp', () => {
  for (const fwhmPx of [1, 1.6, 3, 4]) {
    for (const n of [32, 64]) {
      for (const galaxy of [true, false]) {
        it(`of ${n} px, FWHM ${fwhmPx} px, ${galaxy ? 'galaxy' : 'star'}, is the sum over its waves`, () => {
          const psf = core.psfOf({ kind: 'kolmogorov', fwhmPx });
          const layout = core.placeFrame(n, n, MEAN_ALONE);
          const frame = new Frame(core, layout, n, n, MEAN_ALONE);
          const [dx, dy] = [0.31, -0.42];
          const place = { lower: 14, upperShare: 0 };
          const clip = { x0: 0, x1: n, y0: 0, y1: n };
          const g = galaxy ? { place, matrix } : null;
          const added = drawStamp(core, layout, psf, g, n / 2 + dx, n / 2 + dy, 1, n, clip);
          const expected = stampBySum(
            psf,
            galaxy ? { table: tables.transform(14), matrix } : null,
            dx,
            dy,
            n,
          );
          const got = meanOf(frame);
          const peak = expected.reduce((a, b) => Math.max(a, b), 0);
          // single precision: table lines of the galaxy cancel to 1e-6, sums of n^2 waves to 1e-6 of the peak
          got.forEach((v, i) => expect(Math.abs(v - (expected[i] ?? 0))).toBeLessThan(5e-6 * peak));
          expect(added).toBeCloseTo(1, 5);
        });
      }
    }
  }

  it('is the same cut off by an edge as whole, and far outside nothing', () => {
    const psf = core.psfOf({ kind: 'kolmogorov', fwhmPx: 2.5 });
    const draw = (nx: number, ny: number, x: number, y: number): Float32Array => {
      const layout = core.placeFrame(nx, ny, MEAN_ALONE);
      const clip = { x0: 0, x1: nx, y0: 0, y1: ny };
      const g = { place: { lower: 20, upperShare: 0.25 }, matrix };
      drawStamp(core, layout, psf, g, x, y, 1000, 64, clip);
      return meanOf(new Frame(core, layout, nx, ny, MEAN_ALONE));
    };
    const whole = draw(96, 96, 48.2, 47.9);
    for (const [ox, oy] of [
      [40, 45],
      [-30, -20],
      [17, 0],
      [0, 33],
    ] as const) {
      const cut = draw(50, 50, 48.2 - ox, 47.9 - oy);
      let worst = 0;
      for (let y = 0; y < 50; y++) {
        for (let x = 0; x < 50; x++) {
          const [u, v] = [x + ox, y + oy];
          const inside = u >= 16 && u < 80 && v >= 16 && v < 80;
          const expected = inside ? (whole[v * 96 + u] ?? 0) : 0;
          worst = Math.max(worst, Math.abs((cut[y * 50 + x] ?? 0) - expected));
        }
      }
      // the offset within a pixel differs in its last bit of double precision: 1e-6 of the peak of about 40
      expect(worst).toBeLessThan(4e-5);
    }
    expect(draw(50, 50, -1e5, 20).every((v) => v === 0)).toBe(true);
  });

  it.each([0.6, 1.3, 2])(
    'of any size from 64 to 2048 px has the same core, Gaussian of sigma %f px',
    (sigmaPx) => {
      const psf = core.psfOf({ kind: 'gaussian', sigmaPx });
      const draw = (n: number): Float32Array => {
        const layout = core.placeFrame(48, 48, MEAN_ALONE);
        const g = { place: { lower: 4, upperShare: 0 }, matrix };
        drawStamp(core, layout, psf, g, 23.7, 24.4, 1, n, { x0: 0, x1: 48, y0: 0, y1: 48 });
        return meanOf(new Frame(core, layout, 48, 48, MEAN_ALONE));
      };
      const first = draw(64);
      const peak = first.reduce((a, b) => Math.max(a, b), 0);
      for (const n of [128, 256, 512, 1024, 2048]) {
        // lines of the tables differ between the waves of one size and another: 3e-5, averaged over hundreds of waves
        draw(n).forEach((v, i) => expect(Math.abs(v - (first[i] ?? 0))).toBeLessThan(2e-5 * peak));
      }
    },
  );

  it('has the same bits where its plane is kept and where it is worked out in place', () => {
    const psf = core.psfOf({ kind: 'kolmogorov', fwhmPx: 1.2 });
    const draw = (): Float32Array => {
      const layout = core.placeFrame(64, 64, MEAN_ALONE);
      const g = { place: { lower: 14, upperShare: 0 }, matrix };
      drawStamp(core, layout, psf, g, 30.1, 30.2, 1, 64, { x0: 0, x1: 64, y0: 0, y1: 64 });
      return meanOf(new Frame(core, layout, 64, 64, MEAN_ALONE));
    };
    const kept = draw();
    const planeOf = core.planeOf.bind(core);
    core.planeOf = (...args) => ({ ...planeOf(...args), address: 0 });
    const inPlace = draw();
    core.planeOf = planeOf;
    expect(inPlace).toEqual(kept);
  });
});

describe('a star from the radial table', () => {
  it('is the table at each pixel of the disc, and leaves out the hole', () => {
    const psf = core.psfOf({ kind: 'kolmogorov', fwhmPx: 4 });
    const [nx, ny] = [75, 53];
    const draw = (hole: number): Float32Array => {
      const layout = core.placeFrame(nx, ny, MEAN_ALONE);
      const radial = core.addressOf(psf, 'radial');
      // prettier-ignore
      core.wasm.radialStamp(radial, 32 * 119, 34 * 32 - 1, 6e7, 40, 20, 0.25, -0.375, 1e6, 30, hole, layout.mean, layout.strideX, nx, ny);
      return meanOf(new Frame(core, layout, nx, ny, MEAN_ALONE));
    };
    const expected = radialImage(psf.radial, 40.25, 19.625, 30, nx, ny);
    const peak = 1e6 * expected.reduce((a, b) => Math.max(a, b), 0);
    // single precision of a + b s, whose terms cancel by up to a factor of ten
    draw(-1).forEach((v, i) => expect(Math.abs(v - 1e6 * (expected[i] ?? 0))).toBeLessThan(1e-6 * peak));
    draw(5).forEach((v, i) => {
      const inHole = Math.abs((i % nx) - 40) <= 5 && Math.abs(Math.floor(i / nx) - 20) <= 5;
      expect(Math.abs(v - (inHole ? 0 : 1e6 * (expected[i] ?? 0)))).toBeLessThan(1e-6 * peak);
    });
  });
});

describe('a bilinear surface', () => {
  it.each([
    [1, 1, 40, 30],
    [3, 2, 61, 47],
    [8, 8, 100, 9],
  ])('through %i x %i cells over %i x %i pixels', (gx, gy, nx, ny) => {
    const frame = new Frame(core, core.placeFrame(nx, ny, MEAN_ALONE), nx, ny, MEAN_ALONE);
    const grid = Float32Array.from({ length: (gx + 1) * (gy + 1) }, (_, i) => 500 + ((i * 37) % 11));
    frame.addGrid(grid, gx, gy);
    frame.addUniform(100);
    const expected = bilinearImage(grid, gx, gy, nx, ny);
    // single precision at 600: 6e-5 a rounding
    meanOf(frame).forEach((v, i) => expect(Math.abs(v - (expected[i] ?? 0) - 100)).toBeLessThan(5e-4));
  });
});
