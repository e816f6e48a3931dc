/** The difference of two images on the wire. */
import Type, { type Static } from 'typebox';

export const ImageDifferenceSchema = Type.Object(
  {
    pixels: Type.Integer(),
    differing: Type.Integer(),
    mean: Type.Number(),
    deviation: Type.Number({ description: 'standard deviation' }),
    rms: Type.Number({ description: 'square root of the mean square' }),
    least: Type.Number(),
    greatest: Type.Number(),
    mostX: Type.Integer({ description: 'where it is largest, FITS pixel of the detector' }),
    mostY: Type.Integer(),
    blocks: Type.Array(Type.Number(), { description: 'means of 16 x 16 blocks of the detector, x fastest' }),
    largestOfBlocks: Type.Array(Type.Number(), {
      description:
        'of each block the difference that is largest without its sign, with its sign; 0 where all is equal',
    }),
  },
  {
    additionalProperties: false,
    description:
      'second minus first in the unit of the images: of e-images all pixels, of raw files the light-sensitive ones',
  },
);

export type ImageDifference = Static<typeof ImageDifferenceSchema>;
