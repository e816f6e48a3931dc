/** A dataset: one file, what it shows, whose it is, and where its bytes are. */
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Viewer } from './archive.js';

/** Where the bytes are: `making` when dropped pixels are being made again; `missing` and `corrupt` are the crawler's findings. */
export type DatasetState = 'present' | 'dropped' | 'making' | 'missing' | 'corrupt';

export const DATASET_STATES: readonly DatasetState[] = ['present', 'dropped', 'making', 'missing', 'corrupt'];

/** What a dataset shows; every field null where it does not apply. Angles ICRS degrees. */
export interface Observation {
  readonly visit: number | null;
  readonly snap: number | null;
  readonly band: string | null;
  readonly physicalFilter: string | null;
  readonly detector: string | null;
  readonly detectorId: number | null;
  /** Middle of the exposure, MJD TAI. */
  readonly obsMjdTai: number | null;
  readonly exposureS: number | null;
  readonly airmass: number | null;
  /** FWHM of the atmosphere at 500 nm and the zenith. */
  readonly seeingArcsec: number | null;
  /** AB magnitude per square arcsecond. */
  readonly skyBrightness: number | null;
  readonly raDeg: number | null;
  readonly decDeg: number | null;
  /** The detector's corners, four of [raDeg, decDeg], in order around it. */
  readonly corners: readonly (readonly [number, number])[] | null;
  /** HEALPix cells of order 8, nested, that it overlaps. */
  readonly hpx8: readonly number[] | null;
}

/** A file's identity. */
export interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
  /** Eight hexadecimal digits, as xrootd states it. */
  readonly adler32: string;
}

/** A copy of the bytes. */
export interface Replica {
  readonly store: string;
  readonly state: 'present' | 'missing' | 'corrupt';
  /** When the content was last read and found right; null: never since it came in. */
  readonly verifiedAtUtc: string | null;
}

/** A dataset as its viewers see it. */
export interface Dataset extends Omit<Observation, 'hpx8'>, FileFacts {
  readonly id: string;
  /** eimage, raw, truth, preview, thumbnail, recipe, catalog, survey. */
  readonly type: string;
  /** fits, fits.fz, parquet, png, json, csv, sqlite, text. */
  readonly format: string;
  readonly name: string;
  readonly folder: string;
  readonly ownerId: string;
  readonly runId: string | null;
  readonly taskIndex: number | null;
  readonly recipeHash: string | null;
  readonly state: DatasetState;
  readonly createdAtUtc: string;
  /** When retention takes it; null: never. */
  readonly expiresAtUtc: string | null;
  readonly replicas: readonly Replica[];
}

/** A row as `datasetColumns` selects it. */
export interface DatasetRow extends Omit<Dataset, 'createdAtUtc' | 'expiresAtUtc' | 'replicas'> {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly blobState: 'present' | 'missing' | 'corrupt' | null;
  readonly verifiedAt: Date | null;
}

/** The state of the row `d`, joined with its blob `b`. */
export const STATE_SQL = sql<DatasetState>`case
  when d.dropped and exists (select 1 from archive.restorations s where s.recipe_hash = d.recipe_hash and s.state in ('wanted', 'running'))
    then 'making'
  when d.dropped then 'dropped'
  else coalesce(b.state, 'missing') end`;

/** The columns of a dataset, from `archive.datasets d left join archive.blobs b on b.sha256 = d.sha256`. */
export function datasetColumns(): RawBuilder<DatasetRow> {
  return sql<DatasetRow>`d.id, d.type, d.format, d.name, d.folder, d.owner as "ownerId", d.run_id as "runId",
    d.task_index as "taskIndex", d.visit, d.snap, d.band, d.physical_filter as "physicalFilter", d.detector,
    d.detector_id as "detectorId", d.obs_mjd_tai as "obsMjdTai", d.exposure_s as "exposureS", d.airmass,
    d.seeing_arcsec as "seeingArcsec", d.sky_brightness as "skyBrightness", d.ra_deg as "raDeg", d.dec_deg as "decDeg", d.corners,
    d.bytes, d.sha256, d.adler32, d.recipe_hash as "recipeHash", ${STATE_SQL} as state, d.created_at as "createdAt",
    d.expires_at as "expiresAt", b.state as "blobState", b.verified_at as "verifiedAt"`;
}

/** The row as viewers see it. */
export function toDataset({ createdAt, expiresAt, blobState, verifiedAt, ...row }: DatasetRow): Dataset {
  const hasBytes = blobState !== null && (row.state === 'present' || row.state === blobState);
  return {
    ...row,
    createdAtUtc: createdAt.toISOString(),
    expiresAtUtc: expiresAt?.toISOString() ?? null,
    replicas: hasBytes
      ? [{ store: 'file', state: blobState, verifiedAtUtc: verifiedAt?.toISOString() ?? null }]
      : [],
  };
}

/**
 * Whether the viewer may see the row `d`. What stands in the library is seen by all. A shared collection grants reading of what its own owner owns; the datasets of others in it are
 * listed to those who may see them anyway.
 */
export function isVisible(viewer: Viewer): Expression<SqlBool> {
  if (viewer.isAdmin) return sql<SqlBool>`true`;
  return sql<SqlBool>`(d.owner = ${viewer.userId}::uuid or exists (
    select 1 from archive.shares s
    where (s.group_id is null or s.group_id = any(${[...viewer.groupIds]}::uuid[]))
      and (s.dataset_id = d.id or s.run_id = d.run_id
        or s.collection_id in (select c.id from archive.collection_items i join archive.collections c on c.id = i.collection_id
          where i.dataset_id = d.id and c.owner = d.owner)))
    or exists (select 1 from archive.library_files l where l.dataset_id = d.id))`;
}
