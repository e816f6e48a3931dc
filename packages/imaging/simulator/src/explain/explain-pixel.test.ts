import { ADC_MAX_ADU, amplifierAt, detectorById, pixel0ToRaw } from '@imsim-od/camera';
import { openFits, readPixels } from '@imsim-od/fits';
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { MODEL, SourceTableBuilder } from '@imsim-od/sky';
import { describe, expect, it } from 'vitest';
import { CutoutMemory } from '../detector/cutout-memory.js';
import { settleDetector } from '../detector/detector-setting.js';
import { sourcesOf } from '../detector/draw-charge.js';
import type { PixelWindow } from '../detector/pixel-window.js';
import { simulateCutout } from '../detector/simulate-cutout.js';
import { simulateDetector } from '../detector/simulate-detector.js';
import { expandRequest } from '../recipe/expand-request.js';
import type { Recipe } from '../recipe/recipe.js';
import { readRequest } from '../request/read-request.js';
import type { Product } from '../request/request-schema.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import { explainPixel } from './explain-pixel.js';
import { skyMean } from './sky-mean.js';
import { visitSourceMeans } from './source-means.js';

const kernel = await createKernel(await loadKernelAssets());

const recipeOf = (changes: object, catalogs: readonly LoadedSources[] = []): Recipe =>
  expandRequest(
    readRequest([
      {
        origin: 'test',
        document: {
          pointing: { raDeg: 53, decDeg: -30 },
          band: 'r',
          ...(catalogs.length > 0 ? { sky: [{ type: 'table', path: 'made.csv' }] } : {}),
          ...changes,
        },
      },
    ]).request,
    catalogs,
  ).recipes[0]!;

/** A catalog of rows at pixel0 places of R22_S11. */
function catalogOf(
  rows: readonly (readonly [id: string, x: number, y: number, magnitude: number, shape?: object])[],
): LoadedSources {
  const { projection } = settleDetector(recipeOf({ sky: [] }));
  const builder = new SourceTableBuilder();
  for (const [objectId, x, y, magnitude, shape] of rows)
    builder.add({
      objectId,
      ...projection.pixelToSky(x, y),
      magnitude,
      model: MODEL.point,
      ...shape,
    });
  return { path: 'made', files: [], sources: builder.build(), skipped: {}, notes: [] };
}

/** One of every kind, each drawn in every way that it can be. */
const EVERY_KIND = catalogOf([
  ['bright star', 1000.3, 1200.4, 14],
  ['faint star', 1012.6, 1209.1, 24.5],
  ['bright galaxy', 2000.2, 2100.3, 17, { model: MODEL.sersic, sersicIndex: 1, ...size(1.5) }],
  ['faint galaxy', 2015.4, 2090.2, 23, { model: MODEL.sersic, sersicIndex: 4, ...size(0.8) }],
  ['knots', 3000, 500, 19, { model: MODEL.knots, knotCount: 30, ...size(1.2) }],
  ['streak', 400, 3000, 16, { model: MODEL.streak, lengthArcsec: 60, widthArcsec: 0.4, orientationRad: 0.7 }],
  ['off the chip', -6, 300, 15],
]);

function size(halfLightRadiusArcsec: number): object {
  return { halfLightRadiusArcsec, g1: 0.2, g2: -0.1 };
}

const WINDOWS: readonly (readonly [string, PixelWindow])[] = [
  ['the core of a bright star', { x0: 990, x1: 1022, y0: 1190, y1: 1222 }],
  ['the wings of a bright star', { x0: 1100, x1: 1140, y0: 1240, y1: 1280 }],
  ['galaxies', { x0: 1985, x1: 2025, y0: 2080, y1: 2120 }],
  ['knots', { x0: 2984, x1: 3016, y0: 484, y1: 516 }],
  ['a streak', { x0: 384, x1: 416, y0: 2984, y1: 3016 }],
  ['the edge of the chip', { x0: 0, x1: 32, y0: 284, y1: 316 }],
];

/** Mean electrons of a window, row by row. */
function meansOf(recipe: Recipe, catalogs: readonly LoadedSources[], window: PixelWindow): Float64Array {
  const setting = settleDetector(recipe);
  const { x0, x1, y0, y1 } = window;
  const means = new Float64Array((x1 - x0) * (y1 - y0));
  visitSourceMeans(setting, kernel, sourcesOf(setting, catalogs), window, (_, electrons) =>
    electrons.forEach((e, i) => (means[i]! += e)),
  );
  if (recipe.effects.background)
    means.forEach((_, i) => {
      means[i]! += skyMean(setting, x0 + (i % (x1 - x0)), y0 + Math.floor(i / (x1 - x0)));
    });
  return means;
}

/** The file of one product. */
async function fileOf(recipe: Recipe, catalogs: readonly LoadedSources[], product: Product): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await simulateDetector(recipe, {
    kernel,
    catalogs,
    products: [product],
    openSink: () => ({
      write: (chunk) => chunks.push(chunk.slice()),
      close: () => Promise.resolve({ bytes: 0, sha256: '', adler32: '' }),
      discard: () => Promise.resolve(),
    }),
  });
  return Buffer.concat(chunks);
}

describe('the mean of sources', () => {
  it.each(WINDOWS)('is what many realisations of %s come to', { timeout: 120_000 }, (_, window) => {
    const catalogs = [EVERY_KIND];
    const effects = { background: false };
    const means = meansOf(recipeOf({ effects }, catalogs), catalogs, window);
    const realisations = 24;
    const sums = new Float64Array(means.length);
    for (let seed = 1; seed <= realisations; seed++) {
      const recipe = recipeOf({ effects, seed }, catalogs);
      simulateCutout(recipe, window, { kernel, catalogs }).electrons.forEach((e, i) => (sums[i]! += e));
    }
    let squares = 0;
    let spread = 0;
    let pixels = 0;
    means.forEach((mean, i) => {
      const expected = realisations * mean;
      if (expected < 1) return;
      squares += ((sums[i]! - expected) * (sums[i]! - expected)) / expected;
      // the variance of a Poisson count's (n - m)^2 / m is 2 + 1 / m
      spread += 2 + 1 / expected;
      pixels++;
    });
    const expected = realisations * means.reduce((sum, mean) => sum + mean, 0);
    const total = sums.reduce((sum, electrons) => sum + electrons, 0);
    expect(pixels).toBeGreaterThan(500);
    // five standard deviations of what chance does
    expect(Math.abs(total - expected)).toBeLessThan(5 * Math.sqrt(expected));
    expect(Math.abs(squares - pixels)).toBeLessThan(5 * Math.sqrt(spread));
  });

  it('adds up to the flux of a star and of a galaxy', () => {
    const rows = [
      ['star', 1000.3, 1200.4, 20],
      ['galaxy', 3000.2, 2900.3, 20, { model: MODEL.sersic, sersicIndex: 1, ...size(1.5) }],
    ] as const;
    const catalogs = [catalogOf(rows)];
    const effects = { background: false, vignetting: false };
    const recipe = recipeOf({ effects }, catalogs);
    const { photometry } = settleDetector(recipe);
    for (const [, x, y, magnitude] of rows) {
      const window = { x0: Math.round(x) - 200, x1: Math.round(x) + 200, y0: y - 200.4, y1: y + 200.6 };
      const whole = { ...window, y0: Math.round(window.y0), y1: Math.round(window.y1) };
      const sum = meansOf(recipe, catalogs, whole).reduce((a, b) => a + b, 0);
      // Kolmogorov wings leave 2e-4 of the light beyond 200 pixels (r^(-5/3)); the box of the galaxy ends before
      const flux = photometry.electronsAtMagnitudeZero * Math.pow(10, -0.4 * magnitude);
      expect(Math.abs(sum / flux - 1)).toBeLessThan(2e-3);
    }
  });
});

describe('explainPixel', () => {
  it('names what made a pixel, by share', () => {
    const catalogs = [EVERY_KIND];
    const recipe = recipeOf({}, catalogs);
    const pixel = { x: 1012, y: 1209 };
    const explained = explainPixel(recipe, pixel, { kernel, catalogs });
    const window = { x0: pixel.x, x1: pixel.x + 1, y0: pixel.y, y1: pixel.y + 1 };
    const [star, faint] = explained.sources;
    expect(star).toMatchObject({ objectId: 'bright star', model: 'point', method: 'radial', skyEntry: 0 });
    expect(star!.distancePx).toBeCloseTo(Math.hypot(1012 - 1000.3, 1209 - 1200.4), 3);
    expect(star!.distanceArcsec).toBeCloseTo(0.2 * star!.distancePx, 1);
    expect(star!.magnitude).toBe(14);
    expect(faint).toMatchObject({ objectId: 'faint star', method: 'photons' });
    const shares = explained.sources.reduce((sum, { share }) => sum + share, 0);
    expect(shares + explained.skyElectrons / explained.expectedElectrons).toBeCloseTo(1, 6);
    expect(explained.expectedElectrons).toBeCloseTo(meansOf(recipe, catalogs, window)[0]!, 6);
    const cut = simulateCutout(recipe, window, { kernel, catalogs });
    expect(explained.realisedElectrons).toBe(cut.electrons[0]);
    const few = explainPixel(recipe, pixel, { kernel, catalogs, mostSources: 1, raw: false });
    expect(few.raw).toBeUndefined();
    expect(few.sources).toEqual([star]);
    expect(few.otherSources.electrons + star!.electrons).toBeCloseTo(explained.sourceElectrons, 9);
  });

  it('refuses a pixel that is not on the detector', () => {
    const recipe = recipeOf({ sky: [] });
    for (const [x, y] of [
      [4096, 0],
      [-1, 5],
      [0.5, 5],
      [NaN, 5],
    ] as const)
      expect(() => explainPixel(recipe, { x, y }, { kernel, catalogs: [] })).toThrow(
        /is not on R22_S11, which has 4096 x 4004 pixels counted from 0/,
      );
  });

  it(
    'expects the values of the raw file, with the noise that they have, and knows bled charge',
    { timeout: 240_000 },
    async () => {
      const catalogs = [EVERY_KIND];
      const recipe = recipeOf({}, catalogs);
      const { hdus } = openFits(await fileOf(recipe, catalogs, 'raw'));
      const detector = detectorById(94)!;
      const segments = new Map<string, { values: ArrayLike<number | bigint>; nx: number }>();
      const valueAt = async (segment: string, rawX: number, rawY: number): Promise<number> => {
        if (!segments.has(segment)) {
          const hdu = hdus.find(({ name }) => name === segment)!;
          if (hdu.kind !== 'compressed-image') throw new TypeError(segment);
          segments.set(segment, { values: (await readPixels(hdu)).values, nx: hdu.shape[0]! });
        }
        const { values, nx } = segments.get(segment)!;
        return Number(values[rawY * nx + rawX]);
      };
      const memory = new CutoutMemory();
      const deviations: number[] = [];
      let bled = 0;
      for (const x of [0, 400, 511, 512, 999, 1000, 1001, 1040, 2000, 4095])
        for (const y of [0, 1, 290, 1100, 1180, 1190, 1210, 1240, 2001, 2002, 2100, 2110, 3000, 4003]) {
          const { raw } = explainPixel(recipe, { x, y }, { kernel, catalogs, memory });
          const amplifier = amplifierAt(detector, x, y)!;
          expect(raw).toMatchObject({
            amplifier: amplifier.name,
            ...pixel0ToRaw(detector, amplifier, x, y),
          });
          expect(raw!.expectedAdu).toBeLessThan(ADC_MAX_ADU);
          deviations.push(
            ((await valueAt(raw!.segment, raw!.rawX, raw!.rawY)) - raw!.expectedAdu) / raw!.sigmaAdu,
          );
          if (raw!.notes.some((note) => /^(Saturated|Bled into):/.test(note))) bled++;
        }
      expect(bled).toBeGreaterThan(2);
      const n = deviations.length;
      const mean = deviations.reduce((sum, d) => sum + d, 0) / n;
      const variance = deviations.reduce((sum, d) => sum + d * d, 0) / n;
      // of n normal values the mean has the deviation 1 / sqrt(n), the mean square sqrt(2 / n): 4.5 of them
      expect(Math.abs(mean)).toBeLessThan(4.5 / Math.sqrt(n));
      expect(Math.abs(variance - 1)).toBeLessThan(4.5 * Math.sqrt(2 / n));
    },
  );
});
