/** Fields that are known by name: those that Rubin observes deeply, and others. */
import type { SkyPosition } from '@imsim-od/astro';

/** A field by name; its centre, ICRS. */
export interface KnownField extends SkyPosition {
  readonly name: string;
}

/** Radius of the field of view; with it that of a deep field, whose visits lie within 0.2° of its centre (survey-strategy.lsst.io). */
export const FIELD_RADIUS_DEG = 1.75;

/** The deep drilling fields (survey-strategy.lsst.io, since baseline v3.5; two pointings cover the Euclid field). */
export const KNOWN_FIELDS: readonly KnownField[] = [
  { name: 'COSMOS', raDeg: 150.11, decDeg: 2.23 },
  { name: 'XMM-LSS', raDeg: 35.57, decDeg: -4.82 },
  { name: 'ECDFS', raDeg: 52.98, decDeg: -28.12 },
  { name: 'ELAIS-S1', raDeg: 9.45, decDeg: -44.02 },
  { name: 'EDFS a', raDeg: 58.9, decDeg: -49.32 },
  { name: 'EDFS b', raDeg: 63.6, decDeg: -47.6 },
];

/**
 * Fields of Rubin's first data (Data Preview 1, rtn-095 table 1), of the DC2 simulation (LSSTDESC, arXiv:2010.05926), and objects whose places
 * are those of SIMBAD.
 */
export const NAMED_FIELDS: readonly KnownField[] = [
  { name: 'DP1: 47 Tuc', raDeg: 6.02, decDeg: -72.08 },
  { name: 'DP1: ECDFS', raDeg: 53.13, decDeg: -28.1 },
  { name: 'DP1: EDFS', raDeg: 59.1, decDeg: -48.73 },
  { name: 'DP1: Fornax dSph', raDeg: 40, decDeg: -34.45 },
  { name: 'DP1: low ecliptic latitude', raDeg: 37.86, decDeg: 6.98 },
  { name: 'DP1: low Galactic latitude', raDeg: 95, decDeg: -25 },
  { name: 'DP1: Seagull nebula', raDeg: 106.23, decDeg: -10.51 },
  { name: 'DC2: centre', raDeg: 61.863, decDeg: -35.79 },
  { name: 'DC2: deep field', raDeg: 53.125, decDeg: -28.1 },
  { name: 'Large Magellanic Cloud', raDeg: 80.894, decDeg: -69.756 },
  { name: 'Small Magellanic Cloud', raDeg: 13.187, decDeg: -72.829 },
  { name: 'Baade’s window', raDeg: 270.892, decDeg: -30.034 },
  { name: 'Galactic centre', raDeg: 266.417, decDeg: -29.008 },
  { name: 'Omega Centauri', raDeg: 201.697, decDeg: -47.48 },
  { name: 'Fornax cluster', raDeg: 54.616, decDeg: -35.449 },
  { name: 'Virgo cluster', raDeg: 187.706, decDeg: 12.391 },
];
