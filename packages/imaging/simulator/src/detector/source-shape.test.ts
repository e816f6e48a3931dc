import { DETECTORS, detectorProjection } from '@imsim-od/camera';
import { MODEL, SourceTableBuilder } from '@imsim-od/sky';
import { describe, expect, it } from 'vitest';
import { mostScalePx, scaleOf, shapeOf } from './source-shape.js';

describe('mostScalePx', () => {
  const builder = new SourceTableBuilder();
  const place = { raDeg: 53, decDeg: -28, magnitude: 20 };
  for (const [g1, g2] of [
    [0, 0],
    [0.3, -0.2],
    [-0.9, 0.1],
  ] as const)
    for (const halfLightRadiusArcsec of [0, 2e-4, 0.0011, 0.5, 9])
      builder.add({
        ...place,
        objectId: `${g1} ${halfLightRadiusArcsec}`,
        model: MODEL.sersic,
        sersicIndex: 1,
        halfLightRadiusArcsec,
        g1,
        g2,
      });
  builder.add({ ...place, objectId: 'star', model: MODEL.point });
  const table = builder.build();

  it('bounds the scale of a galaxy, closely, wherever it falls on the focal plane or beside it', () => {
    for (const detector of DETECTORS.filter(({ id }) => id % 9 === 0 || id === 94)) {
      const projection = detectorProjection(detector, { raDeg: 53, decDeg: -28 }, 31);
      for (const [x, y] of [
        [-600, -600],
        [2000, 2000],
        [4600, 4600],
      ] as const) {
        const jacobian = Float64Array.from(projection.jacobian(x, y));
        for (let row = 0; row < table.length; row++) {
          const exact = scaleOf(shapeOf(table, row, jacobian));
          const most = mostScalePx(table, row);
          if (most === undefined) continue;
          expect(most).toBeGreaterThanOrEqual(exact);
          expect(most).toBeLessThanOrEqual(1.1 * exact);
        }
      }
    }
  });

  it('tells points and galaxies from those that only their place tells', () => {
    const found = Array.from({ length: table.length }, (_, row) => mostScalePx(table, row));
    for (const [row, most] of found.entries()) {
      if (table.model[row] === MODEL.point) expect(most).toBe(0);
      else if (table.halfLightRadiusArcsec[row]! < 0.001) expect(most).toBeUndefined();
      else expect(most).toBeGreaterThan(0);
    }
  });
});
