import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { MODEL, SourceTableBuilder } from '@imsim-od/sky';
import { describe, expect, it } from 'vitest';
import { expandRequest } from '../recipe/expand-request.js';
import type { Recipe } from '../recipe/recipe.js';
import { readRequest } from '../request/read-request.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import { settleDetector } from './detector-setting.js';
import { sourcesOf } from './draw-charge.js';
import type { PixelWindow } from './pixel-window.js';
import { CutoutMemory } from './cutout-memory.js';
import { simulateCutout } from './simulate-cutout.js';
import { simulateDetector } from './simulate-detector.js';

const kernel = await createKernel(await loadKernelAssets());

const recipeOf = (changes: object, catalogs: readonly LoadedSources[] = []): Recipe =>
  expandRequest(
    readRequest([
      { origin: 'test', document: { pointing: { raDeg: 53, decDeg: -30 }, band: 'r', ...changes } },
    ]).request,
    catalogs,
  ).recipes[0]!;

/** The e-image as its file has it: big-endian int32 after the header's blocks. */
async function wholeImage(recipe: Recipe, catalogs: readonly LoadedSources[] = []): Promise<DataView> {
  const chunks: Uint8Array[] = [];
  await simulateDetector(recipe, {
    kernel,
    catalogs,
    products: ['eimage'],
    openSink: () => ({
      write: (chunk) => chunks.push(chunk.slice()),
      close: () => Promise.resolve({ bytes: 0, sha256: '', adler32: '' }),
      discard: () => Promise.resolve(),
    }),
  });
  const file = Buffer.concat(chunks);
  let header = 0;
  while (!/^END {77}/m.test(file.toString('latin1', header, header + 2880).replace(/(.{80})/g, '$1\n')))
    header += 2880;
  return new DataView(file.buffer, file.byteOffset + header + 2880);
}

function differences(cut: PixelWindow & { electrons: Int32Array }, whole: DataView, nx: number): number {
  let differing = 0;
  let i = 0;
  for (let y = cut.y0; y < cut.y1; y++)
    for (let x = cut.x0; x < cut.x1; x++)
      if (cut.electrons[i++] !== whole.getInt32(4 * (y * nx + x))) differing++;
  return differing;
}

/** A catalog of what reaches farthest: stars outside of a window and off the chip, a large galaxy, knots, a streak. */
function hardSources(): LoadedSources {
  const { projection } = settleDetector(recipeOf({ sky: [] }));
  const builder = new SourceTableBuilder();
  const add = (x: number, y: number, magnitude: number, shape: object): void => {
    builder.add({
      objectId: `${x} ${y}`,
      ...projection.pixelToSky(x, y),
      magnitude,
      model: MODEL.point,
      ...shape,
    });
  };
  for (const [x, y] of [
    [1000, 900],
    [2600, 1300],
    [-40, 2000],
    [1700, 2200],
  ] as const)
    add(x, y, 11 + (x % 7), {});
  const size = { halfLightRadiusArcsec: 6 };
  add(1650, 1500, 15, { model: MODEL.sersic, sersicIndex: 4, g1: 0.2, g2: 0.1, ...size });
  add(900, 1600, 17, { model: MODEL.sersic, sersicIndex: 1, g1: 0, g2: 0.3, ...size });
  add(1500, 1100, 19, { model: MODEL.knots, knotCount: 40, g1: 0.1, g2: 0, ...size });
  add(1900, 1900, 13, { model: MODEL.streak, lengthArcsec: 400, widthArcsec: 0.2, orientationRad: 0.7 });
  return { path: 'hard', files: [], sources: builder.build(), skipped: {}, notes: [] };
}

const WINDOWS: readonly PixelWindow[] = [
  { x0: 1200, x1: 1712, y0: 1000, y1: 1512 },
  { x0: 0, x1: 300, y0: 1900, y1: 2100 },
  { x0: 3584, x1: 4096, y0: 3492, y1: 4004 },
  { x0: 1501, x1: 1502, y0: 1100, y1: 1101 },
];

describe('simulateCutout', () => {
  it(
    'is the e-image there, bit for bit, with what lies outside of the window in it',
    { timeout: 240_000 },
    async () => {
      const catalogs = [hardSources()];
      const sky = [
        { type: 'synthetic', faintIMag: 23 },
        { type: 'table', path: 'hard.csv' },
      ];
      const memory = new CutoutMemory();
      for (const changes of [{}, { effects: { background: false }, seeingFwhm500Arcsec: 1.1 }]) {
        const recipe = recipeOf({ sky, ...changes }, catalogs);
        const whole = await wholeImage(recipe, catalogs);
        const { nx } = settleDetector(recipe).detector;
        for (const window of WINDOWS) {
          const cut = simulateCutout(recipe, window, { kernel, catalogs, memory });
          expect(cut.electrons.length).toBe((window.x1 - window.x0) * (window.y1 - window.y0));
          expect(differences(cut, whole, nx), JSON.stringify(window)).toBe(0);
          expect(cut.electrons.some((electrons) => electrons > 0)).toBe(true);
        }
      }
    },
  );

  it('is the same with what is kept from other parameters as without', { timeout: 240_000 }, () => {
    const memory = new CutoutMemory();
    const window = WINDOWS[0]!;
    const catalogs = [hardSources()];
    const sky = [
      { type: 'synthetic', faintIMag: 20 },
      {
        type: 'synthetic',
        faintIMag: 20,
        offset: { eastArcsec: 9, northArcsec: 4 },
        lensing: { gamma1: 0.1, gamma2: 0, kappa: 0.1 },
      },
      { type: 'table', path: 'hard.csv' },
    ];
    const vary: readonly object[] = [
      {},
      { seeingFwhm500Arcsec: 0.9 },
      { exposureS: 90 },
      { exposureS: 29 },
      { exposureS: 100, effects: { vignetting: false } },
      { exposureS: 400, effects: { vignetting: false } },
      { exposureS: 110 },
      { exposureS: 29, effects: { vignetting: false }, seeingFwhm500Arcsec: 1.2 },
      { airmass: 1.3 },
      { airmass: 1.4, exposureS: 60 },
      { airmass: 1.4, exposureS: 60, pointing: { raDeg: 53, decDeg: -29.9998 } },
      { pointing: { raDeg: 53.001, decDeg: -30 } },
      { pointing: { raDeg: 53.001, decDeg: -30 }, exposureS: 70 },
      { skyBrightnessMagPerArcsec2: 19 },
      { seed: 5 },
      { effects: { vignetting: false } },
      { effects: { chargeDiffusion: false } },
      { effects: { background: false }, seeingFwhm500Arcsec: 0.9 },
      { detectors: 'R01_S00' },
      { sky: [...sky].slice(1) },
      {},
    ];
    for (const changes of vary) {
      const recipe = recipeOf({ sky, ...changes }, catalogs);
      const kept = simulateCutout(recipe, window, { kernel, catalogs, memory });
      const anew = simulateCutout(recipe, window, { kernel, catalogs });
      expect(Buffer.compare(Buffer.from(kept.electrons.buffer), Buffer.from(anew.electrons.buffer))).toBe(0);
    }
  });

  it('finds sources anew only where they change', () => {
    const memory = new CutoutMemory();
    const sky = [{ type: 'synthetic', faintIMag: 16 }];
    let found = 0;
    const finds = (changes: object): number => {
      const recipe = recipeOf({ sky, ...changes });
      memory.recallSources(recipe, [], (before) => {
        found++;
        return sourcesOf(settleDetector(recipe), [], before);
      });
      return found;
    };
    expect(finds({})).toBe(1);
    expect(finds({ seeingFwhm500Arcsec: 0.9 })).toBe(1);
    expect(finds({ skyBrightnessMagPerArcsec2: 19 })).toBe(1);
    expect(finds({ seed: 4 })).toBe(1);
    expect(finds({ effects: { background: false, chargeDiffusion: false } })).toBe(1);
    expect(finds({ effects: { vignetting: false } })).toBe(2);
    // a design and the design without an effect beside it: both are kept
    expect(finds({ seeingFwhm500Arcsec: 1.1 })).toBe(2);
    expect(finds({ exposureS: 60 })).toBe(3);
    // what is tried beside it pushes nothing out
    const beside = new CutoutMemory(memory);
    const window = WINDOWS[3]!;
    for (const exposureS of [61, 62, 63])
      simulateCutout(recipeOf({ sky, exposureS }), window, { kernel, catalogs: [], memory: beside });
    expect(finds({ exposureS: 60 })).toBe(3);
    expect(finds({ seeingFwhm500Arcsec: 1.1 })).toBe(3);
  });

  it('refuses a window that is not on the detector', () => {
    const recipe = recipeOf({ sky: [] });
    for (const window of [
      { x0: -1, x1: 10, y0: 0, y1: 10 },
      { x0: 0, x1: 4097, y0: 0, y1: 10 },
      { x0: 5, x1: 5, y0: 0, y1: 10 },
      { x0: 0, x1: 10.5, y0: 0, y1: 10 },
    ])
      expect(() => simulateCutout(recipe, window, { kernel, catalogs: [] })).toThrow(/is not on R22_S11/);
  });
});
