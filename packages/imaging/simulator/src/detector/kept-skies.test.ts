import { drawSyntheticSky, haveSameRows } from '@imsim-od/sky';
import { describe, expect, it } from 'vitest';
import { KeptSkies } from './kept-skies.js';

const SKY = { band: 'r', seed: 3, faintIMag: 22, brightestMag: 14, galaxies: true, stars: true } as const;

describe('KeptSkies', () => {
  it('gives the rows that drawing gives, in their order, of cones inside, beside and of other skies', () => {
    const skies = new KeptSkies();
    for (const [raDeg, decDeg, radiusDeg, changes] of [
      [53, -27.5, 0.1, {}],
      [53, -27.5, 0.1, {}],
      [53.005, -27.503, 0.1, {}],
      [53, -27.5, 0.109, {}],
      [53, -27.5, 0.05, {}],
      [53.02, -27.5, 0.1, {}],
      [53, -27.5, 0.1, { seed: 4 }],
      [53, -27.5, 0.1, { faintIMag: 21 }],
      [0.001, 89.99, 0.1, {}],
      [180, 89.995, 0.1, {}],
      [359.999, 0, 0.1, {}],
      [0.002, 0.001, 0.1, {}],
    ] as const) {
      const options = { ...SKY, ...changes, centre: { raDeg, decDeg }, radiusDeg };
      const table = skies.draw(options);
      expect(table.length).toBeGreaterThan(20);
      expect(haveSameRows(table, drawSyntheticSky(options)), JSON.stringify(options)).toBe(true);
      // The caller's own column.
      table.catalog.fill(7);
    }
  });
});
