/** Light profiles and the tables the kernel draws them with. */
export { sersicB, sersicMoment, sersicOuterRadius, sersicRadius, sersicTransform } from './sersic-profile.js';
export { checkPsfModel, psfEncircledEnergy, psfFwhmPx, psfTransform, type PsfModel } from './psf-model.js';
export {
  makePsfRadialTable,
  makePsfRadiusTable,
  makePsfTables,
  makePsfTransformTable,
  scaleRadiusTable,
  type PsfTables,
} from './psf-tables.js';
export { generateProfileTables, readProfileTables, type ProfileTables } from './profile-tables.js';
export {
  PSF_TRANSFORM_BINS,
  PSF_TRANSFORM_MIN_EXPONENT,
  RADIAL_BINS,
  RADIAL_MIN_EXPONENT,
  RADIUS_TABLE_FLOATS,
  SERSIC_TRANSFORM_BINS,
  SERSIC_TRANSFORM_MIN_EXPONENT,
} from './table-bins.js';
export { ProfileParameterError, ProfileTablesError } from './profile-error.js';
