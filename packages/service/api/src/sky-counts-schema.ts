/** Objects of a sky on the wire: how many, on which detectors, how bright. */
import Type from 'typebox';

const strict = { additionalProperties: false };

const MagnitudesSchema = Type.Object(
  {
    band: Type.String({ description: 'of a synthetic sky always i' }),
    firstMag: Type.Number({ description: 'bright edge of the first step' }),
    stepMag: Type.Number(),
    counts: Type.Array(Type.Integer()),
  },
  strict,
);

export const SkyCountsSchema = Type.Object(
  {
    entries: Type.Array(
      Type.Object(
        {
          objects: Type.Integer(),
          magnitudes: MagnitudesSchema,
          countedDetectors: Type.Optional(
            Type.Integer({
              description:
                'detectors, evenly chosen, that stand for all: then the numbers are estimates; absent where all were counted',
            }),
          ),
        },
        strict,
      ),
      { description: 'in the order of the sky' },
    ),
    detectors: Type.Array(Type.Object({ detectorId: Type.Integer(), objects: Type.Integer() }, strict), {
      description: 'of those that were counted whole',
    }),
  },
  {
    ...strict,
    description: 'objects on the detectors of the first request: by model, or counted in the files',
  },
);
