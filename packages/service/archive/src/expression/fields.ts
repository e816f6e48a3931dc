/** The names that a search expression may use, and what each is in the catalog. */
import { type RawBuilder, sql } from 'kysely';
import { STATE_SQL } from '../dataset.js';

/** What a field holds: texts compare by code point, times are RFC 3339 texts in expressions. */
export type FieldType = 'text' | 'number' | 'time' | 'uuid';

/** A field of a dataset. */
export interface Field {
  readonly type: FieldType;
  readonly column: RawBuilder<unknown>;
  readonly description: string;
}

const field = (type: FieldType, column: string, description: string): Field => ({
  type,
  column: sql.raw(`d.${column}`),
  description,
});

/** Fields by name. */
export const FIELDS: ReadonlyMap<string, Field> = new Map(
  Object.entries({
    id: field('uuid', 'id', 'the dataset'),
    type: field('text', 'type', 'eimage, raw, truth, preview, thumbnail, recipe, catalog, survey'),
    format: field('text', 'format', 'fits, fits.fz, parquet, png, json, csv, sqlite, text'),
    name: field('text', 'name', 'file name'),
    folder: field('text', 'folder', 'folder, from /'),
    ownerId: field('uuid', 'owner', 'user that owns it'),
    runId: field('uuid', 'run_id', 'run that made it'),
    taskIndex: field('number', 'task_index', 'task of the run, 0-based'),
    visit: field('number', 'visit', 'number of the visit'),
    snap: field('number', 'snap', 'snap of the visit, 0-based'),
    band: field('text', 'band', 'u, g, r, i, z or y'),
    physicalFilter: field('text', 'physical_filter', 'filter, such as r_57'),
    detector: field('text', 'detector', 'detector, such as R22_S11'),
    detectorId: field('number', 'detector_id', 'number of the detector, 0 to 204'),
    obsMjdTai: field('number', 'obs_mjd_tai', 'middle of the exposure, MJD TAI'),
    exposureS: field('number', 'exposure_s', 'exposure, seconds'),
    airmass: field('number', 'airmass', 'airmass'),
    seeingArcsec: field('number', 'seeing_arcsec', 'FWHM at 500 nm and the zenith'),
    skyBrightness: field('number', 'sky_brightness', 'AB magnitude per square arcsecond'),
    raDeg: field('number', 'ra_deg', 'right ascension of the detector centre, ICRS'),
    decDeg: field('number', 'dec_deg', 'declination of the detector centre, ICRS'),
    bytes: field('number', 'bytes', 'size of the file'),
    sha256: field('text', 'sha256', 'SHA-256, 64 hexadecimal digits'),
    adler32: field('text', 'adler32', 'Adler-32, 8 hexadecimal digits'),
    recipeHash: field('text', 'recipe_hash', 'hash of the recipe'),
    state: {
      type: 'text',
      column: STATE_SQL,
      description: 'present, dropped, making, missing or corrupt',
    },
    createdAtUtc: field('time', 'created_at', 'when it came into the archive'),
    expiresAtUtc: field('time', 'expires_at', 'when retention takes it'),
  } satisfies Record<string, Field>),
);
