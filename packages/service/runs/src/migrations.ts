/** The schema `runs`, forward only: a migration that was released is never edited; a new one follows it. */
import type { SchemaMigrations } from '@imsim-od/database';
import { type Migration, sql } from 'kysely';

const requests: Migration = {
  async up(db) {
    await sql`
      -- What a user asked for. Where its tasks stand is told by the journal; submitted says that it is in the journal, or may be:
      -- reconciliation submits what a crash has kept from it.
      create table runs.runs (
        id         uuid primary key,
        owner      uuid not null,
        name       text not null,
        site       text not null,
        kind       text not null check (kind in ('simulation', 'restoration')),
        priority   integer not null,
        paused     boolean not null,
        digest     text not null,
        tasks      integer not null,
        estimate   jsonb not null,
        submitted  boolean not null default false,
        deleted    boolean not null default false,
        created_at timestamptz not null default clock_timestamp()
      );
      create index runs_by_owner on runs.runs (owner, id);
      create index runs_unsubmitted on runs.runs (id) where not submitted;

      -- One row a visit: its request as checked, its catalogs by content, what it was expected to cost. Recipes are derived, never stored.
      -- A restoration has one row, whose request is {"recipeHash": ..., "products": [...]}.
      create table runs.visits (
        run_id      uuid not null references runs.runs on delete cascade,
        visit_index integer not null,
        first_task  integer not null,
        tasks       integer not null,
        request     jsonb not null,
        catalogs    jsonb not null,
        cpu_s       double precision not null,
        memory_mb   double precision not null,
        bytes       double precision not null,
        primary key (run_id, visit_index)
      );
      create index visits_by_task on runs.visits (run_id, first_task);

      -- What a task has cost; written once, in the transaction that makes it succeed.
      create table runs.results (
        run_id      uuid not null references runs.runs on delete cascade,
        task_index  integer not null,
        cpu_s       double precision not null,
        wall_s      double precision not null,
        max_rss_mb  double precision not null,
        bytes       bigint not null,
        sources     integer,
        reused      boolean not null,
        warnings    jsonb not null,
        finished_at timestamptz not null default clock_timestamp(),
        primary key (run_id, task_index)
      );
      create index results_by_time on runs.results (run_id, finished_at);

      -- What tasks at a site have cost relative to their estimate: mean and variance of the logarithm, recent ones counting most.
      create table runs.calibration (
        site     text not null,
        quantity text not null,
        weight   double precision not null,
        mean     double precision not null,
        variance double precision not null,
        primary key (site, quantity)
      );
    `.execute(db);
  },
};

const ends: Migration = {
  async up(db) {
    await sql`
      -- When the end of a run was told to its owner; null: not yet, or it was retried since. Ends of before this are not told any more.
      alter table runs.runs add column end_told_at timestamptz;
      update runs.runs set end_told_at = clock_timestamp();
      create index runs_end_untold on runs.runs (id) where end_told_at is null;
    `.execute(db);
  },
};

/** The schema and how it came to be, for `migrateSchema`, backup and restore. */
export const runsSchema: SchemaMigrations = {
  schema: 'runs',
  migrations: { '0001-requests': requests, '0002-ends': ends },
};
