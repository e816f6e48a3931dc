import { angToPixNest, separationDeg } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../request/read-request.js';
import { expandRequest } from './expand-request.js';
import { recipeFootprint } from './footprint.js';

function recipesOf(raDeg: number, decDeg: number, detectors: string) {
  const { request } = readRequest([
    { origin: 'test', document: { pointing: { raDeg, decDeg }, band: 'r', detectors, sky: [] } },
  ]);
  return expandRequest(request, []).recipes;
}

describe('the footprint of a recipe', () => {
  it('is a square of 13.6 arcmin around the boresight for the central detector', () => {
    const [recipe] = recipesOf(53.1, -27.8, 'R22_S11');
    const { centre, corners } = recipeFootprint(recipe!);
    expect(separationDeg(centre, { raDeg: 53.1, decDeg: -27.8 })).toBeLessThan(0.001);
    // 4096 x 4004 (ITL) or 4072 x 4096 (e2v) pixels of 0.2 arcsec.
    const sides = corners.map((corner, i) => separationDeg(corner, corners[(i + 1) % 4]!) * 60);
    for (const side of sides) expect(side).toBeCloseTo(13.6, 0);
  });

  it('covers the whole detector with its cells, across 0 h and near the pole', () => {
    for (const [raDeg, decDeg] of [
      [0.02, 0],
      [200, -89.9],
    ] as const) {
      for (const recipe of recipesOf(raDeg, decDeg, 'R22')) {
        const { centre, corners, hpx8 } = recipeFootprint(recipe);
        const cells = new Set(hpx8);
        for (const { raDeg: ra, decDeg: dec } of [centre, ...corners])
          expect(cells.has(angToPixNest(ra, dec, 8))).toBe(true);
        expect(cells.size).toBeLessThan(20);
      }
    }
  });
});
