/** The tables of the schema `workflow` as Kysely sees them; migrations.ts makes them and says what each is for. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { RetryRule } from './retry-rule.js';
import type { RunState, TaskState } from './task-state.js';

type Default<T> = ColumnType<T, T | undefined, T>;

export interface RunsTable {
  run_no: GeneratedAlways<number>;
  id: string;
  owner: string;
  name: string;
  site: string;
  priority: Default<number>;
  paused: Default<boolean>;
  cancel_requested: Default<boolean>;
  delete_requested: Default<boolean>;
  state: GeneratedAlways<RunState>;
  retry_rule: RetryRule;
  digest: string;
  total: number;
  unexpanded: number;
  waiting: Default<number>;
  claimed: Default<number>;
  queued: Default<number>;
  running: Default<number>;
  collecting: Default<number>;
  cancelling: Default<number>;
  succeeded: Default<number>;
  failed: Default<number>;
  cancelled: Default<number>;
  created_at: Generated<Date>;
  changed_at: Generated<Date>;
}

export interface BatchesTable {
  run_no: number;
  first_index: number;
  task_count: number;
  expanded: Default<number>;
  expander: string;
  argument: unknown;
}

export interface TasksTable {
  run_no: number;
  task_index: number;
  state: TaskState;
  attempt: number;
  tries: number;
  memory_scale: number;
  wall_scale: number;
  fence: number | null;
  ready_at: Date;
  changed_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  last_end: string | null;
  site_job: string | null;
}

export interface EventsTable {
  seq: GeneratedAlways<number>;
  run_no: number;
  task_index: number | null;
  at: Generated<Date>;
  kind: string;
  data: unknown;
}

export interface LeasesTable {
  token: GeneratedAlways<number>;
  server: string;
  acquired_at: Generated<Date>;
  expires_at: Date;
}

/** Tables by their qualified names. */
export interface WorkflowTables {
  'workflow.runs': RunsTable;
  'workflow.batches': BatchesTable;
  'workflow.tasks': TasksTable;
  'workflow.events': EventsTable;
  'workflow.leases': LeasesTable;
}
