/** The tasks that a server holds under its lease: the scheduler reads them anew at every turn and keeps no list of its own. */
import { sql } from 'kysely';
import type { WorkflowDatabase } from './database.js';
import type { RetryRule } from './retry-rule.js';
import type { TaskState } from './task-state.js';

/** A held task with what is needed to act on it. */
export interface HeldTask {
  readonly runNo: number;
  readonly runId: string;
  readonly site: string;
  readonly taskIndex: number;
  readonly state: TaskState;
  readonly attempt: number;
  readonly tries: number;
  readonly memoryScale: number;
  readonly wallScale: number;
  readonly siteJob: string | null;
  /** Seconds since the last change of state, by the database's clock. */
  readonly unchangedS: number;
  /** 0-based place in its batch. */
  readonly indexInBatch: number;
  /** The batch: its first task and how it becomes jobs. */
  readonly firstIndex: number;
  readonly expander: string;
}

/** Held tasks, those that waited longest first. */
export async function readHeldTasks(db: WorkflowDatabase, token: number): Promise<readonly HeldTask[]> {
  const { rows } = await sql<HeldTask>`
    select t.run_no as "runNo", r.id as "runId", r.site, t.task_index as "taskIndex", t.state, t.attempt, t.tries,
      t.memory_scale as "memoryScale", t.wall_scale as "wallScale", t.site_job as "siteJob",
      extract(epoch from clock_timestamp() - t.changed_at)::float8 as "unchangedS",
      t.task_index - b.first_index as "indexInBatch", b.first_index as "firstIndex", b.expander
    from workflow.tasks t join workflow.runs r using (run_no)
    cross join lateral (
      select first_index, expander from workflow.batches
      where run_no = t.run_no and first_index <= t.task_index order by first_index desc limit 1) as b
    where t.fence = ${token} order by t.changed_at, t.run_no, t.task_index
  `.execute(db);
  return rows;
}

/** The argument of a batch. */
export async function readBatchArgument(
  db: WorkflowDatabase,
  runNo: number,
  firstIndex: number,
): Promise<unknown> {
  const row = await db
    .selectFrom('workflow.batches')
    .select('argument')
    .where('run_no', '=', runNo)
    .where('first_index', '=', firstIndex)
    .executeTakeFirstOrThrow();
  return row.argument;
}

/** The retry rules of these runs. */
export async function readRetryRules(
  db: WorkflowDatabase,
  runNos: readonly number[],
): Promise<ReadonlyMap<number, RetryRule>> {
  if (runNos.length === 0) return new Map();
  const rows = await db
    .selectFrom('workflow.runs')
    .select(['run_no', 'retry_rule'])
    .where('run_no', 'in', [...new Set(runNos)])
    .execute();
  return new Map(rows.map((row) => [row.run_no, row.retry_rule]));
}
