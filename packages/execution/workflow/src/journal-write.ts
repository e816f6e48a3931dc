/**
 * How every write to tasks goes: lock the lease (when a server writes), lock the run's row, then move tasks, counters and events in one
 * statement. All writers take these locks in this order and runs by their number, so none waits for another in a circle; and since a run's
 * row is locked first, the events of a run are numbered in the order of their commits.
 */
import { type RawBuilder, type Transaction, sql } from 'kysely';
import type { WorkflowDatabase } from './database.js';
import { LeaseLostError } from './errors.js';
import type { WorkflowTables } from './schema.js';
import { TASK_STATES, TRANSITIONS, type TaskState } from './task-state.js';

/** A transaction of the journal. */
export type WorkflowTransaction = Transaction<WorkflowTables>;

/** Wakes schedulers: there may be something to take. */
export const QUEUE_CHANNEL = 'workflow_queue';
/** Wakes watchers of runs: something changed. */
export const CHANGES_CHANNEL = 'workflow_changes';

/** A task that a statement has moved. */
export interface MovedTask {
  readonly runNo: number;
  readonly taskIndex: number;
  readonly attempt: number;
  readonly from: TaskState;
  readonly to: TaskState;
}

/**
 * Runs `work` in a transaction that a server may only commit while it holds its lease: the lease's row stays locked against takeover until
 * then, however long it takes.
 * @throws LeaseLostError when the lease ran out or is gone
 */
export async function underLease<T>(
  db: WorkflowDatabase,
  token: number,
  work: (transaction: WorkflowTransaction) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const held = await sql`
      select 1 from workflow.leases where token = ${token} and expires_at > clock_timestamp() for share
    `.execute(transaction);
    if (held.rows.length === 0) throw new LeaseLostError(token);
    return work(transaction);
  });
}

/** Locks these runs' rows, lowest number first. */
export async function lockRuns(transaction: WorkflowTransaction, runNos: Iterable<number>): Promise<void> {
  const distinct = [...new Set(runNos)];
  await sql`
    select 1 from workflow.runs where run_no = any(${distinct}::bigint[]) order by run_no for no key update
  `.execute(transaction);
}

/** Tells watchers, and schedulers where there may be something to take; heard when the transaction commits. */
export async function notify(transaction: WorkflowTransaction, queueChanged: boolean): Promise<void> {
  await sql`
    select pg_notify(channel, '') from unnest(${queueChanged ? [CHANGES_CHANNEL, QUEUE_CHANNEL] : [CHANGES_CHANNEL]}::text[]) as channel
  `.execute(transaction);
}

/** The arrows of the transition table as rows (from_state, to_state). */
export function allowedTransitions(): RawBuilder<unknown> {
  const arrows = TASK_STATES.flatMap((from) => TRANSITIONS[from].map((to) => `('${from}', '${to}')`));
  return sql.raw(
    `(select f::workflow.task_state as from_state, t::workflow.task_state as to_state from (values ${arrows.join(', ')}) as arrow (f, t))`,
  );
}

/**
 * The tail of every moving statement: from the common table `moved (run_no, task_index, attempt, from_state, to_state, data)` it brings the
 * counters up to date, appends the events and returns what moved.
 */
export function countAndNote(): RawBuilder<MovedRow> {
  const differences = TASK_STATES.map(
    (state) =>
      `count(*) filter (where to_state = '${state}') - count(*) filter (where from_state = '${state}') as ${state}`,
  );
  const additions = TASK_STATES.map((state) => `${state} = r.${state} + tally.${state}`);
  return sql.raw<MovedRow>(`
    tally as (select run_no, ${differences.join(', ')} from moved group by run_no),
    counted as (
      update workflow.runs r set ${additions.join(', ')}, changed_at = clock_timestamp() from tally where r.run_no = tally.run_no),
    noted as (
      insert into workflow.events (run_no, task_index, kind, data)
      select run_no, task_index, to_state::text, data from moved order by run_no, task_index)
    select run_no, task_index, attempt, from_state, to_state from moved`);
}

/** A row that countAndNote returns. */
export interface MovedRow {
  readonly run_no: number;
  readonly task_index: number;
  readonly attempt: number;
  readonly from_state: TaskState;
  readonly to_state: TaskState;
}

/** The row as the journal's callers see it. */
export function toMovedTask(row: MovedRow): MovedTask {
  return {
    runNo: row.run_no,
    taskIndex: row.task_index,
    attempt: row.attempt,
    from: row.from_state,
    to: row.to_state,
  };
}
