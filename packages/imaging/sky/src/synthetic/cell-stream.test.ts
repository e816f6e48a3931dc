import { pixelAreaDeg2 } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import { ITEMS_PER_SHELL, POPULATION, shellOf, syntheticObjectId } from './cell-stream.js';
import { starCountsPerDeg2 } from './star-density.js';
import { drawSyntheticSky, GALAXY_CELL_ORDER, STAR_CELL_ORDER } from './synthetic-sky.js';

const SHELLS = shellOf(31.2) + 1;

describe('identifiers of the synthetic sky', () => {
  it('have room for every star of the densest cells of the Galaxy, to the faintest limit', () => {
    let most = 0;
    for (let raDeg = 255; raDeg < 280; raDeg += 0.5) {
      for (let decDeg = -40; decDeg < -15; decDeg += 0.5) {
        most = Math.max(most, ...starCountsPerDeg2(raDeg, decDeg, SHELLS));
      }
    }
    const perCell = most * pixelAreaDeg2(STAR_CELL_ORDER);
    // The model's centre of the Galaxy has no bulge: tens of thousands, not less.
    expect(perCell).toBeGreaterThan(30_000);
    expect(perCell + 10 * Math.sqrt(perCell)).toBeLessThan(ITEMS_PER_SHELL);
  });

  it('stay below 2^53 in the last cell of either order', () => {
    for (const [population, order] of [
      [POPULATION.galaxies, GALAXY_CELL_ORDER],
      [POPULATION.stars, STAR_CELL_ORDER],
    ] as const) {
      const last = syntheticObjectId(population, 12 * 4 ** order - 1, SHELLS, ITEMS_PER_SHELL - 1);
      expect(Number.isSafeInteger(Number(last)), last).toBe(true);
      expect(String(BigInt(last) % 4n)).toBe(String(population));
    }
  });

  it('are one for each star at the Galactic centre', () => {
    const { objectId, length } = drawSyntheticSky({
      band: 'i',
      centre: { raDeg: 266.4, decDeg: -28.9 },
      radiusDeg: 0.01,
      brightestMag: 22,
      faintIMag: 27,
      galaxies: false,
    });
    expect(length).toBeGreaterThan(20_000);
    expect(new Set(objectId).size).toBe(length);
  });
});
