import { detectorById, detectorProjection } from '@imsim-od/camera';
import { drawSyntheticSky, MODEL, SourceTableBuilder } from '@imsim-od/sky';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../request/read-request.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import { countSky, joinSkyCounts, scaleSkyCounts } from './count-sky.js';
import { estimateRecipe } from './estimate-recipe.js';
import { expandRequest } from './expand-request.js';

const request = (sky: readonly unknown[], more: object = {}) =>
  readRequest([
    {
      origin: 'test',
      document: {
        pointing: { raDeg: 53, decDeg: -27.5 },
        band: 'r',
        rotTelPosDeg: 20,
        detectors: ['R22_S11', 'R10_S02'],
        sky,
        ...more,
      },
    },
  ]).request;

const loaded = (sources: LoadedSources['sources']): LoadedSources => ({
  path: 'test.csv',
  files: [{ name: 'test.csv', bytes: 1, sha256: '0'.repeat(64) }],
  sources,
  skipped: {},
  notes: [],
});

describe('objects of a sky', () => {
  it.each([
    ['galaxies', { stars: false }],
    ['stars', { galaxies: false }],
  ])('of a synthetic one are as many as are drawn, and as bright: %s', (_kind, options) => {
    const entry = { type: 'synthetic', seed: 3, faintIMag: 25, brightestMag: 14, ...options };
    const { recipes, visit } = expandRequest(request([entry]), []);
    const counted = countSky(recipes, []);
    let drawn = 0;
    const bright = { drawn: 0, counted: 0 };
    for (const { detector } of recipes) {
      const { nx, ny } = detectorById(detector.id)!;
      const projection = detectorProjection(detectorById(detector.id)!, visit, visit.rotSkyPosDeg);
      const centre = projection.pixelToSky(nx / 2, ny / 2);
      const table = drawSyntheticSky({
        band: 'i',
        centre,
        radiusDeg: 0.17,
        seed: 3,
        faintIMag: 25,
        brightestMag: 14,
        galaxies: true,
        stars: true,
        ...options,
      });
      const flux = new Map<string, number>();
      for (let row = 0; row < table.length; row++) {
        const { x, y } = projection.skyToPixel(table.raDeg[row]!, table.decDeg[row]!);
        if (x < -0.5 || y < -0.5 || x >= nx - 0.5 || y >= ny - 0.5) continue;
        const id = table.objectId[row]!;
        flux.set(id, (flux.get(id) ?? 0) + 10 ** (-0.4 * table.magnitude[row]!));
      }
      drawn += flux.size;
      bright.drawn += [...flux.values()].filter((f) => -2.5 * Math.log10(f) < 23).length;
    }
    const [{ objects, magnitudes }] = counted.entries as [(typeof counted.entries)[number]];
    magnitudes.counts.forEach((count, step) => {
      if (magnitudes.firstMag + step * magnitudes.stepMag < 23) bright.counted += count;
    });
    expect(drawn).toBeGreaterThan(100);
    // Poisson, and stars are put into steps of i by one colour for all: 15 % is 0.3 mag of their counts.
    expect(Math.abs(objects / drawn - 1)).toBeLessThan(0.15 + 3 / Math.sqrt(drawn));
    expect(Math.abs(bright.counted / bright.drawn - 1)).toBeLessThan(0.2 + 3 / Math.sqrt(bright.drawn));
    expect(counted.detectors.reduce((sum, { objects: n }) => sum + n, 0) / objects).toBeCloseTo(1, 2);
    // The estimate counts components near the chips, a galaxy as two.
    const estimated = recipes.reduce((sum, recipe) => sum + estimateRecipe(recipe, 0, []).sources, 0);
    const components = 'stars' in options ? 2 : 1;
    expect(Math.abs(estimated / components / drawn - 1)).toBeLessThan(0.25);
  });

  it('of a file are those on the chosen detectors, components together, and cut by the entry’s limits', () => {
    const builder = new SourceTableBuilder();
    const { visit } = expandRequest(request([{ type: 'synthetic' }]), []);
    const at = (name: number, x: number, y: number, objectId: string, magnitude: number): void => {
      const projection = detectorProjection(detectorById(name)!, visit, visit.rotSkyPosDeg);
      builder.add({ objectId, model: MODEL.point, magnitude, ...projection.pixelToSky(x, y) });
    };
    const { nx, ny } = detectorById(94)!;
    at(94, 0, 0, 'corner', 20.1);
    at(94, -2, 10, 'outside by two pixels', 20.1);
    at(94, nx - 1, ny - 1, 'other corner', 21.3);
    // Two components of 19.0 are one object of 18.25.
    at(94, 100, 100, 'galaxy', 19);
    at(94, 100, 100, 'galaxy', 19);
    at(95, 100, 100, 'a detector that is not chosen', 20);
    const other = expandRequest(request([{ type: 'synthetic' }], { detectors: 'R10_S02' }), []).recipes[0]!;
    at(other.detector.id, 2000, 2000, 'elsewhere', 24.9);
    builder.add({ objectId: 'antipode', model: MODEL.point, magnitude: 20, raDeg: 233, decDeg: 27.5 });
    const table = builder.build();
    const entry = { type: 'table', path: 'test.csv' };
    const counted = (sky: readonly unknown[]) => {
      const inputs = sky.map(() => loaded(table));
      return countSky(expandRequest(request(sky), inputs).recipes, inputs);
    };
    const plain = counted([entry]);
    expect(plain.entries).toEqual([
      {
        objects: 4,
        magnitudes: {
          band: 'r',
          firstMag: 18,
          stepMag: 0.5,
          counts: [1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1],
        },
      },
    ]);
    expect(new Map(plain.detectors.map(({ detectorId, objects }) => [detectorId, objects]))).toEqual(
      new Map([
        [94, 3],
        [other.detector.id, 1],
      ]),
    );
    const parts = expandRequest(request([entry]), [loaded(table)]).recipes.map((recipe) =>
      countSky([recipe], [loaded(table)]),
    );
    expect(joinSkyCounts(parts)).toEqual(plain);
    const both = counted([entry, { ...entry, magnitudeLimits: { faintest: 20 } }]);
    expect(both.entries.map(({ objects }) => objects)).toEqual([4, 1]);
    // Displaced by 40 pixels, what stood at the edges is gone or has come in.
    expect(counted([{ ...entry, offset: { eastArcsec: 8, northArcsec: 0 } }]).entries[0]?.objects).not.toBe(
      4,
    );
  });

  it('of some detectors stand for all in the entries that were sampled, and in no others', () => {
    const magnitudes = (counts: readonly number[]) => ({
      band: 'r' as const,
      firstMag: 20,
      stepMag: 0.5,
      counts,
    });
    const onDetectors = (ids: readonly number[]) => ids.map((detectorId) => ({ detectorId, objects: 9 }));
    const exact = {
      entries: [
        { objects: 40, magnitudes: magnitudes([40]) },
        { objects: 0, magnitudes: magnitudes([]) },
      ],
      detectors: onDetectors([1, 2, 3, 4, 5, 6]),
    };
    const sample = {
      entries: [
        { objects: 14, magnitudes: magnitudes([14]) },
        { objects: 5, magnitudes: magnitudes([2, 0, 3]) },
      ],
      detectors: onDetectors([2, 5]),
    };
    expect(scaleSkyCounts(exact, sample, (entry) => entry === 1)).toEqual({
      entries: [
        { objects: 40, magnitudes: magnitudes([40]) },
        { objects: 15, magnitudes: magnitudes([6, 0, 9]), countedDetectors: 2 },
      ],
      detectors: onDetectors([2, 5]),
    });
  });
});
