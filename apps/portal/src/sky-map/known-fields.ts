/** Fields that Rubin observes deeply. */
import type { SkyPosition } from '@imsim-od/astro';

/** A field by name; its centre, ICRS. */
export interface KnownField extends SkyPosition {
  readonly name: string;
}

/** The deep drilling fields (LSST survey strategy; two pointings cover the Euclid field). */
export const KNOWN_FIELDS: readonly KnownField[] = [
  { name: 'COSMOS', raDeg: 150.1, decDeg: 2.18 },
  { name: 'XMM-LSS', raDeg: 35.57, decDeg: -4.82 },
  { name: 'ECDFS', raDeg: 52.98, decDeg: -28.12 },
  { name: 'ELAIS-S1', raDeg: 9.45, decDeg: -44.02 },
  { name: 'EDFS a', raDeg: 58.9, decDeg: -49.32 },
  { name: 'EDFS b', raDeg: 63.6, decDeg: -47.6 },
];
