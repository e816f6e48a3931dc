/** Reading the journal: one run, pages of runs, tasks and events. Pages are cut by key, so the thousandth costs what the first does. */
import { sql } from 'kysely';
import type { WorkflowDatabase } from './database.js';
import { RunNotFoundError } from './errors.js';
import { type RunState, TASK_STATES, type TaskState } from './task-state.js';

/** How many tasks of a run are in each state; `unexpanded` are no rows yet and wait for their turn. Their sum is `total`. */
export type TaskCounts = Readonly<Record<TaskState | 'unexpanded' | 'total', number>>;

/** A run as it stands. */
export interface RunSummary {
  readonly id: string;
  /** Serial number in the journal, for paging. */
  readonly runNo: number;
  readonly owner: string;
  readonly name: string;
  readonly site: string;
  readonly priority: number;
  readonly state: RunState;
  readonly paused: boolean;
  readonly counts: TaskCounts;
  readonly createdAtUtc: string;
  readonly changedAtUtc: string;
}

/** Which runs to list: newest first. */
export interface RunPage {
  readonly owner?: string;
  readonly state?: RunState;
  /** The `runNo` of the last run seen. */
  readonly after?: number;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
}

const RUN_COLUMNS = [
  'id',
  'run_no',
  'owner',
  'name',
  'site',
  'priority',
  'state',
  'paused',
  'unexpanded',
  'total',
  ...TASK_STATES,
  'created_at',
  'changed_at',
] as const;

function pageSize(limit: number | undefined): number {
  return Math.min(1000, Math.max(1, Math.trunc(limit ?? 100)));
}

type RunRow = Record<TaskState | 'unexpanded' | 'total' | 'run_no' | 'priority', number> &
  Record<'id' | 'owner' | 'name' | 'site', string> & {
    state: RunState;
    paused: boolean;
    created_at: Date;
    changed_at: Date;
  };

function toSummary(row: RunRow): RunSummary {
  const {
    id,
    run_no: runNo,
    owner,
    name,
    site,
    priority,
    state,
    paused,
    created_at,
    changed_at,
    ...counts
  } = row;
  const createdAtUtc = created_at.toISOString();
  const changedAtUtc = changed_at.toISOString();
  return { id, runNo, owner, name, site, priority, state, paused, counts, createdAtUtc, changedAtUtc };
}

/** One run. @throws RunNotFoundError, also for a run that is being deleted */
export async function readRun(db: WorkflowDatabase, runId: string): Promise<RunSummary> {
  const [run] = await readRuns(db, [runId]);
  if (run === undefined) throw new RunNotFoundError(runId);
  return run;
}

/** These runs, in no order; those that are not there or are being deleted are left out. */
export async function readRuns(
  db: WorkflowDatabase,
  runIds: readonly string[],
): Promise<readonly RunSummary[]> {
  const rows = await db
    .selectFrom('workflow.runs')
    .select(RUN_COLUMNS)
    .where(sql<boolean>`id = any(${[...runIds]}::uuid[])`)
    .where('delete_requested', '=', false)
    .execute();
  return rows.map(toSummary);
}

/** A page of runs, newest first, without those being deleted. */
export async function listRuns(db: WorkflowDatabase, page: RunPage = {}): Promise<readonly RunSummary[]> {
  let query = db
    .selectFrom('workflow.runs')
    .select(RUN_COLUMNS)
    .where('delete_requested', '=', false)
    .orderBy('run_no', 'desc')
    .limit(pageSize(page.limit));
  if (page.owner !== undefined) query = query.where('owner', '=', page.owner);
  if (page.state !== undefined) query = query.where('state', '=', page.state);
  if (page.after !== undefined) query = query.where('run_no', '<', page.after);
  return (await query.execute()).map(toSummary);
}

/** A task as it stands. */
export interface TaskSummary {
  readonly taskIndex: number;
  readonly state: TaskState;
  readonly attempt: number;
  /** How the last unsuccessful attempt ended, null where none did. */
  readonly lastEnd: string | null;
  readonly siteJob: string | null;
  /** For a waiting task: not before this. */
  readonly readyAtUtc: string;
  readonly changedAtUtc: string;
  readonly startedAtUtc: string | null;
  readonly endedAtUtc: string | null;
}

/** Which tasks to list. */
export interface TaskPage {
  readonly state?: TaskState;
  /** The `taskIndex` of the last task seen. */
  readonly after?: number;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
}

/** A page of a run's tasks, by index. Tasks that are no rows yet are not among them: `counts.unexpanded` says how many there are. */
export async function listTasks(
  db: WorkflowDatabase,
  runId: string,
  page: TaskPage = {},
): Promise<readonly TaskSummary[]> {
  const { runNo } = await readRun(db, runId);
  let query = db
    .selectFrom('workflow.tasks')
    .select(['task_index', 'state', 'attempt', 'last_end', 'site_job'])
    .select(['ready_at', 'changed_at', 'started_at', 'ended_at'])
    .where('run_no', '=', runNo)
    .orderBy('task_index')
    .limit(pageSize(page.limit));
  // The state stands in the text of the statement, so that the partial index of that state can serve it.
  if (page.state !== undefined && TASK_STATES.includes(page.state))
    query = query.where(sql<boolean>`state = ${sql.lit(page.state)}`);
  if (page.after !== undefined) query = query.where('task_index', '>', page.after);
  return (await query.execute()).map((row) => ({
    taskIndex: row.task_index,
    state: row.state,
    attempt: row.attempt,
    lastEnd: row.last_end,
    siteJob: row.site_job,
    readyAtUtc: row.ready_at.toISOString(),
    changedAtUtc: row.changed_at.toISOString(),
    startedAtUtc: row.started_at?.toISOString() ?? null,
    endedAtUtc: row.ended_at?.toISOString() ?? null,
  }));
}

/** Something that happened to a run (taskIndex null) or to one of its tasks. */
export interface JournalEvent {
  readonly seq: number;
  readonly taskIndex: number | null;
  readonly atUtc: string;
  /** The state a task came into, or `submitted`, `paused`, `resumed`, `cancelRequested`, `retryRequested`, `takenOver`. */
  readonly kind: string;
  readonly data: unknown;
}

/**
 * What happened to a run after the event `afterSeq` (0: from its beginning), in the order it was committed: a reader that remembers the
 * last `seq` misses nothing and sees nothing twice.
 */
export async function listEvents(
  db: WorkflowDatabase,
  runId: string,
  afterSeq: number,
  limit?: number,
): Promise<readonly JournalEvent[]> {
  const { runNo } = await readRun(db, runId);
  const rows = await db
    .selectFrom('workflow.events')
    .select(['seq', 'task_index', 'at', 'kind', 'data'])
    .where('run_no', '=', runNo)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(pageSize(limit))
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    taskIndex: row.task_index,
    atUtc: row.at.toISOString(),
    kind: row.kind,
    data: row.data,
  }));
}

/** The `seq` of the last event of each run, by the run's id; a run that is not there, or is being deleted, is left out. */
export async function lastEventSeqs(
  db: WorkflowDatabase,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; seq: number }>`
    select r.id, coalesce((select max(e.seq) from workflow.events e where e.run_no = r.run_no), 0) as seq
    from workflow.runs r where r.id = any(${[...runIds]}::uuid[]) and r.state <> 'deleting'
  `.execute(db);
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

/** Tasks of a run that have failed for the same reason. */
export interface FailureGroup {
  /** How the last attempt ended. */
  readonly end: string;
  /** What the site or the program said of it; of several, one. */
  readonly reason: string;
  readonly tasks: number;
  /** One of them. */
  readonly taskIndex: number;
}

/** Why the failed tasks of a run have failed, the most frequent reason first; digits are left out of the comparison. */
export async function listFailures(
  db: WorkflowDatabase,
  runId: string,
  limit = 20,
): Promise<readonly FailureGroup[]> {
  const { runNo } = await readRun(db, runId);
  const { rows } = await sql<FailureGroup>`
    with failed as (
      select t.task_index, coalesce(t.last_end, 'unknown') as last_end, e.reason
      from workflow.tasks t cross join lateral (
        select coalesce(data ->> 'reason', '') as reason from workflow.events
        where run_no = t.run_no and task_index = t.task_index and kind = 'failed' order by seq desc limit 1) as e
      where t.run_no = ${runNo} and t.state = 'failed' order by t.task_index limit 10000)
    select last_end as "end", min(reason) as reason, count(*)::integer as tasks, min(task_index) as "taskIndex"
    from failed group by last_end, regexp_replace(reason, '[0-9]+', '#', 'g') order by 3 desc, 2 limit ${limit}
  `.execute(db);
  return rows;
}
