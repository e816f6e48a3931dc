/** A run as its owner, or whom it is shared with, sees it. */
import { isRunShared, listSharedRuns, type Viewer } from '@imsim-od/archive';
import {
  listFailures,
  readRun,
  readRuns,
  RunNotFoundError,
  type RunState,
  type RunSummary,
  type TaskCounts,
} from '@imsim-od/workflow';
import { sql } from 'kysely';
import { NoSuchRunError, NotRunOwnerError } from './errors.js';
import type { SiteEstimate } from './estimate.js';
import type { Runs } from './runs.js';
import { monitorUrlOf } from './site-monitor.js';

/** `preparing`: written down, and not in the journal yet; else as the journal says. */
export type RunViewState = RunState | 'preparing' | 'paused';

/** What a run has cost so far. */
export interface RunCost {
  readonly tasks: number;
  readonly cpuS: number;
  /** Sum over tasks of the time that each took. */
  readonly taskWallS: number;
  readonly maxRssMb: number;
  readonly bytes: number;
  /** Tasks that took the files of an earlier one with the same recipe. */
  readonly reusedTasks: number;
}

/** Why tasks have failed, and what to do. */
export interface RunFailure {
  readonly end: string;
  readonly reason: string;
  readonly tasks: number;
  /** One of them. */
  readonly taskIndex: number;
  readonly advice: string;
}

/** A run in a list. */
export interface RunLine {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly site: string;
  readonly kind: 'simulation' | 'restoration';
  readonly state: RunViewState;
  readonly counts: TaskCounts;
  /** Of tasks that have ended well, 0 to 1. */
  readonly progress: number;
  readonly createdAtUtc: string;
  readonly changedAtUtc: string;
}

/** A run in full. */
export interface RunView extends RunLine {
  readonly priority: number;
  readonly visits: number;
  readonly estimate: SiteEstimate;
  readonly cost: RunCost;
  readonly startedAtUtc: string | null;
  readonly endedAtUtc: string | null;
  /** Tasks that ended per minute, of late; null before any has. */
  readonly tasksPerMinute: number | null;
  /** Null where nothing is left, or nothing can be said. */
  readonly timeLeftS: number | null;
  /** Page of the site's own monitor. */
  readonly monitorUrl: string | null;
  readonly failures: readonly RunFailure[];
}

interface StoredRun {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly site: string;
  readonly kind: 'simulation' | 'restoration';
  readonly priority: number;
  readonly tasks: number;
  readonly estimate: unknown;
  readonly submitted: boolean;
  readonly paused: boolean;
  readonly created_at: Date;
}

const COLUMNS = [
  'id',
  'owner',
  'name',
  'site',
  'kind',
  'priority',
  'tasks',
  'estimate',
  'submitted',
  'paused',
  'created_at',
] as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The stored run that a viewer may see. @throws NoSuchRunError */
export async function readStoredRun(runs: Runs, viewer: Viewer, id: string): Promise<StoredRun> {
  if (!UUID.test(id)) throw new NoSuchRunError(id);
  const row = await runs.db
    .selectFrom('runs.runs')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('deleted', '=', false)
    .executeTakeFirst();
  if (row === undefined) throw new NoSuchRunError(id);
  const isMine = row.owner === viewer.userId || viewer.isAdmin;
  if (!isMine && !(await isRunShared(runs.archive, viewer, id))) throw new NoSuchRunError(id);
  return row;
}

/** The stored run that a viewer may change. @throws NoSuchRunError, NotRunOwnerError */
export async function readOwnRun(runs: Runs, viewer: Viewer, id: string): Promise<StoredRun> {
  const row = await readStoredRun(runs, viewer, id);
  if (row.owner !== viewer.userId && !viewer.isAdmin) throw new NotRunOwnerError(id);
  return row;
}

/** A run in full. @throws NoSuchRunError */
export async function viewRun(runs: Runs, viewer: Viewer, id: string): Promise<RunView> {
  const stored = await readStoredRun(runs, viewer, id);
  const summary = await summaryOf(runs, id);
  const line = toLine(stored, summary);
  const [cost, visits, times, failures] = await Promise.all([
    costOf(runs, id),
    runs.db
      .selectFrom('runs.visits')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('run_id', '=', id)
      .executeTakeFirstOrThrow(),
    timesOf(runs, id),
    summary === null || summary.counts.failed === 0 ? [] : listFailures(runs.journal, id),
  ]);
  const left = line.counts.total - line.counts.succeeded - line.counts.failed - line.counts.cancelled;
  const isOpen = line.state === 'active' || line.state === 'preparing';
  return {
    ...line,
    priority: stored.priority,
    visits: visits.count,
    estimate: stored.estimate as SiteEstimate,
    cost,
    startedAtUtc: times.started?.toISOString() ?? null,
    endedAtUtc:
      isOpen || line.state === 'paused' || line.state === 'cancelling'
        ? null
        : (times.ended?.toISOString() ?? null),
    tasksPerMinute: times.perMinute,
    timeLeftS: isOpen && left > 0 ? timeLeft(stored, left, times.perMinute) : null,
    monitorUrl: monitorUrlOf(runs.sites.get(stored.site), { runId: stored.id, siteJob: null }),
    failures: failures.map((failure) => ({ ...failure, advice: adviceOn(failure.end, failure.reason) })),
  };
}

/** Which runs to list, newest first. */
export interface RunFilter {
  readonly from?: 'mine' | 'shared' | 'all';
  readonly state?: RunViewState;
  /** Part of the name, in either case. */
  readonly name?: string;
  /** Id of the last run seen. */
  readonly after?: string;
  /** 1 to 200; default 50. */
  readonly limit?: number;
}

/** A page of the runs that a viewer may see; `all` is for administrators, for others it is their own and those shared. */
export async function listRunLines(
  runs: Runs,
  viewer: Viewer,
  filter: RunFilter = {},
): Promise<readonly RunLine[]> {
  const limit = Math.min(200, Math.max(1, Math.trunc(filter.limit ?? 50)));
  const from = filter.from ?? 'mine';
  const shared =
    from === 'mine' || (from === 'all' && viewer.isAdmin) ? [] : await listSharedRuns(runs.archive, viewer);
  const scope =
    from === 'mine'
      ? sql<boolean>`s.owner = ${viewer.userId}::uuid`
      : from === 'shared'
        ? sql<boolean>`(s.id = any(${[...shared]}::uuid[]) and s.owner <> ${viewer.userId}::uuid)`
        : viewer.isAdmin
          ? sql<boolean>`true`
          : sql<boolean>`(s.owner = ${viewer.userId}::uuid or s.id = any(${[...shared]}::uuid[]))`;
  const { rows } = await sql<StoredRun & { journal_state: RunState | null }>`
    select s.id, s.owner, s.name, s.site, s.kind, s.priority, s.tasks, s.estimate, s.submitted, s.paused, s.created_at
    from runs.runs s left join workflow.runs j on j.id = s.id
    where not s.deleted and ${scope}
      and (${filter.after ?? null}::uuid is null or s.id < ${filter.after ?? null}::uuid)
      and (${filter.name ?? null}::text is null or position(lower(${filter.name ?? null}) in lower(s.name)) > 0)
      and (${filter.state ?? null}::text is null or ${filter.state ?? null} = case
        when j.id is null then 'preparing' when j.state = 'active' and j.paused then 'paused' else j.state end)
    order by s.id desc limit ${limit}
  `.execute(runs.db);
  const known = await readRuns(
    runs.journal,
    rows.map(({ id }) => id),
  );
  const summaries = new Map(known.map((summary) => [summary.id, summary]));
  return rows.map((row) => toLine(row, summaries.get(row.id) ?? null));
}

async function summaryOf(runs: Runs, id: string): Promise<RunSummary | null> {
  try {
    return await readRun(runs.journal, id);
  } catch (error) {
    if (error instanceof RunNotFoundError) return null;
    throw error;
  }
}

function toLine(stored: StoredRun, summary: RunSummary | null): RunLine {
  const none = {
    waiting: 0,
    claimed: 0,
    queued: 0,
    running: 0,
    collecting: 0,
    cancelling: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
  };
  const counts =
    summary === null ? { ...none, unexpanded: stored.tasks, total: stored.tasks } : countsOf(summary);
  const state: RunViewState =
    summary === null ? 'preparing' : summary.state === 'active' && summary.paused ? 'paused' : summary.state;
  return {
    id: stored.id,
    name: stored.name,
    ownerId: stored.owner,
    site: stored.site,
    kind: stored.kind,
    state,
    counts,
    progress: counts.total === 0 ? 0 : counts.succeeded / counts.total,
    createdAtUtc: stored.created_at.toISOString(),
    changedAtUtc: summary?.changedAtUtc ?? stored.created_at.toISOString(),
  };
}

/** Tasks that were far from their turn when a run was cancelled are cancelled as the others. */
function countsOf({ state, counts }: RunSummary): RunSummary['counts'] {
  if (state !== 'cancelled' && state !== 'cancelling') return counts;
  return { ...counts, cancelled: counts.cancelled + counts.unexpanded, unexpanded: 0 };
}

async function costOf(runs: Runs, id: string): Promise<RunCost> {
  const { rows } = await sql<RunCost>`
    select count(*) as tasks, coalesce(sum(cpu_s), 0) as "cpuS", coalesce(sum(wall_s), 0) as "taskWallS",
      coalesce(max(max_rss_mb), 0) as "maxRssMb", coalesce(sum(bytes), 0)::bigint as bytes,
      count(*) filter (where reused) as "reusedTasks"
    from runs.results where run_id = ${id}::uuid
  `.execute(runs.db);
  return rows[0] ?? { tasks: 0, cpuS: 0, taskWallS: 0, maxRssMb: 0, bytes: 0, reusedTasks: 0 };
}

/** Throughput is that of the last 50 tasks that ended within the last ten minutes. */
async function timesOf(
  runs: Runs,
  id: string,
): Promise<{ started: Date | null; ended: Date | null; perMinute: number | null }> {
  const { rows } = await sql<{
    started: Date | null;
    ended: Date | null;
    recent: number;
    span_s: number | null;
  }>`
    select (select min(started_at) from workflow.tasks t join workflow.runs r using (run_no) where r.id = ${id}::uuid) as started,
      (select max(ended_at) from workflow.tasks t join workflow.runs r using (run_no) where r.id = ${id}::uuid) as ended,
      count(*) as recent, extract(epoch from max(finished_at) - min(finished_at))::float8 as span_s
    from (select finished_at from runs.results where run_id = ${id}::uuid and finished_at > clock_timestamp() - interval '10 minutes'
      order by finished_at desc limit 50) as latest
  `.execute(runs.db);
  const [row] = rows;
  const span = row?.span_s ?? 0;
  const recent = row?.recent ?? 0;
  return {
    started: row?.started ?? null,
    ended: row?.ended ?? null,
    perMinute: recent >= 3 && span > 0 ? ((recent - 1) / span) * 60 : null,
  };
}

function timeLeft(stored: StoredRun, left: number, perMinute: number | null): number {
  if (perMinute !== null) return Math.round((left / perMinute) * 60);
  return Math.round((stored.estimate as SiteEstimate).wallS.value * (left / stored.tasks));
}

const ADVICE: Readonly<Record<string, string>> = {
  memory:
    'It needed more memory than the site gives, also with more. Ask for fewer sources (faintIMag), or another site.',
  wall: 'It took far longer than estimated. Retry it; if it happens again, look at its log and report it.',
  cpu: 'It took far longer than estimated. Retry it; if it happens again, look at its log and report it.',
  lost: 'Its worker was lost again and again. Retry it; an administrator should look at the site.',
  evicted: 'The site stopped it. Retry it; an administrator should look at the site.',
  refused: 'The site refuses such a task. Choose another site, or ask an administrator.',
  outputs: 'Its files did not come back whole. Retry it; an administrator should look at the site’s disk.',
};

function adviceOn(end: string, reason: string): string {
  if (/simulation version/.test(reason))
    return 'The service was upgraded since. Clone the run: the clone uses the present version.';
  if (/no space left|disk quota/i.test(reason))
    return 'A disk is full. An administrator must free some space; then retry.';
  if (/no such file|ENOENT/i.test(reason))
    return 'A file that it needs is not in the store. An administrator should look at the store’s disk; then retry.';
  return (
    ADVICE[end] ??
    'Read its log. Where the request is at fault, clone the run with a change; otherwise retry it, and report it if it fails again.'
  );
}
