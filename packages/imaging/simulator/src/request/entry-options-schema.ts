/** What every entry of the sky may say of its own sources: where they lie, how bright they may be, what lenses them. */
import Type, { type Static } from 'typebox';
import { strictObject } from './strict-object.js';

const HaloSchema = strictObject(
  {
    raDeg: Type.Number({ minimum: 0, exclusiveMaximum: 360, description: 'centre, ICRS' }),
    decDeg: Type.Number({ minimum: -90, maximum: 90, description: 'centre, ICRS' }),
    redshift: Type.Number({ minimum: 0.001, maximum: 10, description: 'of the halo' }),
    massM200c: Type.Number({
      minimum: 1e9,
      maximum: 1e16,
      description: 'solar masses inside the radius of 200 times the critical density at its redshift',
    }),
    concentration: Type.Number({ minimum: 0.1, maximum: 100, description: 'r200 over the scale radius' }),
    deflect: Type.Boolean({
      default: true,
      description: 'positions are unlensed ones and are displaced; false where they are those of the images',
    }),
  },
  { description: 'a halo of the profile of Navarro, Frenk and White' },
);

const LensMapSchema = strictObject(
  {
    path: Type.String({
      minLength: 1,
      description: 'FITS images KAPPA, GAMMA1, GAMMA2 with a TAN WCS, or a table of HEALPix cells',
    }),
    axes: Type.Union(
      [
        Type.Literal('westNorth'),
        Type.Literal('eastNorth'),
        Type.Literal('northEast'),
        Type.Literal('southEast'),
        Type.Literal('pixel'),
      ],
      {
        default: 'westNorth',
        description:
          "axes of the map's shear, x first: westNorth (as GalSim), eastNorth, northEast (IAU), southEast (HEALPix), or pixel, the image's own",
      },
    ),
    nside: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 16_384, description: 'of HEALPix cells, a power of two' }),
    ),
    ordering: Type.Optional(
      Type.Union([Type.Literal('nested'), Type.Literal('ring')], { description: 'of HEALPix cells' }),
    ),
    redshifts: Type.Optional(
      strictObject(
        {
          lens: Type.Number({ minimum: 0.001, maximum: 10 }),
          source: Type.Number({ minimum: 0.001, maximum: 20 }),
        },
        {
          description:
            'of the mass and of the sources that the map is for: others are lensed by D_ls / D_s, those in front not at all',
        },
      ),
    ),
  },
  { description: 'a map of convergence and shear' },
);

const LensingSchema = strictObject(
  {
    gamma1: Type.Number({
      minimum: -1,
      maximum: 1,
      default: 0,
      description: 'constant shear along +u (West), GalSim sign',
    }),
    gamma2: Type.Number({
      minimum: -1,
      maximum: 1,
      default: 0,
      description: 'constant shear at 45 deg from +u towards +v (North)',
    }),
    kappa: Type.Number({ minimum: -10, maximum: 0.99, default: 0, description: 'constant convergence' }),
    halos: Type.Optional(Type.Array(HaloSchema, { maxItems: 64, description: 'halos, in any order' })),
    map: Type.Optional(LensMapSchema),
    magnifyFlux: Type.Boolean({ default: true, description: 'the magnification multiplies the flux, too' }),
    cosmology: strictObject(
      {
        hubbleKmPerSPerMpc: Type.Number({ minimum: 10, maximum: 200, default: 70 }),
        omegaMatter: Type.Number({ minimum: 0, maximum: 1, default: 0.3 }),
      },
      { default: {}, description: 'a flat universe with a cosmological constant' },
    ),
  },
  {
    description:
      'lensing of galaxies besides what their catalog holds: reduced shear, sizes and fluxes magnified, positions displaced by halos',
  },
);

/** The options, to be spread into the schema of an entry. */
export const entryOptions = {
  magnitudeLimits: Type.Optional(
    strictObject(
      {
        brightest: Type.Optional(Type.Number({ minimum: -30, maximum: 50 })),
        faintest: Type.Optional(Type.Number({ minimum: -30, maximum: 50 })),
      },
      {
        description:
          "AB magnitudes in the visit's band, lensing applied, that an object's components together must lie between",
      },
    ),
  ),
  offset: Type.Optional(
    strictObject(
      {
        eastArcsec: Type.Number({ minimum: -3600, maximum: 3600, default: 0 }),
        northArcsec: Type.Number({ minimum: -3600, maximum: 3600, default: 0 }),
      },
      { description: 'displacement of all positions on the sky, before any lensing' },
    ),
  ),
  lensing: Type.Optional(LensingSchema),
};

/** What an entry may say of its sources, whatever its type. */
export type EntryOptions = Static<Type.TObject<typeof entryOptions>>;

/** Lensing as requested. */
export type Lensing = Static<typeof LensingSchema>;

/** A map of lensing as requested. */
export type LensMapRequest = Static<typeof LensMapSchema>;

/** Two entries' objects count as the same one. */
export const DuplicatesSchema = strictObject(
  {
    withinArcsec: Type.Number({ minimum: 0, maximum: 60, default: 0.5, description: 'largest distance' }),
    withinMag: Type.Number({ minimum: 0, maximum: 50, default: 0.5, description: 'largest difference' }),
    drop: Type.Boolean({
      default: false,
      description: 'leave out the one of the later entry; else both are drawn and counted',
    }),
  },
  {
    description: 'objects that stand in two entries of the sky: in the same place, and as bright',
  },
);

/** When two objects count as one. */
export type Duplicates = Static<typeof DuplicatesSchema>;
