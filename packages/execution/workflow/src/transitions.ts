/** Writing what became of held tasks: one statement for as many as are given, only along the arrows of the table, only under the lease. */
import { sql } from 'kysely';
import type { WorkflowDatabase } from './database.js';
import { JournalMisuseError } from './errors.js';
import {
  allowedTransitions,
  countAndNote,
  lockRuns,
  type MovedRow,
  type MovedTask,
  notify,
  toMovedTask,
  underLease,
  type WorkflowTransaction,
} from './journal-write.js';
import type { AttemptEnd } from './retry-rule.js';
import type { TaskState } from './task-state.js';

/** A change of one held task. */
export interface TaskChange {
  readonly runNo: number;
  readonly taskIndex: number;
  /** The attempt that is spoken of; a change of another attempt is left out. */
  readonly attempt: number;
  readonly to: TaskState;
  /** The site's id of the job, once known. */
  readonly siteJob?: string;
  /** How the attempt ended, when it did not succeed. */
  readonly end?: AttemptEnd;
  /** For `waiting`: not before this many seconds from now, by the database's clock; default 0. */
  readonly delayS?: number;
  /** For `waiting`: memory and time of the next attempt relative to the first. */
  readonly memoryScale?: number;
  readonly wallScale?: number;
  /** For `waiting`: the attempt did not happen (the site had no room) and does not count under the retry rule. */
  readonly uncounted?: boolean;
  /** Small facts for the event, such as exit code and times. */
  readonly data?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Something to write in the same transaction as the change: both happen or neither does. */
export type WithinCommit = (transaction: WorkflowTransaction, moved: readonly MovedTask[]) => Promise<void>;

/**
 * Writes changes. Left out, without error, are those whose task is no longer held under this lease, is at another attempt, or has no arrow
 * from its present state (a task that was cancelled meanwhile): the answer lists what was written.
 * @param within told what was written, before the commit
 * @throws LeaseLostError, and then nothing was written; JournalMisuseError when a task is named twice
 */
export async function advanceTasks(
  db: WorkflowDatabase,
  token: number,
  changes: readonly TaskChange[],
  within?: WithinCommit,
): Promise<readonly MovedTask[]> {
  if (changes.length === 0) return [];
  refuseTwins(changes);
  return underLease(db, token, async (transaction) => {
    await lockRuns(
      transaction,
      changes.map((change) => change.runNo),
    );
    const { rows } = await sql<MovedRow>`
      with change as (
        select * from unnest(
          ${changes.map((change) => change.runNo)}::bigint[], ${changes.map((change) => change.taskIndex)}::integer[],
          ${changes.map((change) => change.attempt)}::smallint[], ${changes.map((change) => change.to)}::workflow.task_state[],
          ${changes.map((change) => change.siteJob ?? null)}::text[], ${changes.map((change) => change.end ?? null)}::text[],
          ${changes.map((change) => change.delayS ?? 0)}::float8[], ${changes.map((change) => change.memoryScale ?? null)}::real[],
          ${changes.map((change) => change.wallScale ?? null)}::real[], ${changes.map((change) => change.uncounted ?? false)}::boolean[],
          ${changes.map(eventData)}::text[]
        ) as given (run_no, task_index, attempt, to_state, site_job, ended_by, delay_s, memory_scale, wall_scale, uncounted, data)),
      before as materialized (
        select t.state as from_state, c.*
        from change c
        join workflow.tasks t on t.run_no = c.run_no and t.task_index = c.task_index
        join ${allowedTransitions()} as arrow on arrow.from_state = t.state and arrow.to_state = c.to_state
        where t.fence = ${token} and t.attempt = c.attempt),
      moved as (
        update workflow.tasks t set
          state = b.to_state,
          fence = case when b.to_state in ('waiting', 'succeeded', 'failed', 'cancelled') then null else t.fence end,
          site_job = coalesce(b.site_job, t.site_job),
          last_end = coalesce(b.ended_by, t.last_end),
          tries = t.tries - b.uncounted::integer,
          memory_scale = coalesce(b.memory_scale, t.memory_scale),
          wall_scale = coalesce(b.wall_scale, t.wall_scale),
          ready_at = case when b.to_state = 'waiting' then clock_timestamp() + b.delay_s * interval '1 second' else t.ready_at end,
          changed_at = clock_timestamp(),
          started_at = case when b.to_state = 'running' then clock_timestamp() else t.started_at end,
          ended_at = case when b.to_state in ('succeeded', 'failed', 'cancelled') then clock_timestamp() else t.ended_at end
        from before b where t.run_no = b.run_no and t.task_index = b.task_index
        returning t.run_no, t.task_index, t.attempt, b.from_state, t.state as to_state, b.data::jsonb as data),
      ${countAndNote()}
    `.execute(transaction);
    const moved = rows.map(toMovedTask);
    if (moved.length > 0) {
      await within?.(transaction, moved);
      await notify(transaction, false);
    }
    return moved;
  });
}

function eventData(change: TaskChange): string {
  return JSON.stringify({ attempt: change.attempt, end: change.end, delayS: change.delayS, ...change.data });
}

function refuseTwins(changes: readonly TaskChange[]): void {
  const seen = new Set<string>();
  for (const { runNo, taskIndex } of changes) {
    const name = `${runNo}.${taskIndex}`;
    if (seen.has(name)) throw new JournalMisuseError(`Task ${name} is named twice in one batch of changes.`);
    seen.add(name);
  }
}
