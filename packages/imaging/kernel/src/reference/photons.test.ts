import { describe, expect, it } from 'vitest';
import { createKernel } from '../kernel.js';
import { loadKernelAssets } from '../node/assets.js';
import { makePsfTables, readProfileTables } from '../profiles/index.js';
import { LaneWords } from './random-lanes.js';
import { shootPointScalar, shootSersicScalar, turnOf16, type Target } from './photons.js';

const assets = await loadKernelAssets();
const kernel = await createKernel(assets);
const tables = readProfileTables(assets.tables);
const model = { kind: 'kolmogorov', fwhmPx: 3.5 } as const;
const psf = kernel.preparePsf(model);
const psfRadius = makePsfTables(model).radius;
const [nx, ny] = [61, 47];
const key = [3, 1, 4, 15] as const;
const matrix = [3, 1, -0.5, 2] as const;

function countsOf(frame: ReturnType<typeof kernel.openFrame>): Int32Array {
  const counts = new Int32Array(nx * ny);
  frame.readCounts(counts, 0, ny);
  return counts;
}

function targetAt(x: number, y: number): Target {
  const baseX = Math.round(x);
  const baseY = Math.round(y);
  const offsets = { offsetX: Math.fround(x - baseX), offsetY: Math.fround(y - baseY) };
  return { baseX, baseY, ...offsets, nx, ny, counts: new Int32Array(nx * ny) };
}

const places = [
  { x: 30.3, y: 20.7 },
  { x: -0.5, y: 46.5 },
  { x: 80.25, y: -12.1 },
  { x: -1e5, y: 3e5 },
];

describe('photons', () => {
  for (const { x, y } of places) {
    it(`of a star at ${x}, ${y} land in the pixels of the scalar twin`, () => {
      for (const photons of [0, 1, 3, 4, 5, 7, 8, 9, 5003]) {
        const frame = kernel.openFrame(nx, ny);
        const hits = frame.shootPoint(psf, x, y, photons, key);
        const target = targetAt(x, y);
        expect(shootPointScalar(new LaneWords(key), photons, psfRadius, target)).toBe(hits);
        expect(countsOf(frame)).toEqual(target.counts);
        expect(target.counts.reduce((sum, n) => sum + n, 0)).toBe(hits);
      }
    });

    it(`of a galaxy at ${x}, ${y} land in the pixels of the scalar twin`, () => {
      for (const photons of [1, 2, 5, 5003]) {
        const frame = kernel.openFrame(nx, ny);
        const hits = frame.shootSersic(psf, 1, x, y, ...matrix, photons, key);
        const target = targetAt(x, y);
        const n = shootSersicScalar(
          new LaneWords(key),
          photons,
          tables.radius(14),
          psfRadius,
          matrix,
          target,
        );
        expect(hits).toBe(n);
        expect(countsOf(frame)).toEqual(target.counts);
      }
    });
  }

  it('of an index between grid points come from the two neighbours in proportion', () => {
    const frame = kernel.openFrame(nx, ny);
    const photons = 6001;
    const hits = frame.shootSersic(psf, 1.02, 30, 20, ...matrix, photons, key);
    const words = new LaneWords(key);
    const u = ((words.next()[0] ?? 0) >>> 0) / 4294967296;
    const upper = Math.floor(photons * ((1.02 - 0.3) / 0.05 - 14) + u);
    expect(upper / photons).toBeCloseTo(0.4, 3);
    const target = targetAt(30, 20);
    let n = shootSersicScalar(words, photons - upper, tables.radius(14), psfRadius, matrix, target);
    n += shootSersicScalar(words, upper, tables.radius(15), psfRadius, matrix, target);
    expect(hits).toBe(n);
    expect(countsOf(frame)).toEqual(target.counts);
  });

  it('do not depend on the order of objects', () => {
    const draw = (order: readonly number[]): Int32Array => {
      const frame = kernel.openFrame(nx, ny);
      for (const i of order) {
        if (i % 2) frame.shootPoint(psf, 5 * i, 4 * i, 999, [1, 2, 3, i]);
        else frame.shootSersic(psf, 2.52, 5 * i, 4 * i, ...matrix, 999, [1, 2, 3, i]);
      }
      return countsOf(frame);
    };
    expect(draw([0, 1, 2, 3, 4, 5])).toEqual(draw([5, 3, 1, 4, 2, 0]));
  });

  it('carry no bias of angle: the directions of all words sum to nothing', () => {
    let [c, s, cc] = [0, 0, 0];
    for (let i = 0; i < 65_536; i++) {
      const turned = turnOf16(i << 16);
      c += turned.c / 65_536;
      s += turned.s / 65_536;
      cc += (turned.c * turned.c) / 65_536;
    }
    // single precision of the sines: 3e-8 each; a half step of angle left in would give 4e-5
    expect(Math.abs(c)).toBeLessThan(1e-8);
    expect(Math.abs(s)).toBeLessThan(1e-8);
    expect(Math.abs(cc - 0.5)).toBeLessThan(1e-7);
  });
});
