/** The types of objects that a folder of sky catalogs may hold, and how their files are named where no configuration says. */
import type { NameTemplate } from './name-template.js';

/** How objects of a type are made into sources. */
export type ObjectKind = 'galaxy' | 'diffsky' | 'star' | 'gaia' | 'supernova' | 'mover';

/** What a type is. */
export interface ObjectType {
  readonly kind: ObjectKind;
  /** Names of files with positions, with fluxes and with spectra by time or component; the first is always there. */
  readonly files: NameTemplate;
  readonly fluxFiles?: NameTemplate;
  readonly spectrumFiles?: NameTemplate;
}

const named = (before: string, after = '.parquet'): NameTemplate => ({ before, after });

/** All types, in the order in which they are read. */
export const OBJECT_TYPES: Readonly<Record<string, ObjectType>> = {
  galaxy: { kind: 'galaxy', files: named('galaxy_'), fluxFiles: named('galaxy_flux_') },
  skysim5000: { kind: 'galaxy', files: named('skysim5000_'), fluxFiles: named('skysim5000_flux_') },
  diffsky_galaxy: {
    kind: 'diffsky',
    files: named('galaxy_'),
    fluxFiles: named('galaxy_flux_'),
    spectrumFiles: named('galaxy_sed_', '.hdf5'),
  },
  star: { kind: 'star', files: named('pointsource_'), fluxFiles: named('pointsource_flux_') },
  trilegal: { kind: 'star', files: named('trilegal_'), fluxFiles: named('trilegal_flux_') },
  gaia_star: { kind: 'gaia', files: named('gaia_dr2_20200414_', '_refcats.fits') },
  snana: { kind: 'supernova', files: named('snana_'), spectrumFiles: named('snana_', '.hdf5') },
  sso: { kind: 'mover', files: named('sso_'), fluxFiles: named('sso_flux_') },
};

/** Names of all types. */
export const OBJECT_TYPE_NAMES = Object.keys(OBJECT_TYPES);
