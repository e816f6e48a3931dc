/** The tables of the schema `runs` as Kysely sees them; migrations.ts makes them and says what each is for. */
import type { Generated, Kysely, Transaction } from 'kysely';

export interface RunsTable {
  id: string;
  owner: string;
  name: string;
  site: string;
  kind: 'simulation' | 'restoration';
  priority: number;
  paused: boolean;
  digest: string;
  tasks: number;
  estimate: unknown;
  submitted: Generated<boolean>;
  deleted: Generated<boolean>;
  end_told_at: Generated<Date | null>;
  created_at: Generated<Date>;
}

export interface VisitsTable {
  run_id: string;
  visit_index: number;
  first_task: number;
  tasks: number;
  request: unknown;
  catalogs: unknown;
  cpu_s: number;
  memory_mb: number;
  bytes: number;
}

export interface ResultsTable {
  run_id: string;
  task_index: number;
  cpu_s: number;
  wall_s: number;
  max_rss_mb: number;
  bytes: number;
  sources: number | null;
  reused: boolean;
  warnings: unknown;
  finished_at: Generated<Date>;
}

export interface CalibrationTable {
  site: string;
  quantity: string;
  weight: number;
  mean: number;
  variance: number;
}

/** Tables by their qualified names. */
export interface RunTables {
  'runs.runs': RunsTable;
  'runs.visits': VisitsTable;
  'runs.results': ResultsTable;
  'runs.calibration': CalibrationTable;
}

/** The runs' database. */
export type RunsDatabase = Kysely<RunTables>;

/** A transaction of it. */
export type RunsTransaction = Transaction<RunTables>;
