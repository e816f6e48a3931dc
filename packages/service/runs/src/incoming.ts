/**
 * Outputs on their way from a site into the store: a folder for each attempt of a task, beside the store, so that files get there by a link.
 * A folder is done with when the journal says that its attempt is under way no more; whatever crash left it there, it goes then.
 */
import { mkdir, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from '@imsim-od/archive';
import { submissionKey } from '@imsim-od/workflow';
import { sql } from 'kysely';
import type { Runs } from './runs.js';

/** An attempt of a task. */
export interface TaskAttempt {
  readonly runId: string;
  readonly taskIndex: number;
  /** 1 for the first. */
  readonly attempt: number;
}

const PORTION = 200;
const KEY = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9]{1,9})\.([0-9]{1,4})$/;

/** Where the outputs of an attempt are collected. */
export function incomingFolder(archive: Archive, { runId, taskIndex, attempt }: TaskAttempt): string {
  return join(rootOf(archive), submissionKey(runId, taskIndex, attempt));
}

/**
 * Removes folders of attempts that are under way no more.
 * @param limit folders to remove at most
 * @returns how many went
 */
export async function sweepIncoming(runs: Runs, limit = 10_000): Promise<number> {
  const root = rootOf(runs.archive);
  await mkdir(root, { recursive: true, mode: 0o700 });
  let removed = 0;
  let portion: TaskAttempt[] = [];
  const remove = async (): Promise<void> => {
    for (const attempt of (await pastOf(runs, portion)).slice(0, limit - removed)) {
      await rm(incomingFolder(runs.archive, attempt), { recursive: true, force: true });
      removed++;
    }
    portion = [];
  };
  for await (const { name } of await opendir(root)) {
    const [, runId, taskIndex, attempt] = KEY.exec(name) ?? [];
    if (runId === undefined) continue;
    portion.push({ runId, taskIndex: Number(taskIndex), attempt: Number(attempt) });
    if (portion.length >= PORTION) await remove();
    if (removed >= limit) return removed;
  }
  await remove();
  return removed;
}

/**
 * The attempts that are not under way. A folder is made only after the journal says that its attempt is, so what is asked after the folder
 * was seen is not too early.
 */
async function pastOf({ journal }: Runs, attempts: readonly TaskAttempt[]): Promise<readonly TaskAttempt[]> {
  if (attempts.length === 0) return [];
  const { rows } = await sql<TaskAttempt>`
    select a.run_id as "runId", a.task_index as "taskIndex", a.attempt
    from unnest(${attempts.map(({ runId }) => runId)}::uuid[], ${attempts.map(({ taskIndex }) => taskIndex)}::integer[],
      ${attempts.map(({ attempt }) => attempt)}::integer[]) as a (run_id, task_index, attempt)
    where not exists (
      select 1 from workflow.runs r join workflow.tasks t on t.run_no = r.run_no and t.task_index = a.task_index
      where r.id = a.run_id and t.attempt = a.attempt and t.fence is not null)
  `.execute(journal);
  return rows;
}

function rootOf({ store }: Archive): string {
  return join(store.folder, 'incoming');
}
