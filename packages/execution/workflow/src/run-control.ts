/** What people do to a run: pause, resume, cancel, retry, delete. Each is one transaction and may be asked again without harm. */
import { sql } from 'kysely';
import type { WorkflowDatabase } from './database.js';
import { RunBusyError, RunNotFoundError } from './errors.js';
import { countAndNote, type MovedRow, notify, type WorkflowTransaction } from './journal-write.js';

interface LockedRun {
  readonly run_no: number;
  readonly in_flight: number;
}

async function inLockedRun<T>(
  db: WorkflowDatabase,
  runId: string,
  queueChanged: boolean,
  work: (transaction: WorkflowTransaction, run: LockedRun) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<LockedRun>`
      select run_no, claimed + queued + running + collecting + cancelling as in_flight from workflow.runs
      where id = ${runId} and not delete_requested for no key update
    `.execute(transaction);
    const run = rows[0];
    if (run === undefined) throw new RunNotFoundError(runId);
    const result = await work(transaction, run);
    await notify(transaction, queueChanged);
    return result;
  });
}

async function note(transaction: WorkflowTransaction, runNo: number, kind: string): Promise<void> {
  await transaction.insertInto('workflow.events').values({ run_no: runNo, kind, data: null }).execute();
}

/** No further task of the run is taken; what is at the site goes on. @throws RunNotFoundError */
export async function pauseRun(db: WorkflowDatabase, runId: string): Promise<void> {
  await setPaused(db, runId, true);
}

/** Ends a pause. @throws RunNotFoundError */
export async function resumeRun(db: WorkflowDatabase, runId: string): Promise<void> {
  await setPaused(db, runId, false);
}

async function setPaused(db: WorkflowDatabase, runId: string, paused: boolean): Promise<void> {
  await inLockedRun(db, runId, !paused, async (transaction, { run_no: runNo }) => {
    const { numUpdatedRows } = await transaction
      .updateTable('workflow.runs')
      .set({ paused, changed_at: sql<Date>`clock_timestamp()` })
      .where('run_no', '=', runNo)
      .where('paused', '=', !paused)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await note(transaction, runNo, paused ? 'paused' : 'resumed');
  });
}

/**
 * Stops the run: what waits is cancelled at once, what a server holds is marked and cancelled at its site; tasks that were no rows yet
 * never become rows. Finished tasks keep their outcome.
 * @returns how many tasks were cancelled or marked
 * @throws RunNotFoundError
 */
export async function cancelRun(db: WorkflowDatabase, runId: string): Promise<number> {
  return inLockedRun(db, runId, true, async (transaction, { run_no: runNo }) => {
    const { numUpdatedRows } = await transaction
      .updateTable('workflow.runs')
      .set({ cancel_requested: true, changed_at: sql<Date>`clock_timestamp()` })
      .where('run_no', '=', runNo)
      .where('state', '=', 'active')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return 0;
    await note(transaction, runNo, 'cancelRequested');
    const { rows } = await sql<MovedRow>`
      with before as materialized (
        select run_no, task_index, state as from_state,
          case when state = 'waiting' then 'cancelled' else 'cancelling' end::workflow.task_state as to_state
        from workflow.tasks
        where run_no = ${runNo} and state in ('waiting', 'claimed', 'queued', 'running', 'collecting')),
      moved as (
        update workflow.tasks t set state = b.to_state, changed_at = clock_timestamp(),
          ended_at = case when b.to_state = 'cancelled' then clock_timestamp() else t.ended_at end
        from before b where t.run_no = b.run_no and t.task_index = b.task_index
        returning t.run_no, t.task_index, t.attempt, b.from_state, t.state as to_state,
          jsonb_build_object('attempt', t.attempt) as data),
      ${countAndNote()}
    `.execute(transaction);
    return rows.length;
  });
}

/**
 * Puts failed and cancelled tasks back into the queue, their count of tries at zero; a cancelled run goes on, with its tasks that were
 * no rows yet. A run that was over is no longer paused, even if it was when it ended; one that is under way stays as it is.
 * @returns how many tasks were put back
 * @throws RunNotFoundError; RunBusyError while a cancelled run still has jobs at its site
 */
export async function retryRun(db: WorkflowDatabase, runId: string): Promise<number> {
  return inLockedRun(db, runId, true, async (transaction, { run_no: runNo }) => {
    const run = await transaction
      .selectFrom('workflow.runs')
      .select('state')
      .where('run_no', '=', runNo)
      .executeTakeFirstOrThrow();
    if (run.state === 'cancelling') throw new RunBusyError(runId, 'retried');
    if (run.state !== 'active') {
      await transaction
        .updateTable('workflow.runs')
        .set({ cancel_requested: false, paused: false })
        .where('run_no', '=', runNo)
        .execute();
    }
    await note(transaction, runNo, 'retryRequested');
    const { rows } = await sql<MovedRow>`
      with before as materialized (
        select run_no, task_index, state as from_state from workflow.tasks
        where run_no = ${runNo} and state in ('failed', 'cancelled')),
      moved as (
        update workflow.tasks t set state = 'waiting', tries = 0, ready_at = statement_timestamp(), ended_at = null,
          changed_at = clock_timestamp()
        from before b where t.run_no = b.run_no and t.task_index = b.task_index
        returning t.run_no, t.task_index, t.attempt, b.from_state, t.state as to_state,
          jsonb_build_object('attempt', t.attempt) as data),
      ${countAndNote()}
    `.execute(transaction);
    return rows.length;
  });
}

/**
 * Hides the run at once; its rows go in portions by sweepDeletedRuns, so that deleting a million tasks holds nobody up.
 * @throws RunNotFoundError; RunBusyError while it has jobs at its site
 */
export async function deleteRun(db: WorkflowDatabase, runId: string): Promise<void> {
  await inLockedRun(db, runId, false, async (transaction, run) => {
    if (run.in_flight > 0) throw new RunBusyError(runId, 'deleted');
    await transaction
      .updateTable('workflow.runs')
      .set({ delete_requested: true })
      .where('run_no', '=', run.run_no)
      .execute();
  });
}

/**
 * Removes up to `limit` rows of one deleted run, and the run with the last of them.
 * @returns whether there may be more to remove
 */
export async function sweepDeletedRuns(db: WorkflowDatabase, limit = 10_000): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ run_no: number }>`
      select run_no from workflow.runs where delete_requested order by run_no limit 1 for update skip locked
    `.execute(transaction);
    const run = rows[0];
    if (run === undefined) return false;
    const tasks = await sql`
      delete from workflow.tasks where ctid = any(array(
        select ctid from workflow.tasks where run_no = ${run.run_no} limit ${limit}))
    `.execute(transaction);
    const events = await sql`
      delete from workflow.events where ctid = any(array(
        select ctid from workflow.events where run_no = ${run.run_no} limit ${limit}))
    `.execute(transaction);
    const removed = Math.max(Number(tasks.numAffectedRows ?? 0n), Number(events.numAffectedRows ?? 0n));
    if (removed < limit)
      await transaction.deleteFrom('workflow.runs').where('run_no', '=', run.run_no).execute();
    return true;
  });
}
