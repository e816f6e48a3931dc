/** What made a pixel, on the wire. */
import Type, { type Static } from 'typebox';
import { strictObject as strict } from './schemas.js';

const Place = Type.Integer({ minimum: 0, maximum: 100_000 });
const Count = Type.Integer({ minimum: 0 });

export const ExplanationQuerySchema = strict({
  x: Type.Integer({ minimum: 0, maximum: 100_000, description: 'column of the CCD, counted from 0' }),
  y: Type.Integer({ minimum: 0, maximum: 100_000, description: 'row of the CCD, counted from 0' }),
  sources: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 100, description: 'sources told one by one; default 10' }),
  ),
});
export const ExplanationSchema = strict({
  detector: Type.String(),
  recipeHash: Type.String(),
  xPixel0: Place,
  yPixel0: Place,
  raDeg: Type.Number(),
  decDeg: Type.Number(),
  sources: Type.Array(
    strict({
      objectId: Type.String(),
      component: Type.String({ description: 'single, disk, bulge or knots' }),
      skyEntry: Count,
      model: Type.String({ description: 'point, sersic, knots, streak or stamp' }),
      magnitude: Type.Number(),
      raDeg: Type.Number(),
      decDeg: Type.Number(),
      xPixel0: Type.Number(),
      yPixel0: Type.Number(),
      distancePx: Type.Number(),
      distanceArcsec: Type.Number(),
      method: Type.String({ description: 'photons, fft or radial' }),
      electrons: Type.Number({ description: 'mean electrons in this pixel' }),
      share: Type.Number({ description: 'of all that is expected in this pixel, 0 to 1' }),
    }),
    { description: 'the sources that leave most, the largest first' },
  ),
  otherSources: strict({ count: Count, electrons: Type.Number() }),
  sourceElectrons: Type.Number(),
  skyElectrons: Type.Number(),
  vignetting: Type.Number({ description: 'share of the light that it leaves; in all electrons already' }),
  expectedElectrons: Type.Number({ description: 'mean of the e-image' }),
  sigmaElectrons: Type.Number(),
  realisedElectrons: Type.Integer({ description: 'of the e-image' }),
  deviationSigma: Type.Union([Type.Number(), Type.Null()]),
  raw: Type.Optional(
    strict({
      amplifier: Type.String(),
      segment: Type.String({ description: 'extension of the raw file' }),
      rawX: Place,
      rawY: Place,
      chargeElectron: Type.Number(),
      darkElectron: Type.Number(),
      gainElectronPerAdu: Type.Number(),
      crosstalkAdu: Type.Number(),
      deferredAdu: Type.Number(),
      biasAdu: Type.Number(),
      readNoiseElectron: Type.Number(),
      fullWellElectron: Type.Number(),
      expectedAdu: Type.Number(),
      sigmaAdu: Type.Number(),
      notes: Type.Array(Type.String(), { description: 'of the raw value alone' }),
    }),
  ),
  notes: Type.Array(Type.String(), { description: 'what is left out or taken otherwise' }),
});

export type Explanation = Static<typeof ExplanationSchema>;
