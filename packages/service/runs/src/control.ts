/** Stopping, going on, trying again, cloning, deleting. */
import { removeOutputsOfRun, type Viewer } from '@imsim-od/archive';
import { type JobRef, toJobKey } from '@imsim-od/site';
import {
  cancelRun as cancelInJournal,
  deleteRun as deleteInJournal,
  pauseRun as pauseInJournal,
  resumeRun as resumeInJournal,
  retryRun as retryInJournal,
  RunBusyError,
  RunNotFoundError,
  submissionKey,
} from '@imsim-od/workflow';
import { sql } from 'kysely';
import { RunStateError } from './errors.js';
import { readOwnRun, readStoredRun } from './run-view.js';
import type { Runs } from './runs.js';
import { handToJournal } from './submission.js';

/** Stops a run; finished tasks keep what they made. @returns how many tasks it stops @throws NoSuchRunError, NotRunOwnerError */
export async function cancelRun(runs: Runs, viewer: Viewer, id: string): Promise<number> {
  return inJournal(runs, viewer, id, () => cancelInJournal(runs.journal, id));
}

/** Takes up nothing more of a run until it is resumed; what runs goes on. @throws NoSuchRunError, NotRunOwnerError */
export async function pauseRun(runs: Runs, viewer: Viewer, id: string): Promise<void> {
  await inJournal(runs, viewer, id, () => pauseInJournal(runs.journal, id));
}

/** Ends a pause. @throws NoSuchRunError, NotRunOwnerError */
export async function resumeRun(runs: Runs, viewer: Viewer, id: string): Promise<void> {
  await inJournal(runs, viewer, id, () => resumeInJournal(runs.journal, id));
}

/** Tries failed and cancelled tasks again. @returns how many @throws NoSuchRunError, NotRunOwnerError, RunStateError */
export async function retryRun(runs: Runs, viewer: Viewer, id: string): Promise<number> {
  const tasks = await inJournal(runs, viewer, id, () => retryInJournal(runs.journal, id));
  // It will end again, and that is news.
  await runs.db.updateTable('runs.runs').set({ end_told_at: null }).where('id', '=', id).execute();
  return tasks;
}

/** The requests of a run, to change and submit anew. @throws NoSuchRunError, RunStateError for a restoration */
export async function readRequests(runs: Runs, viewer: Viewer, id: string): Promise<readonly unknown[]> {
  const { kind } = await readStoredRun(runs, viewer, id);
  if (kind !== 'simulation') throw new RunStateError(id, 'makes dropped pixels again; it has no request');
  const rows = await runs.db
    .selectFrom('runs.visits')
    .select('request')
    .where('run_id', '=', id)
    .orderBy('visit_index')
    .execute();
  return rows.map(({ request }) => request);
}

/**
 * Deletes a run that has nothing under way. What it made stays in the archive, unless it is to go, too. Cut short, it goes on when it is
 * asked again.
 * @throws NoSuchRunError, NotRunOwnerError, RunStateError, and then nothing is touched
 */
export async function deleteRun(
  runs: Runs,
  viewer: Viewer,
  id: string,
  options: { readonly withData?: boolean } = {},
): Promise<void> {
  const { site } = await readOwnRun(runs, viewer, id);
  await handToJournal(runs, id);
  const jobs = await jobsOf(runs, id);
  try {
    await deleteInJournal(runs.journal, id);
  } catch (error) {
    if (error instanceof RunBusyError) throw stillBusy(id);
    // An earlier call has come so far.
    if (!(error instanceof RunNotFoundError)) throw error;
  }
  await forgetJobs(runs, site, jobs);
  if (options.withData === true) await removeOutputsOfRun(runs.archive, id);
  await runs.db.updateTable('runs.runs').set({ deleted: true }).where('id', '=', id).execute();
}

/** Lets the site forget what it keeps of a run's jobs: folders and logs. */
async function forgetJobs(runs: Runs, siteName: string, jobs: readonly JobAttempts[]): Promise<void> {
  const adapter = runs.sites.get(siteName)?.adapter;
  if (adapter === undefined) return;
  const { maxBatch } = await adapter.limits();
  let refs: JobRef[] = [];
  for (const { runId, taskIndex, attempts } of jobs) {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      refs.push({ key: toJobKey(submissionKey(runId, taskIndex, attempt)) });
      if (refs.length < maxBatch) continue;
      await adapter.forget(refs);
      refs = [];
    }
  }
  if (refs.length > 0) await adapter.forget(refs);
}

/** A task that was at its site, and how often. */
interface JobAttempts {
  readonly runId: string;
  readonly taskIndex: number;
  readonly attempts: number;
}

/** The tasks of a run that were at its site; of a run whose deletion has begun, those whose rows are still there. */
async function jobsOf(runs: Runs, runId: string): Promise<readonly JobAttempts[]> {
  const { rows } = await sql<JobAttempts>`
    select r.id as "runId", t.task_index as "taskIndex", t.attempt as attempts
    from workflow.runs r join workflow.tasks t using (run_no) where r.id = ${runId}::uuid and t.attempt > 0
  `.execute(runs.journal);
  return rows;
}

function stillBusy(id: string): RunStateError {
  return new RunStateError(id, 'still has tasks at its site; cancel it and wait for them to end');
}

async function inJournal<T>(runs: Runs, viewer: Viewer, id: string, act: () => Promise<T>): Promise<T> {
  await readOwnRun(runs, viewer, id);
  try {
    await handToJournal(runs, id);
    return await act();
  } catch (error) {
    if (error instanceof RunBusyError) throw stillBusy(id);
    if (error instanceof RunNotFoundError) throw new RunStateError(id, 'is being deleted');
    throw error;
  }
}
