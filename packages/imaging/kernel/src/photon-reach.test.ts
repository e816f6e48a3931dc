import { describe, expect, it } from 'vitest';
import { createKernel } from './kernel.js';
import type { Frame, StreamKey } from './frame.js';
import { loadKernelAssets } from './node/assets.js';
import { makePsfRadiusTable, readProfileTables } from './profiles/index.js';
import { RadiusBounds } from './radius-bounds.js';
import { radiusOf } from './reference/photons.js';
import { LaneWords } from './reference/random-lanes.js';

const assets = await loadKernelAssets();
const kernel = await createKernel(assets);
const tables = readProfileTables(assets.tables, true);
const psfModel = { kind: 'kolmogorov', fwhmPx: 3.5, gaussianSigmaPx: 1 } as const;
const psf = kernel.preparePsf(psfModel);
const psfTable = makePsfRadiusTable(psfModel);
const [nx, ny] = [700, 500];
const window = { x0: 300, x1: 380, y0: 210, y1: 260 };

/** Words of all sizes, both signs, the edges of bins and of the halves. */
const WORDS = Array.from({ length: 4000 }, (_, i) => Math.imul(i, 0x9e3779b1) >> (i % 32)).concat(
  [0, 1, 2, 62, 63, 64, 65, 0x3fffffff, 0x7fffffff].flatMap((word) => [word, word | 0x80000000]),
);

describe('the bounds of a radius table', () => {
  // every Sersic table's inner half and that of the PSF: bulges and disks differ most in how far they reach
  const all = [psfTable, ...[0, 14, 74, 118].map((grid) => tables.radius(grid))];

  it('hold for every word and all larger ones', () => {
    for (const table of all) {
      const bounds = new RadiusBounds(table);
      const sorted = [...WORDS].sort((a, b) => b - a);
      let farthest = 0;
      const passed = sorted.filter((word) => {
        farthest = Math.max(farthest, radiusOf(word, table));
        return farthest > bounds.at(word);
      });
      expect(passed).toEqual([]);
    }
  });

  it('have limits that no larger word passes, and no lower ones than they need', () => {
    for (const table of all) {
      const bounds = new RadiusBounds(table);
      for (let radius = 0.01; radius < 1e6; radius *= 1.7) {
        const limit = bounds.limitOf(radius);
        const beyond = WORDS.filter((word) => word > limit && radiusOf(word, table) > radius);
        expect(beyond).toEqual([]);
        // a bin is 1/32 of an octave of the light: a word a tenth below the limit leads beyond
        const outer = limit + 0x8000_0000;
        if (limit < 0 && outer > 0)
          expect(radiusOf(-0x8000_0000 + Math.floor(0.9 * outer), table)).toBeGreaterThan(radius * 0.99);
      }
    }
  });
});

describe('the farthest draws of a stream', () => {
  it.each([1, 3, 8, 9, 100, 4001])('are those of its %i photons, read one by one', (photons) => {
    for (let id = 0; id < 20; id++) {
      const key: StreamKey = [1, 2, 3, id];
      const words = new LaneWords(key);
      let farthest = 0;
      for (let i = 0; i < photons; i += 8) {
        for (const four of [words.next(), words.next()])
          for (const word of four) farthest = Math.max(farthest, radiusOf(word, psfTable));
        words.next();
      }
      const bound = new RadiusBounds(psfTable).at(kernel.farthestDraws(photons, key, 0).psfWord);
      expect(bound).toBeGreaterThanOrEqual(farthest);
      // within a bin of the table; the first photons of all bins lie in the inner half
      expect(bound).toBeLessThanOrEqual(Math.max(1.1 * farthest, radiusOf(0x7fffffff, psfTable) * 1.01));
    }
  });

  it.each([0.3, 1, 2.53, 4, 6.2])('of a galaxy of index %f lie on the far side of what is shot', (index) => {
    const scale = Math.sqrt(2) * 4;
    for (let id = 0; id < 12; id++) {
      const key: StreamKey = [9, 8, 7, id];
      const photons = 1 + 37 * id * id;
      const { galaxyRadius, psfWord } = kernel.farthestDraws(photons, key, index);
      const reach = galaxyRadius * scale + kernel.photonRadii(psf).at(psfWord);
      const frame = kernel.openFrame(nx, ny);
      frame.shootSersic(psf, index, 350.2, 250.7, 4, 0, 0, 4, photons, key);
      for (let y = 0; y < ny; y++)
        frame.countsRow(y).forEach((count, x) => {
          // half a pixel in each direction by rounding
          if (count > 0) expect(Math.hypot(x - 350.2, y - 250.7)).toBeLessThan(reach + 1);
        });
    }
  });
});

type Draw = (frame: Frame, x: number, y: number, key: StreamKey) => void;

const limits = { maxOutside: 5e-3, maxSize: 512 };
const DRAWN: readonly (readonly [string, Draw])[] = [
  ['few photons', (f, x, y, key) => f.shootSersic(psf, 4, x, y, 6, 1, 1, 5, 40, key)],
  ['photons of a bulge', (f, x, y, key) => f.shootSersic(psf, 4, x, y, 6, 1, 1, 5, 90_001, key)],
  ['photons of two tables', (f, x, y, key) => f.shootSersic(psf, 2.53, x, y, 9, -1, 1, 3, 50_003, key)],
  ['photons of a disk', (f, x, y, key) => f.shootSersic(psf, 1, x, y, 2, 0, 0, 3, 30_000, key)],
  ['a bright point', (f, x, y, key) => f.drawPoint(psf, x, y, 3e6, 0.05, key)],
  ['a bright galaxy', (f, x, y, key) => f.drawSersic(psf, 1.5, x, y, 9, 2, 2, 7, 4e6, limits, key)],
];

/** Inside the window, beside it, far from it, off the chip. */
const PLACES = [
  [340.4, 230.1],
  [299.5, 209.5],
  [200.3, 240.9],
  [330.2, 400.6],
  [600.7, 40.2],
  [-60.2, 200.1],
] as const;

describe('a frame with a window', () => {
  it.each(DRAWN)('has the counts of the whole there: %s', (_, draw) => {
    PLACES.forEach(([x, y], id) => {
      const key: StreamKey = [5, 6, 7, id];
      const whole = kernel.openFrame(nx, ny);
      draw(whole, x, y, key);
      const expected = new Int32Array(nx * ny);
      whole.readCounts(expected, 0, ny);
      // twice: the second frame is opened on what the first one left
      for (let turn = 0; turn < 2; turn++) {
        const part = kernel.openFrame(nx, ny, { window });
        draw(part, x, y, key);
        part.addGrid(new Float32Array(4).fill(turn), 1, 1);
        for (let row = window.y0; row < window.y1; row++)
          expect(part.countsRow(row).subarray(window.x0, window.x1)).toEqual(
            expected.subarray(row * nx + window.x0, row * nx + window.x1),
          );
      }
    });
  });

  it('is opened clear after frames of any kind', () => {
    const other = { x0: 0, x1: 700, y0: 0, y1: 40 };
    const spoil: readonly ((frame: Frame) => void)[] = [
      (frame) => frame.addPointMean(psf, 340, 230, 1e6, 0.01),
      (frame) => frame.addUniform(3),
      (frame) => void frame.addSersicMean(psf, 1, 340, 230, 4, 0, 0, 4, 1e6, limits),
      (frame) => frame.addGrid(new Float32Array(4).fill(2), 1, 1),
      (frame) => frame.countsRow(230).fill(7),
    ];
    for (const leave of spoil) {
      for (const before of [undefined, other, window]) {
        kernel.openFrame(nx, ny, before ? { window: before } : {});
        leave(kernel.openFrame(nx, ny, before ? { window: before } : {}));
        const frame = kernel.openFrame(nx, ny, { window });
        for (let y = 0; y < ny; y++) expect(frame.meanRow(y).every((mean) => mean === 0)).toBe(true);
        for (let y = window.y0; y < window.y1; y++)
          expect(
            frame
              .countsRow(y)
              .subarray(window.x0, window.x1)
              .every((count) => count === 0),
          ).toBe(true);
      }
    }
  });
});

describe('the farthest draws of many faint sources', () => {
  it('are those of each with the photons that it sends, unless they are known', () => {
    const frame = kernel.openFrame(nx, ny);
    const countWord = 0x636e7400;
    // more than a batch; points, galaxies of one table and of two, sources of no photon, and of which some or all are known
    const faint = Array.from({ length: 1300 }, (_, i) => ({
      meanPhotons: [0, 0.02, 3, 9.9, 40, 700, 1999][i % 7]!,
      knownPhotons: [-1, -1, 0, 20, 5000][i % 5]!,
      sersicIndex: [0, 0.5, 1, 2.53, 4, 6.2][i % 6]!,
      key: [1, 2, 3, i] as StreamKey,
    }));
    const learned: unknown[] = [];
    kernel.farthestOfAll({
      count: faint.length,
      countWord,
      headroom: 2,
      read: (i, source) => {
        const { key, ...numbers } = faint[i]!;
        const [key0, key1, key2, key3] = key;
        Object.assign(source, numbers, { key0, key1, key2, key3 });
      },
      learn: (i, photons, draws) => (learned[i] = draws && { photons, ...draws }),
    });
    const expected = faint.map(({ meanPhotons, knownPhotons, sersicIndex, key }) => {
      const sent = frame.poissonCount(meanPhotons, [key[0] ^ countWord, key[1], key[2], key[3]]);
      if (sent <= knownPhotons) return undefined;
      const photons = knownPhotons < 0 ? sent : 2 * sent;
      return { photons, ...kernel.farthestDraws(photons, key, sersicIndex) };
    });
    expect(learned).toEqual(expected);
    expect(expected.filter((draws) => draws === undefined).length).toBeGreaterThan(200);
    expect(expected.filter((draws) => draws !== undefined).length).toBeGreaterThan(200);
  });

  it('are not asked of what is not faint', () => {
    const read = (_i: number, source: object) => void Object.assign(source, { meanPhotons: 2e6 });
    const sources = { count: 1, countWord: 1, headroom: 2, read, learn: () => undefined };
    expect(() => kernel.farthestOfAll(sources)).toThrow(/mean photons/);
  });
});

describe('the light of a PSF that a box of a galaxy takes', () => {
  it('tells of each box whether a smaller one or itself is drawn', () => {
    const frame = kernel.openFrame(nx, ny);
    const told = { smaller: 0, larger: 0 };
    for (const fwhmPx of [2, 3.5, 9]) {
      const other = kernel.preparePsf({ ...psfModel, fwhmPx });
      const outside = kernel.lightOutsideBoxes(other);
      for (const sersicIndex of [0.5, 1, 2.53, 4, 6])
        for (const radius of [0.3, 1, 3, 8, 20])
          for (const maxOutside of [5e-3, 1e-3, 5e-4]) {
            const matrix = [radius, radius / 3, -radius / 5, radius / 2] as const;
            const box = frame.sersicBoxSize(other, sersicIndex, ...matrix, maxOutside, 2048);
            for (let size = 32; size <= 2048; size *= 2) {
              const most = kernel.mostPsfOutside({ sersicIndex, matrix }, maxOutside, size);
              const isTold = outside[Math.log2(size)]! <= most;
              expect(isTold).toBe(box.size <= size && box.outside <= maxOutside);
              told[isTold ? 'smaller' : 'larger']++;
            }
          }
    }
    expect(Math.min(told.smaller, told.larger)).toBeGreaterThan(200);
  });
});
