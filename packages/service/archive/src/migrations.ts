/** The schema `archive`, forward only: a migration that was released is never edited; a new one follows it. */
import type { SchemaMigrations } from '@imsim-od/database';
import { type Migration, sql } from 'kysely';

const catalog: Migration = {
  async up(db) {
    await sql`
      -- A file of the store, named by its content. Rows come with the transaction that registers the first dataset of the content, under
      -- an advisory lock of the content; a file without a row is nobody's.
      create table archive.blobs (
        sha256      text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
        adler32     text not null,
        bytes       bigint not null check (bytes >= 0),
        state       text not null default 'present' check (state in ('present', 'missing', 'corrupt')),
        stored_at   timestamptz not null default clock_timestamp(),
        verified_at timestamptz
      );
      create index blobs_to_verify on archive.blobs (verified_at nulls first, sha256);

      -- A file as its owner knows it. Identical content shares a blob, never a row or a right. dropped: the pixels are gone, the recipe is
      -- kept. charged_to: whose quota it counts against; for pixels made again for a reader, the reader's, until restored_until.
      create table archive.datasets (
        id              uuid primary key,
        type            text not null,
        format          text not null,
        name            text not null,
        folder          text not null,
        owner           uuid not null,
        charged_to      uuid not null,
        run_id          uuid,
        task_index      integer,
        visit           bigint,
        snap            integer,
        band            text,
        physical_filter text,
        detector        text,
        detector_id     integer,
        obs_mjd_tai     double precision,
        exposure_s      double precision,
        airmass         double precision,
        seeing_arcsec   double precision,
        sky_brightness  double precision,
        -- Centre and corners, ICRS degrees; hpx8: the HEALPix cells of order 8, nested, that the detector overlaps.
        ra_deg          double precision,
        dec_deg         double precision,
        corners         jsonb,
        hpx8            integer[],
        bytes           bigint not null,
        sha256          text not null,
        adler32         text not null,
        recipe_hash     text,
        dropped         boolean not null default false,
        restored_until  timestamptz,
        created_at      timestamptz not null default clock_timestamp(),
        expires_at      timestamptz,
        unique (run_id, task_index, name)
      );
      create index datasets_by_owner on archive.datasets (owner, id);
      create index datasets_by_folder on archive.datasets (owner, folder, name);
      create index datasets_by_content on archive.datasets (sha256);
      create index datasets_by_recipe on archive.datasets (recipe_hash, type);
      create index datasets_by_visit on archive.datasets (visit, detector_id);
      create index datasets_by_sky on archive.datasets using gin (hpx8);
      create index datasets_expiring on archive.datasets (expires_at) where expires_at is not null;
      create index datasets_restored on archive.datasets (restored_until) where restored_until is not null;

      -- What makes a recipe's files again: its canonical JSON, its catalogs by content, and the contents that must be kept for it.
      create table archive.recipes (
        recipe_hash text primary key,
        document    text not null,
        catalogs    jsonb not null
      );
      create table archive.recipe_inputs (
        recipe_hash text not null references archive.recipes on delete cascade,
        sha256      text not null,
        primary key (recipe_hash, sha256)
      );
      create index recipe_inputs_by_content on archive.recipe_inputs (sha256);

      -- Sums over present datasets by charged_to, changed in the transactions that change those.
      create table archive.usage (
        user_id  uuid primary key,
        bytes    bigint not null,
        datasets bigint not null
      );
      create table archive.quotas (
        user_id uuid primary key,
        bytes   bigint not null check (bytes >= 0)
      );

      create table archive.collections (
        id         uuid primary key,
        owner      uuid not null,
        name       text not null,
        created_at timestamptz not null default clock_timestamp(),
        unique (owner, name)
      );
      create table archive.collection_items (
        collection_id uuid not null references archive.collections on delete cascade,
        dataset_id    uuid not null references archive.datasets on delete cascade,
        primary key (collection_id, dataset_id)
      );
      create index collection_items_by_dataset on archive.collection_items (dataset_id);

      -- Reading is granted on a dataset, on all datasets of a run, or on a collection; group_id null: to every user.
      create table archive.shares (
        id            uuid primary key,
        dataset_id    uuid references archive.datasets on delete cascade,
        run_id        uuid,
        collection_id uuid references archive.collections on delete cascade,
        group_id      uuid,
        created_at    timestamptz not null default clock_timestamp(),
        check (num_nonnulls(dataset_id, run_id, collection_id) = 1),
        unique nulls not distinct (dataset_id, run_id, collection_id, group_id)
      );
      create index shares_of_runs on archive.shares (run_id) where run_id is not null;
      create index shares_of_collections on archive.shares (collection_id) where collection_id is not null;

      -- Dropped pixels that someone wants to read: at most one open row a recipe.
      create table archive.restorations (
        id          uuid primary key,
        recipe_hash text not null,
        dataset_id  uuid not null,
        reader      uuid not null,
        state       text not null check (state in ('wanted', 'running', 'done', 'failed')),
        run_id      uuid,
        detail      text,
        created_at  timestamptz not null default clock_timestamp(),
        changed_at  timestamptz not null default clock_timestamp()
      );
      create unique index restorations_open on archive.restorations (recipe_hash) where state in ('wanted', 'running');
      create index restorations_by_run on archive.restorations (run_id) where run_id is not null;

      -- Who is computing a recipe at the moment, so that nobody else does.
      create table archive.making (
        recipe_hash text primary key,
        holder      text not null,
        expires_at  timestamptz not null
      );
    `.execute(db);
  },
};

const oneStore: Migration = {
  async up(db) {
    await sql`
      -- One row: what the file store.json of the folder of contents says, so that another folder, such as that of a file system that is
      -- not mounted, is not taken for it.
      create table archive.store (
        only_row boolean primary key default true check (only_row),
        token    text not null
      );
      create index blobs_damaged on archive.blobs (state, verified_at nulls first) where state <> 'present';
    `.execute(db);
  },
};

const holds: Migration = {
  async up(db) {
    await sql`
      -- Contents that something under way, such as a run over a catalog, needs, whatever becomes of the datasets that have them.
      create table archive.holds (
        holder uuid not null,
        sha256 text not null,
        primary key (holder, sha256)
      );
      create index holds_by_content on archive.holds (sha256);
    `.execute(db);
  },
};

const library: Migration = {
  async up(db) {
    await sql`
      -- What an administrator offers to every user: catalogs, tables, maps and scheduler databases by name. library_files: the dataset
      -- itself and what it includes; all of these are seen by every user for as long as they stand here.
      create table archive.library (
        name        text primary key,
        dataset_id  uuid not null references archive.datasets on delete cascade,
        kind        text not null,
        description text not null,
        objects     bigint,
        added_by    uuid not null,
        added_at    timestamptz not null default clock_timestamp()
      );
      create table archive.library_files (
        name       text not null references archive.library on delete cascade,
        dataset_id uuid not null references archive.datasets on delete cascade,
        primary key (name, dataset_id)
      );
      create index library_files_by_dataset on archive.library_files (dataset_id);
    `.execute(db);
  },
};

const libraryStates: Migration = {
  async up(db) {
    await sql`
      -- What is being read stands in the library and is offered to nobody yet. reading_until: some server reads it and says so again and
      -- again; when it has passed, another may. read_share: of its files, from 0 to 1.
      alter table archive.library
        add state         text not null default 'ready' check (state in ('reading', 'ready', 'failed')),
        add whole_folder  boolean not null default false,
        add read_share    real not null default 1,
        add failure       text not null default '',
        add reading_until timestamptz;
    `.execute(db);
  },
};

/** The schema and how it came to be, for `migrateSchema`, backup and restore. */
export const archiveSchema: SchemaMigrations = {
  schema: 'archive',
  migrations: {
    '0001-catalog': catalog,
    '0002-one-store': oneStore,
    '0003-holds': holds,
    '0004-library': library,
    '0005-library-states': libraryStates,
  },
};
