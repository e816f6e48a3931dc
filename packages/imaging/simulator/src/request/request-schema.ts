/**
 * The request: what to observe, in the words of the field, with the unit in every name.
 *
 * One schema serves YAML files, JSON, the command line's `--set` and, later, the HTTP API. Only the pointing and the band
 * are required; every default stands here and nowhere else. Validation converts nothing and removes nothing.
 */
import { OBJECT_TYPE_NAMES, QUANTITIES, QUANTITY_NAMES, type Quantity } from '@imsim-od/sky';
import Type, { type Static } from 'typebox';
import { DuplicatesSchema, entryOptions } from './entry-options-schema.js';
import { strictObject } from './strict-object.js';

const SyntheticSkySchema = strictObject(
  {
    type: Type.Literal('synthetic'),
    seed: Type.Integer({
      minimum: 0,
      maximum: 0xffffffff,
      default: 1,
      description: 'which synthetic universe',
    }),
    brightestMag: Type.Number({
      minimum: 8,
      maximum: 30,
      default: 14,
      description: 'bright limit of stars and galaxies in i',
    }),
    faintIMag: Type.Number({
      minimum: 14,
      maximum: 29,
      default: 26,
      description: 'faint limit of stars and galaxies in i',
    }),
    galaxies: Type.Boolean({ default: true, description: 'whether galaxies are drawn' }),
    stars: Type.Boolean({ default: true, description: 'whether stars are drawn' }),
    ...entryOptions,
  },
  { description: 'galaxies and stars of a synthetic population, the same at every epoch and in every band' },
);

const InstanceCatalogSchema = strictObject(
  {
    type: Type.Literal('instanceCatalog'),
    path: Type.String({ minLength: 1, description: 'file, relative to the request' }),
    internalDust: Type.Boolean({
      default: true,
      description: 'dust inside the sources dims them; imSim passes over it',
    }),
    galacticDust: Type.Union([Type.Literal('F19'), Type.Literal('named')], {
      default: 'F19',
      description: 'curve of Galactic dust: F19 whatever the catalog names, as imSim, or the named one',
    }),
    strict: Type.Boolean({
      default: false,
      description: 'a faulty object fails the run instead of being skipped',
    }),
    ...entryOptions,
  },
  { description: 'an instance catalog as PhoSim and imSim read it' },
);

const columnChoice = (quantity: Quantity) =>
  Type.Optional(
    Type.Union(
      [
        Type.String({ minLength: 1 }),
        strictObject({
          column: Type.Optional(Type.String({ minLength: 1 })),
          unit: Type.Optional(Type.String()),
        }),
      ],
      { description: `column, or { column, unit }: ${QUANTITIES[quantity].meaning}` },
    ),
  );

const TableSchema = strictObject(
  {
    type: Type.Literal('table'),
    path: Type.String({ minLength: 1, description: 'file, relative to the request' }),
    format: Type.Optional(
      Type.Union(
        [Type.Literal('csv'), Type.Literal('parquet'), Type.Literal('fits'), Type.Literal('votable')],
        { description: 'csv, parquet, fits or votable; default: told by the content' },
      ),
    ),
    table: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'which table of a FITS file or VOTable: its name, or its number from 1; default the first',
      }),
    ),
    columns: Type.Optional(
      strictObject(
        Object.fromEntries(QUANTITY_NAMES.map((quantity) => [quantity, columnChoice(quantity)])) as Record<
          Quantity,
          ReturnType<typeof columnChoice>
        >,
        { description: 'columns and units that differ from the usual names and from what the file says' },
      ),
    ),
    lightCurves: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "table of light curves (id, mjd TAI, band, mag), relative to the table's folder: magnitudes of the sources that it names",
      }),
    ),
    stampFolder: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'folder of the stamps that rows name, relative to the request; default the folder of the table',
      }),
    ),
    epoch: Type.Optional(
      Type.Number({
        minimum: 1900,
        maximum: 88_069,
        description:
          'when positions hold whose row gives no epoch: MJD TAI, or a Julian year from 1900 to 2100; default J2000, for rates the exposure',
      }),
    ),
    magnitudesFrom: Type.Optional(
      Type.Union([Type.Literal('columns'), Type.Literal('spectra')], {
        description:
          'light of rows that have both a magnitude and an SED with magnorm: columns, the magnitude (the default), or spectra',
      }),
    ),
    unlensedMagnitudes: Type.Boolean({
      default: false,
      description: 'magnitudes are those before lensing: the flux is multiplied by the magnification',
    }),
    strict: Type.Boolean({
      default: false,
      description: 'a faulty row fails the run instead of being skipped',
    }),
    ...entryOptions,
  },
  { description: 'a table of sources: CSV, Parquet, FITS or VOTable' },
);

const SkyCatalogsSchema = strictObject(
  {
    type: Type.Literal('skyCatalogs'),
    path: Type.String({
      minLength: 1,
      description: 'folder, or the configuration in it, relative to the request',
    }),
    config: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'name of the configuration in the folder; default skyCatalog.yaml, or the only one',
      }),
    ),
    objectTypes: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        uniqueItems: true,
        description: `types to read, of ${OBJECT_TYPE_NAMES.join(', ')}; default all of the folder`,
      }),
    ),
    fluxes: Type.Union([Type.Literal('files'), Type.Literal('spectra')], {
      default: 'files',
      description: 'light by the files of fluxes where they are there, or always by magnorm and spectrum',
    }),
    fluxThroughputs: Type.Optional(
      Type.Union([Type.Literal('baseline-1.9'), Type.Literal('galsim')], {
        description:
          'throughputs that the files of fluxes were made with; default what they say, else baseline-1.9',
      }),
    ),
    strict: Type.Boolean({
      default: false,
      description: 'a faulty row fails the run instead of being skipped',
    }),
    ...entryOptions,
  },
  { description: 'a folder of sky catalogs (LSSTDESC/skyCatalogs): Parquet by HEALPix cell' },
);

const effect = (label: string) => Type.Boolean({ default: true, description: label });

/** The effects that can be switched, each with the line that says what it does. */
export const EffectsSchema = strictObject({
  background: effect('sky light at the requested or computed brightness, with its Poisson noise'),
  vignetting: effect('light lost towards the edge of the field, for sources and sky'),
  chargeDiffusion: effect(
    '4.4 um Gaussian spread of charge on its way to the gates, a part of the camera term of the PSF; off is narrower',
  ),
  bleed: effect('charge above full well runs along the column; e2v stops at mid-height'),
  darkCurrent: effect('0.02 electrons per second and pixel over exposure and read-out'),
  crosstalk: effect('a little of each amplifier seen in its neighbours'),
  chargeTransferInefficiency: effect('1e-6 of the charge left behind at each parallel and serial transfer'),
  readNoise: effect('Gaussian noise of each amplifier'),
});

/** Products that can be asked for. */
export const PRODUCTS = ['eimage', 'raw', 'truth', 'preview'] as const;

/** One product's name. */
export type Product = (typeof PRODUCTS)[number];

const ProductSchema = Type.Union([
  Type.Literal('eimage'),
  Type.Literal('raw'),
  Type.Literal('truth'),
  Type.Literal('preview'),
]);

/** Schema of a request; see the module's head. */
export const RequestSchema = strictObject({
  pointing: strictObject(
    {
      raDeg: Type.Number({
        minimum: 0,
        exclusiveMaximum: 360,
        description: 'boresight right ascension, ICRS',
      }),
      decDeg: Type.Number({ minimum: -90, maximum: 90, description: 'boresight declination, ICRS' }),
    },
    { description: 'where the telescope points' },
  ),
  band: Type.Union(
    [
      Type.Literal('u'),
      Type.Literal('g'),
      Type.Literal('r'),
      Type.Literal('i'),
      Type.Literal('z'),
      Type.Literal('y'),
    ],
    { description: 'u, g, r, i, z or y' },
  ),
  visitId: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 1,
    description: 'number of the visit; one such as 2025042500123 holds its night and sequence number',
  }),
  sequenceNumber: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 99_999,
      description:
        'sequence number of the night, of the first snap; default: that in visitId, else visitId times snaps, modulo 100000',
    }),
  ),
  obsMjdTai: Type.Optional(
    Type.Number({
      minimum: 51_544,
      maximum: 88_069,
      description: 'middle of the visit, MJD TAI; default: a dark transit of the field',
    }),
  ),
  airmass: Type.Optional(Type.Number({ minimum: 1, maximum: 5, description: 'instead of a time' })),
  altitudeDeg: Type.Optional(Type.Number({ minimum: 5, maximum: 90, description: 'instead of a time' })),
  azimuthDeg: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 360,
      description: 'of the boresight, North through East; with altitudeDeg and obsMjdTai',
    }),
  ),
  rotTelPosDeg: Type.Optional(
    Type.Number({ minimum: -360, maximum: 360, description: 'rotator angle; default 0' }),
  ),
  rotSkyPosDeg: Type.Optional(
    Type.Number({
      minimum: -360,
      maximum: 360,
      description: 'position angle of the focal plane +y axis, North through East (ROTPA)',
    }),
  ),
  rotationConvention: Type.Union([Type.Literal('lsstCam'), Type.Literal('dc2')], {
    default: 'lsstCam',
    description:
      'dc2: rotSkyPosDeg is the ROTANGLE of the DC2 era, and the boresight rotation is 90 deg minus it',
  }),
  exposureS: Type.Number({
    minimum: 0.1,
    maximum: 3600,
    default: 30,
    description: 'shutter-open time of the whole visit',
  }),
  snaps: Type.Integer({
    minimum: 1,
    maximum: 10,
    default: 1,
    description: 'exposures the visit is split into',
  }),
  seeingFwhm500Arcsec: Type.Number({
    minimum: 0.1,
    maximum: 5,
    default: 0.65,
    description: 'FWHM of the atmosphere at 500 nm and the zenith',
  }),
  skyBrightnessMagPerArcsec2: Type.Optional(
    Type.Number({
      minimum: 10,
      maximum: 30,
      description: 'sky surface brightness at the boresight, AB; default: by skyModel',
    }),
  ),
  skyBrightnessFrom: Type.Optional(
    Type.Literal('scheduler', {
      description: 'where the given brightness came from, for the record; with skyBrightnessMagPerArcsec2',
    }),
  ),
  skyModel: Type.Union([Type.Literal('computed'), Type.Literal('dark')], {
    default: 'computed',
    description: 'sky where no brightness is given: computed from airmass, Moon and twilight, or dark',
  }),
  detectors: Type.Union(
    [
      Type.String({ minLength: 1 }),
      Type.Integer({ minimum: 0 }),
      Type.Array(Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 0 })]), { minItems: 1 }),
    ],
    {
      default: 'R22_S11',
      description: 'names, rafts, patterns (R22_S*), ids, ranges (90..98), all, guiders',
    },
  ),
  sky: Type.Array(Type.Union([SyntheticSkySchema, InstanceCatalogSchema, TableSchema, SkyCatalogsSchema]), {
    minItems: 0,
    maxItems: 64,
    default: [{ type: 'synthetic' }],
    description: 'what is on the sky: entries add up',
  }),
  sedDir: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'folder of SED files (the CatSim library), or a tar archive of one, relative to the request; to a service library:NAME or dataset:ID; default: SIMS_SED_LIBRARY_DIR, else colours by family',
    }),
  ),
  duplicates: Type.Optional(DuplicatesSchema),
  effects: EffectsSchema,
  products: Type.Array(ProductSchema, {
    minItems: 1,
    uniqueItems: true,
    default: [...PRODUCTS],
    description: 'files to make: eimage, raw, truth, preview',
  }),
  seed: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 0xffffffff,
      description:
        'seed of photons and noise, which differ from visit to visit all the same; default: visitId, modulo 2^32',
    }),
  ),
});

/** A valid request with every default filled in. */
export type Request = Static<typeof RequestSchema>;

/** One entry of a request's sky. */
export type SkyEntry = Request['sky'][number];

/** A synthetic population as requested. */
export type SyntheticSky = Static<typeof SyntheticSkySchema>;

/** An instance catalog as requested. */
export type InstanceCatalogSky = Static<typeof InstanceCatalogSchema>;

/** A table of sources as requested. */
export type TableSky = Static<typeof TableSchema>;

/** A folder of sky catalogs as requested. */
export type SkyCatalogsSky = Static<typeof SkyCatalogsSchema>;

/** Which effects are on. */
export type Effects = Static<typeof EffectsSchema>;
