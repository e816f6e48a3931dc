/**
 * The quantities that a table can give, the names that columns of them usually have, and what their units may be. Names are
 * compared without case and without what is neither letter nor digit: `RA_ICRS`, `raIcrs` and `ra icrs` are the same.
 */
import type { Band } from '@imsim-od/astro';

/** The kind of a quantity decides which units it may have. */
export type QuantityKind =
  | 'text'
  | 'angle'
  | 'size'
  | 'magnitude'
  | 'extinction'
  | 'number'
  | 'time'
  | 'properMotion'
  | 'parallax'
  | 'velocity'
  | 'rate';

interface QuantityFacts {
  readonly kind: QuantityKind;
  /** Names recognised, the first found winning; `{band}` stands for the visit's band. */
  readonly names: readonly string[];
  readonly meaning: string;
}

/** All quantities, by the key that a request gives them. */
export const QUANTITIES = {
  id: {
    kind: 'text',
    names: ['id', 'objectid', 'objid', 'sourceid', 'galaxyid', 'starid', 'source', 'name', 'uniqueid'],
    meaning: 'identifier, at most 64 characters; default: the number of the row',
  },
  ra: {
    kind: 'angle',
    names: ['ra', 'raj2000', 'raicrs', 'radeg', 'coordra', 'rightascension', 'raobj', 'alpha', 'alphaj2000'],
    meaning: 'ICRS right ascension; default unit deg',
  },
  dec: {
    kind: 'angle',
    names: [
      'dec',
      'decj2000',
      'dej2000',
      'decicrs',
      'deicrs',
      'decdeg',
      'dedeg',
      'coorddec',
      'declination',
      'decl',
      'delta',
      'deltaj2000',
    ],
    meaning: 'ICRS declination; default unit deg',
  },
  mag: {
    kind: 'magnitude',
    names: [
      'mag{band}',
      '{band}mag',
      'maglsst{band}',
      'mag{band}lsst',
      'lsst{band}',
      'magtrue{band}',
      '{band}ab',
      'mag',
      'magnitude',
      'magab',
    ],
    meaning:
      "AB magnitude above the atmosphere in the visit's band; default unit mag, or a flux in nJy to Jy",
  },
  sed: {
    kind: 'text',
    names: ['sed', 'sedfile', 'sedfilename', 'sedfilepath', 'sedpath', 'sedname'],
    meaning: 'SED file of a library, with magnorm: the magnitude where the row has no mag',
  },
  magnorm: {
    kind: 'magnitude',
    names: ['magnorm', 'magnorm500', 'mag500nm'],
    meaning:
      'AB magnitude of the SED at 500 nm, at rest and before dust; default unit mag, or a flux in nJy to Jy',
  },
  kind: {
    kind: 'text',
    names: ['kind', 'type', 'objecttype', 'objtype', 'class', 'morphology', 'model'],
    meaning:
      'point (star, psf), sersic (galaxy) or stamp; default: stamp where the row names one, sersic where it has a size, else point',
  },
  sersicIndex: {
    kind: 'number',
    names: ['sersicindex', 'sersicn', 'sersic', 'nsersic', 'n'],
    meaning: 'Sersic index, 0.3 to 6.2, taken to the nearest 0.05; default 1',
  },
  halfLightRadius: {
    kind: 'size',
    names: ['halflightradius', 'hlr', 'halflightradiusarcsec', 'reff', 're', 'effectiveradius', 'sizetrue'],
    meaning: 'half-light radius of the circle of the same area, sqrt(a b); default unit arcsec',
  },
  semiMajor: {
    kind: 'size',
    names: ['semimajor', 'semimajoraxis', 'a', 'ahlr', 'majoraxis', 'smajor', 'sizemajor'],
    meaning: 'semi-major axis of the half-light ellipse; default unit arcsec',
  },
  semiMinor: {
    kind: 'size',
    names: ['semiminor', 'semiminoraxis', 'b', 'bhlr', 'minoraxis', 'sminor', 'sizeminor', 'sizeminortrue'],
    meaning: 'semi-minor axis of the half-light ellipse; default unit arcsec',
  },
  axisRatio: {
    kind: 'number',
    names: ['axisratio', 'q', 'ba', 'boa'],
    meaning: 'b / a, above 0 to 1',
  },
  ellipticity: {
    kind: 'number',
    names: ['ellipticity', 'flattening'],
    meaning: '1 - b / a, 0 to below 1, as SourceExtractor states it',
  },
  positionAngle: {
    kind: 'angle',
    names: ['positionangle', 'pa', 'posangle', 'thetaj2000', 'positionangletrue'],
    meaning: 'position angle of the long axis, North through East; default unit deg, default 0',
  },
  g1: {
    kind: 'number',
    names: ['g1', 'e1', 'gint1', 'shape1'],
    meaning: 'shape as reduced shear (1 - q) / (1 + q) along West-East (GalSim: +u West, +v North)',
  },
  g2: {
    kind: 'number',
    names: ['g2', 'e2', 'gint2', 'shape2'],
    meaning: 'shape as reduced shear, component along North-West to South-East',
  },
  gamma1: {
    kind: 'number',
    names: ['gamma1', 'shear1', 'gamma1true'],
    meaning: "lensing shear, GalSim's sign; default 0",
  },
  gamma2: {
    kind: 'number',
    names: ['gamma2', 'shear2', 'gamma2true'],
    meaning: "lensing shear, GalSim's sign (an instance catalog's is the opposite); default 0",
  },
  kappa: { kind: 'number', names: ['kappa', 'convergence'], meaning: 'lensing convergence; default 0' },
  mu: { kind: 'number', names: ['mu', 'magnification'], meaning: 'lensing magnification, instead of kappa' },
  redshift: {
    kind: 'number',
    names: ['redshift', 'redshifttrue', 'ztrue', 'zspec', 'zcosmo'],
    meaning: 'redshift, 0 to 20: of the SED; for the record where mag gives the light; default 0',
  },
  epoch: {
    kind: 'time',
    names: ['epoch', 'epochmjdtai', 'epochmjd', 'refepoch', 'mjdtai', 'mjd'],
    meaning:
      'when the position holds: MJD TAI, or a Julian year from 1900 to 2100; default J2000, and the middle of the exposure for rates',
  },
  pmRa: {
    kind: 'properMotion',
    names: ['pmra', 'pmracosdec', 'pmracosd', 'mura', 'pmramasperyr'],
    meaning: 'proper motion in right ascension times cos(declination); default unit mas/yr, default 0',
  },
  pmDec: {
    kind: 'properMotion',
    names: ['pmdec', 'pmde', 'mudec', 'pmdecmasperyr'],
    meaning: 'proper motion in declination; default unit mas/yr, default 0',
  },
  parallax: {
    kind: 'parallax',
    names: ['parallax', 'plx', 'parallaxmas'],
    meaning: 'parallax; default unit mas, default 0',
  },
  radialVelocity: {
    kind: 'velocity',
    names: ['radialvelocity', 'vrad'],
    meaning: 'radial velocity, away from the Sun; counts with a parallax; default unit km/s, default 0',
  },
  rateRa: {
    kind: 'rate',
    names: ['ratera', 'rarate', 'ratedegperdayra'],
    meaning:
      'rate in right ascension times cos(declination) of an object that moves during the exposure; default unit deg/d',
  },
  rateDec: {
    kind: 'rate',
    names: ['ratedec', 'decrate', 'ratedegperdaydec'],
    meaning: 'rate in declination of an object that moves during the exposure; default unit deg/d',
  },
  av: {
    kind: 'extinction',
    names: ['av', 'mwav', 'galacticav', 'avmw'],
    meaning:
      'Galactic A_V, 0 to 100, that dims the source; leave it out where the magnitude holds it; default 0',
  },
  rv: {
    kind: 'number',
    names: ['rv', 'mwrv', 'galacticrv', 'rvmw'],
    meaning: 'Galactic R_V, 2 to 6; default 3.1',
  },
  dustLaw: {
    kind: 'text',
    names: ['dustlaw', 'galacticdustlaw', 'galacticextinctionmodel'],
    meaning: 'law of the Galactic dust: F19, CCM or calzetti, or none; default F19',
  },
  internalAv: {
    kind: 'extinction',
    names: ['internalav', 'avinternal', 'hostav'],
    meaning: 'A_V, 0 to 100, of dust inside the source, at rest; of the SED alone; default 0',
  },
  internalRv: {
    kind: 'number',
    names: ['internalrv', 'rvinternal', 'hostrv'],
    meaning: 'R_V of the dust inside, 2 to 6; default 3.1',
  },
  internalDustLaw: {
    kind: 'text',
    names: ['internaldustlaw', 'hostdustlaw', 'internalextinctionmodel'],
    meaning: 'law of the dust inside: CCM, calzetti or F19, or none; default CCM',
  },
  stamp: {
    kind: 'text',
    names: ['stamp', 'stampfile', 'fitsstamp'],
    meaning:
      'FITS image of the source, a file of stampFolder; drawn as it is, its pixels summing to the magnitude',
  },
  stampPixelScale: {
    kind: 'size',
    names: ['stamppixelscale', 'stamppixel', 'stampscale', 'pixelscale'],
    meaning: 'size of a pixel of the stamp; default unit arcsec',
  },
} as const satisfies Readonly<Record<string, QuantityFacts>>;

/** A key of `QUANTITIES`. */
export type Quantity = keyof typeof QUANTITIES;
/** All keys, in the order of the documentation. */
export const QUANTITY_NAMES = Object.keys(QUANTITIES) as readonly Quantity[];

/** A column's name without case, blanks and punctuation. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** The names that are recognised for a quantity in a band, in order of preference, plain. */
export function knownNames(quantity: Quantity, band: Band): readonly string[] {
  return QUANTITIES[quantity].names.map((name) => name.replace('{band}', band));
}
