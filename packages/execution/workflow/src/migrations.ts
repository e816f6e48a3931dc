/**
 * The schema `workflow`, forward only: a migration that was released is never edited; a new one follows it.
 */
import { migrateSchema, type SchemaMigrations } from '@imsim-od/database';
import { type Kysely, type Migration, sql } from 'kysely';
import type { WorkflowTables } from './schema.js';

const journal: Migration = {
  async up(db) {
    await sql`
      create type workflow.task_state as enum
        ('waiting', 'claimed', 'queued', 'running', 'collecting', 'cancelling', 'succeeded', 'failed', 'cancelled');

      -- One row a run. Its counters are changed by the statements that change its tasks, so they are exact at every commit, and its state
      -- follows from them. unexpanded counts tasks that are a range in a batch and no row yet.
      create table workflow.runs (
        run_no           bigint generated always as identity primary key,
        id               uuid not null unique,
        owner            text not null,
        name             text not null,
        site             text not null,
        priority         smallint not null default 0,
        paused           boolean not null default false,
        cancel_requested boolean not null default false,
        delete_requested boolean not null default false,
        retry_rule       jsonb not null,
        digest           text not null,
        total            integer not null,
        unexpanded       integer not null check (unexpanded >= 0),
        waiting          integer not null default 0 check (waiting >= 0),
        claimed          integer not null default 0 check (claimed >= 0),
        queued           integer not null default 0 check (queued >= 0),
        running          integer not null default 0 check (running >= 0),
        collecting       integer not null default 0 check (collecting >= 0),
        cancelling       integer not null default 0 check (cancelling >= 0),
        succeeded        integer not null default 0 check (succeeded >= 0),
        failed           integer not null default 0 check (failed >= 0),
        cancelled        integer not null default 0 check (cancelled >= 0),
        created_at       timestamptz not null default clock_timestamp(),
        changed_at       timestamptz not null default clock_timestamp(),
        state            text not null generated always as (
          case
            when delete_requested then 'deleting'
            when cancel_requested and claimed + queued + running + collecting + cancelling > 0 then 'cancelling'
            when cancel_requested then 'cancelled'
            when unexpanded + waiting + claimed + queued + running + collecting + cancelling > 0 then 'active'
            when failed + cancelled > 0 then 'failed'
            else 'succeeded'
          end) stored,
        constraint counters_add_up check (
          unexpanded + waiting + claimed + queued + running + collecting + cancelling + succeeded + failed + cancelled = total)
      ) with (fillfactor = 70);
      create index runs_by_owner on workflow.runs (owner, run_no);
      create index runs_open on workflow.runs (site, run_no) where state = 'active';
      create index runs_deleting on workflow.runs (run_no) where delete_requested;

      -- A range of a run's tasks and what turns an index of it into a job: the expander's name and a small argument.
      create table workflow.batches (
        run_no      bigint not null references workflow.runs on delete cascade,
        first_index integer not null,
        task_count  integer not null check (task_count > 0),
        expanded    integer not null default 0 check (expanded between 0 and task_count),
        expander    text not null,
        argument    jsonb not null,
        primary key (run_no, first_index)
      );
      create index batches_open on workflow.batches (run_no, first_index) where expanded < task_count;

      -- fence is the token of the lease under which a server holds the task. attempt is part of the key at the site and only grows; tries
      -- counts attempts under the retry rule and starts again when someone retries the task.
      create table workflow.tasks (
        run_no       bigint not null,
        task_index   integer not null,
        state        workflow.task_state not null default 'waiting',
        attempt      smallint not null default 0,
        tries        smallint not null default 0,
        memory_scale real not null default 1,
        wall_scale   real not null default 1,
        fence        bigint,
        ready_at     timestamptz not null default statement_timestamp(),
        changed_at   timestamptz not null default statement_timestamp(),
        started_at   timestamptz,
        ended_at     timestamptz,
        last_end     text,
        site_job     text,
        primary key (run_no, task_index),
        constraint held_tasks_have_a_fence check (
          (fence is not null) = (state in ('claimed', 'queued', 'running', 'collecting', 'cancelling')))
      ) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
      create index tasks_waiting on workflow.tasks (run_no, ready_at, task_index) where state = 'waiting';
      create index tasks_held on workflow.tasks (fence) where fence is not null;
      create index tasks_to_look_at on workflow.tasks (run_no, state, task_index)
        where state not in ('waiting', 'succeeded');

      -- Append-only. Within a run seq grows in the order of commits, because every writer locks the run's row before it writes.
      create table workflow.events (
        seq        bigserial primary key,
        run_no     bigint not null,
        task_index integer,
        at         timestamptz not null default clock_timestamp(),
        kind       text not null,
        data       jsonb
      );
      create index events_of_run on workflow.events (run_no, seq);
      create function workflow.refuse_change() returns trigger language plpgsql as
        $$ begin raise exception 'workflow.events is append-only'; end $$;
      create trigger events_are_append_only before update on workflow.events
        for each statement execute function workflow.refuse_change();

      -- One row a server at work. The token only grows and is never given out again; an expired row cannot be renewed.
      create table workflow.leases (
        token       bigint generated always as identity primary key,
        server      text not null,
        acquired_at timestamptz not null default clock_timestamp(),
        expires_at  timestamptz not null
      );
    `.execute(db);
  },
};

/** The schema and how it came to be, for `migrateSchema`, backup and restore. */
export const workflowSchema: SchemaMigrations = {
  schema: 'workflow',
  migrations: { '0001-journal': journal },
};

/**
 * Brings the journal's schema up to date; does nothing when it is. Needs a pool of at least two connections.
 * @throws MigrationError when a migration fails (none of it stays) or the database was written by a newer version
 */
export function migrateWorkflow(db: Kysely<WorkflowTables>): Promise<void> {
  return migrateSchema(db, workflowSchema);
}
