import { MODEL, SourceTableBuilder } from '@imsim-od/sky';
import { expect, it } from 'vitest';
import { applyOptions } from './entry-options.js';
import { optionRemarks } from './option-remarks.js';

it('leaves out, with a remark, what lensing makes larger or brighter than can be drawn', () => {
  const builder = new SourceTableBuilder();
  const galaxy = { model: MODEL.sersic, raDeg: 53, decDeg: -28, sersicIndex: 1, redshift: 1 };
  builder.add({ ...galaxy, objectId: 'usual', magnitude: 22, halfLightRadiusArcsec: 1 });
  builder.add({ ...galaxy, objectId: 'large', magnitude: 22, halfLightRadiusArcsec: 40 });
  builder.add({ ...galaxy, objectId: 'bright', magnitude: 4, halfLightRadiusArcsec: 1 });
  const lensing = {
    gamma1: 0,
    gamma2: 0,
    kappa: 0.99,
    magnifyFlux: true,
    cosmology: { hubbleKmPerSPerMpc: 70, omegaMatter: 0.3 },
  };
  const { table, counts } = applyOptions(builder.build(), { lensing }, undefined);
  // mu = 1 / 0.01^2: ten magnitudes, and a hundred times the radius.
  expect([...table.objectId]).toEqual(['usual']);
  expect(table.magnitude[0]).toBeCloseTo(12, 9);
  expect(table.halfLightRadiusArcsec[0]).toBeCloseTo(100, 9);
  expect(optionRemarks(2, counts)).toEqual([
    'sky.2: lensing makes some sources brighter than magnitude -5 or larger than a degree; they are left out',
  ]);
});
