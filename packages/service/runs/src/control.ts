/** Stopping, going on, trying again, cloning, deleting. */
import { removeOutputsOfRun, type Viewer } from '@imsim-od/archive';
import { toJobKey } from '@imsim-od/site';
import {
  cancelRun as cancelInJournal,
  deleteRun as deleteInJournal,
  listTasks,
  pauseRun as pauseInJournal,
  resumeRun as resumeInJournal,
  retryRun as retryInJournal,
  RunBusyError,
  RunNotFoundError,
  submissionKey,
} from '@imsim-od/workflow';
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
  return inJournal(runs, viewer, id, () => retryInJournal(runs.journal, id));
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
 * Deletes a run that has nothing under way. What it made stays in the archive, unless it is to go, too.
 * @throws NoSuchRunError, NotRunOwnerError, RunStateError
 */
export async function deleteRun(
  runs: Runs,
  viewer: Viewer,
  id: string,
  options: { readonly withData?: boolean } = {},
): Promise<void> {
  const { site } = await readOwnRun(runs, viewer, id);
  await inJournal(runs, viewer, id, async () => {
    await forgetJobs(runs, id, site);
    await deleteInJournal(runs.journal, id);
  });
  if (options.withData === true) await removeOutputsOfRun(runs.archive, id);
  await runs.db.updateTable('runs.runs').set({ deleted: true }).where('id', '=', id).execute();
}

/** Lets the site forget what it keeps of a run's jobs: folders and logs. */
async function forgetJobs(runs: Runs, id: string, siteName: string): Promise<void> {
  const adapter = runs.sites.get(siteName)?.adapter;
  if (adapter === undefined) return;
  const { maxBatch } = await adapter.limits();
  for (let after = -1; ;) {
    const tasks = await listTasks(runs.journal, id, { after, limit: 1000 });
    const keys = tasks.flatMap(({ taskIndex, attempt }) =>
      Array.from({ length: attempt }, (_, i) => ({ key: toJobKey(submissionKey(id, taskIndex, i + 1)) })),
    );
    for (let start = 0; start < keys.length; start += maxBatch)
      await adapter.forget(keys.slice(start, start + maxBatch));
    const last = tasks.at(-1);
    if (last === undefined || tasks.length < 1000) return;
    after = last.taskIndex;
  }
}

async function inJournal<T>(runs: Runs, viewer: Viewer, id: string, act: () => Promise<T>): Promise<T> {
  await readOwnRun(runs, viewer, id);
  try {
    await handToJournal(runs, id);
    return await act();
  } catch (error) {
    if (error instanceof RunBusyError)
      throw new RunStateError(id, 'still has tasks at its site; cancel it and wait for them to end');
    if (error instanceof RunNotFoundError) throw new RunStateError(id, 'is being deleted');
    throw error;
  }
}
