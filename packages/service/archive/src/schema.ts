/** The tables of the schema `archive` as Kysely sees them; migrations.ts makes them and says what each is for. */
import type { Generated, Kysely, Transaction } from 'kysely';

export interface BlobsTable {
  sha256: string;
  adler32: string;
  bytes: number;
  state: Generated<'present' | 'missing' | 'corrupt'>;
  stored_at: Generated<Date>;
  verified_at: Date | null;
}

export interface DatasetsTable {
  id: string;
  type: string;
  format: string;
  name: string;
  folder: string;
  owner: string;
  charged_to: string;
  run_id: string | null;
  task_index: number | null;
  visit: number | null;
  snap: number | null;
  band: string | null;
  physical_filter: string | null;
  detector: string | null;
  detector_id: number | null;
  obs_mjd_tai: number | null;
  exposure_s: number | null;
  airmass: number | null;
  seeing_arcsec: number | null;
  sky_brightness: number | null;
  ra_deg: number | null;
  dec_deg: number | null;
  corners: unknown;
  hpx8: number[] | null;
  bytes: number;
  sha256: string;
  adler32: string;
  recipe_hash: string | null;
  dropped: Generated<boolean>;
  restored_until: Date | null;
  created_at: Generated<Date>;
  expires_at: Date | null;
}

export interface RecipesTable {
  recipe_hash: string;
  document: string;
  catalogs: unknown;
}

export interface RecipeInputsTable {
  recipe_hash: string;
  sha256: string;
}

export interface UsageTable {
  user_id: string;
  bytes: number;
  datasets: number;
}

export interface QuotasTable {
  user_id: string;
  bytes: number;
}

export interface CollectionsTable {
  id: string;
  owner: string;
  name: string;
  created_at: Generated<Date>;
}

export interface CollectionItemsTable {
  collection_id: string;
  dataset_id: string;
}

export interface SharesTable {
  id: string;
  dataset_id: string | null;
  run_id: string | null;
  collection_id: string | null;
  group_id: string | null;
  created_at: Generated<Date>;
}

export interface RestorationsTable {
  id: string;
  recipe_hash: string;
  dataset_id: string;
  reader: string;
  state: 'wanted' | 'running' | 'done' | 'failed';
  run_id: string | null;
  detail: string | null;
  created_at: Generated<Date>;
  changed_at: Generated<Date>;
}

export interface MakingTable {
  recipe_hash: string;
  holder: string;
  expires_at: Date;
}

export interface HoldsTable {
  holder: string;
  sha256: string;
}

export interface LibraryTable {
  name: string;
  dataset_id: string;
  kind: string;
  description: string;
  objects: number | null;
  added_by: string;
  added_at: Generated<Date>;
  state: Generated<'reading' | 'ready' | 'failed'>;
  whole_folder: Generated<boolean>;
  read_share: Generated<number>;
  failure: Generated<string>;
  reading_until: Date | null;
}

export interface LibraryFilesTable {
  name: string;
  dataset_id: string;
}

export interface StoreTable {
  only_row: Generated<boolean>;
  token: string;
}

/** Tables by their qualified names. */
export interface ArchiveTables {
  'archive.blobs': BlobsTable;
  'archive.datasets': DatasetsTable;
  'archive.recipes': RecipesTable;
  'archive.recipe_inputs': RecipeInputsTable;
  'archive.usage': UsageTable;
  'archive.quotas': QuotasTable;
  'archive.collections': CollectionsTable;
  'archive.collection_items': CollectionItemsTable;
  'archive.shares': SharesTable;
  'archive.restorations': RestorationsTable;
  'archive.making': MakingTable;
  'archive.store': StoreTable;
  'archive.holds': HoldsTable;
  'archive.library': LibraryTable;
  'archive.library_files': LibraryFilesTable;
}

/** The archive's database. */
export type ArchiveDatabase = Kysely<ArchiveTables>;

/** A transaction of it; another package's transaction becomes one by `withTables`. */
export type ArchiveTransaction = Transaction<ArchiveTables>;
