/** The tasks of a run: which detector each is, how it stands, and its log. */
import { type LogStream, SiteError, toJobKey } from '@imsim-od/site';
import type { Viewer } from '@imsim-od/archive';
import {
  listTasks,
  readRuns,
  RunNotFoundError,
  submissionKey,
  type TaskState,
  type TaskSummary,
} from '@imsim-od/workflow';
import { sql } from 'kysely';
import { NoSuchRunError, RunStateError } from './errors.js';
import { readStoredRun } from './run-view.js';
import type { Runs } from './runs.js';
import { monitorUrlOf } from './site-monitor.js';
import { recipesOfVisit } from './task-recipes.js';

/** A task as its viewers see it. */
export interface TaskView {
  readonly taskIndex: number;
  readonly visit: number;
  readonly band: string;
  readonly snap: number;
  readonly detector: string;
  readonly detectorId: number;
  /** Tasks that are far from their turn are `waiting`; of a run that is cancelled they are `cancelled`, too. */
  readonly state: TaskState;
  readonly attempt: number;
  readonly lastEnd: string | null;
  readonly startedAtUtc: string | null;
  readonly endedAtUtc: string | null;
  /** Null before it has ended well. */
  readonly cpuS: number | null;
  readonly wallS: number | null;
  readonly maxRssMb: number | null;
  readonly bytes: number | null;
  readonly sources: number | null;
  readonly reused: boolean;
  readonly warnings: readonly string[];
  /** Page of the site's own monitor about the present or last attempt. */
  readonly monitorUrl: string | null;
}

/** Which tasks to list, in their order. */
export interface TaskFilter {
  readonly state?: TaskState;
  /** Index of the last task seen. */
  readonly after?: number;
  /** 1 to 1000; default 200. */
  readonly limit?: number;
}

/** A page of a run's tasks, with those that are far from their turn. @throws NoSuchRunError */
export async function listTaskViews(
  runs: Runs,
  viewer: Viewer,
  runId: string,
  filter: TaskFilter = {},
): Promise<readonly TaskView[]> {
  const stored = await readStoredRun(runs, viewer, runId);
  const limit = Math.min(1000, Math.max(1, Math.trunc(filter.limit ?? 200)));
  const rows = await journalTasks(runs, runId, { ...filter, limit });
  const tasks: (TaskSummary | number)[] = [...rows];
  const [summary] = await readRuns(runs.journal, [runId]);
  const isStopped = summary?.state === 'cancelled' || summary?.state === 'cancelling';
  const stateOfOthers: TaskState = isStopped ? 'cancelled' : 'waiting';
  if (filter.state === undefined || filter.state === stateOfOthers) {
    // Tasks become rows in the order of their indices: what is not a row yet comes after all that are.
    const { rows: last } = await sql<{ next: number }>`
      select coalesce(max(t.task_index) + 1, 0) as next from workflow.tasks t join workflow.runs r using (run_no) where r.id = ${runId}::uuid
    `.execute(runs.journal);
    const from = Math.max(last[0]?.next ?? 0, (filter.after ?? -1) + 1);
    for (let index = from; index < stored.tasks && tasks.length < limit; index++) tasks.push(index);
  }
  const indices = tasks.map((task) => (typeof task === 'number' ? task : task.taskIndex));
  const results = await readResults(runs, runId, indices);
  const views: TaskView[] = [];
  for (const [position, task] of tasks.entries()) {
    const index = indices[position] ?? 0;
    const result = results.get(index);
    const row = typeof task === 'number' ? undefined : task;
    views.push({
      ...(await whatItMakes(runs, runId, index)),
      taskIndex: index,
      state: row?.state ?? stateOfOthers,
      attempt: row?.attempt ?? 0,
      lastEnd: row?.lastEnd ?? null,
      startedAtUtc: row?.startedAtUtc ?? null,
      endedAtUtc: row?.endedAtUtc ?? null,
      cpuS: result?.cpu_s ?? null,
      wallS: result?.wall_s ?? null,
      maxRssMb: result?.max_rss_mb ?? null,
      bytes: result?.bytes ?? null,
      sources: result?.sources ?? null,
      reused: result?.reused ?? false,
      warnings: (result?.warnings as readonly string[] | undefined) ?? [],
      monitorUrl: monitorUrlOf(runs.sites.get(stored.site), { runId, siteJob: row?.siteJob ?? null }),
    });
  }
  return views;
}

/** Part of a task's log. */
export interface TaskLog {
  readonly attempt: number;
  readonly text: string;
  readonly offset: number;
  readonly totalBytes: number;
}

/** The log of a task's present or last attempt. @throws NoSuchRunError, RunStateError where there is none */
export async function readTaskLog(
  runs: Runs,
  viewer: Viewer,
  runId: string,
  taskIndex: number,
  range: { readonly offset?: number; readonly stream?: LogStream } = {},
): Promise<TaskLog> {
  const stored = await readStoredRun(runs, viewer, runId);
  if (!Number.isInteger(taskIndex) || taskIndex < 0 || taskIndex >= stored.tasks)
    throw new NoSuchRunError(`${runId} task ${taskIndex}`);
  const [task] = await journalTasks(runs, runId, { after: taskIndex - 1, limit: 1 });
  if (task?.taskIndex !== taskIndex || task.attempt === 0)
    throw new RunStateError(runId, `has no log of task ${taskIndex} yet: it was not started`);
  const site = runs.sites.get(stored.site);
  if (site === undefined)
    throw new RunStateError(runId, `was run at the site ${stored.site}, which this server does not have`);
  try {
    const key = toJobKey(submissionKey(runId, taskIndex, task.attempt));
    const slice = await site.adapter.logs(
      { key },
      { stream: range.stream ?? 'stdout', offset: range.offset ?? 0 },
    );
    return {
      attempt: task.attempt,
      text: Buffer.from(slice.bytes).toString('utf8'),
      offset: slice.offset,
      totalBytes: slice.totalBytes,
    };
  } catch (error) {
    if (error instanceof SiteError && error.code === 'SITE_JOB_NOT_FOUND')
      throw new RunStateError(runId, `has no log of task ${taskIndex}: the site does not keep it any more`);
    throw error;
  }
}

async function journalTasks(runs: Runs, runId: string, filter: TaskFilter): Promise<readonly TaskSummary[]> {
  try {
    return await listTasks(runs.journal, runId, filter);
  } catch (error) {
    if (error instanceof RunNotFoundError) return [];
    throw error;
  }
}

async function readResults(runs: Runs, runId: string, indices: readonly number[]) {
  if (indices.length === 0) return new Map<number, never>();
  const rows = await runs.db
    .selectFrom('runs.results')
    .selectAll()
    .where('run_id', '=', runId)
    .where('task_index', '>=', Math.min(...indices))
    .where('task_index', '<=', Math.max(...indices))
    .execute();
  return new Map(rows.map((row) => [row.task_index, row]));
}

async function whatItMakes(runs: Runs, runId: string, taskIndex: number) {
  const visit = await runs.db
    .selectFrom('runs.visits')
    .select(['visit_index', 'first_task'])
    .where('run_id', '=', runId)
    .where('first_task', '<=', taskIndex)
    .orderBy('first_task', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const { recipes } = await recipesOfVisit(runs, runId, visit.visit_index);
  const recipe = recipes[taskIndex - visit.first_task];
  if (recipe === undefined) throw new RangeError(`run ${runId} has no task ${taskIndex}`);
  return {
    visit: recipe.visit.visitId,
    band: recipe.visit.band,
    snap: recipe.visit.snap,
    detector: recipe.detector.name,
    detectorId: recipe.detector.id,
  };
}
