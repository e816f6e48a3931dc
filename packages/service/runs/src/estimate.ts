/** What requests will cost, before they are submitted. */
import type { SkyCounts } from '@imsim-od/simulator';
import { checkQuota, type Viewer } from '@imsim-od/archive';
import { sql } from 'kysely';
import { calibrated, type Calibration, type Estimated, readCalibration } from './calibration.js';
import { type Prepared, prepare } from './prepare.js';
import { reservedBytes } from './reserved-bytes.js';
import { countReusedTasks } from './reused-tasks.js';
import type { Runs, RunSite } from './runs.js';

/** What a run costs at one site. */
export interface SiteEstimate {
  readonly site: string;
  readonly cpuS: Estimated;
  /** From submission to the last task's end, what waits and runs there already included. */
  readonly wallS: Estimated;
  /** Of the largest task. */
  readonly memoryMb: Estimated;
  readonly bytes: Estimated;
  /** Tasks from which the site has learnt. */
  readonly learntFrom: number;
}

/** What requests come to. */
export interface RunEstimate {
  readonly tasks: number;
  /** Of these, how many take their files from the archive and cost no time; null where there are too many to be looked up. */
  readonly reusedTasks: number | null;
  readonly sites: readonly SiteEstimate[];
  readonly visits: readonly {
    readonly visitId: number;
    readonly band: string;
    readonly tasks: number;
    readonly reusedTasks: number | null;
    readonly sources: number;
    readonly cpuS: number;
    readonly bytes: number;
  }[];
  /** What the first request's detectors see. */
  readonly sky: SkyCounts | null;
  readonly notes: readonly string[];
  /** What would keep the run from being accepted as things stand; empty where nothing would. */
  readonly obstacles: readonly string[];
}

const MAX_ROWS = 500;
const MAX_NOTES = 50;

/** Estimates requests at every site. @throws SubmissionError */
export async function estimateRequests(
  runs: Runs,
  viewer: Viewer,
  documents: readonly unknown[],
): Promise<RunEstimate> {
  const prepared = await prepare(runs, viewer, documents);
  const reused = await countReusedTasks(runs, prepared);
  const sites = await Promise.all(
    [...runs.sites.values()].map((site) => estimateAt(runs, site, prepared, reused)),
  );
  const { visits } = prepared;
  const obstacles: string[] = [];
  try {
    await checkQuota(
      runs.archive,
      viewer.userId,
      sumOf(visits, ({ bytes }) => bytes),
      await reservedBytes(runs.db, viewer.userId),
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ARCHIVE_QUOTA')) throw error;
    obstacles.push(error.message);
  }
  return {
    tasks: sumOf(visits, ({ tasks }) => tasks),
    reusedTasks: reused === null ? null : sumOf(reused, (tasks) => tasks),
    sites,
    visits: visits.slice(0, MAX_ROWS).map(({ visit, tasks, sources, cpuS, bytes }, index) => ({
      visitId: visit.visitId,
      band: visit.band,
      tasks,
      reusedTasks: reused === null ? null : reused[index]!,
      sources,
      cpuS: cpuS * drawnShare(tasks, reused?.[index]),
      bytes,
    })),
    sky: visits[0]?.sky ?? null,
    notes: [...new Set(visits.flatMap(({ notes }) => notes))].slice(0, MAX_NOTES),
    obstacles,
  };
}

/** What is drawn of a visit; its tasks are taken to cost the same. */
function drawnShare(tasks: number, reusedTasks = 0): number {
  return (tasks - reusedTasks) / tasks;
}

/** What prepared requests cost at a site. @param reused tasks of each visit that cost no time, where that is known */
export async function estimateAt(
  runs: Runs,
  { adapter, slots }: RunSite,
  { visits }: Prepared,
  reused: readonly number[] | null,
): Promise<SiteEstimate> {
  const learnt = await readCalibration(runs.db, adapter.name);
  const tasks = sumOf(visits, (visit) => visit.tasks);
  const drawnTasks = tasks - sumOf(reused ?? [], (count) => count);
  const cpuS = calibrated(
    visits.reduce((sum, visit, index) => sum + visit.cpuS * drawnShare(visit.tasks, reused?.[index]), 0),
    drawnTasks,
    learnt.cpu,
  );
  const aheadS = (await cpuAhead(runs, adapter.name)) * Math.exp(learnt.cpu.mean);
  return {
    site: adapter.name,
    cpuS,
    wallS: wallOf(cpuS, drawnTasks, slots, aheadS, learnt),
    memoryMb: calibrated(Math.max(...visits.map((visit) => visit.memoryMb)), 1, learnt.memory),
    bytes: calibrated(
      sumOf(visits, (visit) => visit.bytes),
      tasks,
      learnt.bytes,
    ),
    learntFrom: Math.round(learnt.cpu.weight),
  };
}

function wallOf(
  cpuS: Estimated,
  tasks: number,
  slots: number,
  aheadS: number,
  { wallPerCpu }: Calibration,
): Estimated {
  const wait = aheadS / slots;
  if (tasks === 0) return { value: wait, low: 0, high: wait };
  const parallel = Math.max(1, Math.min(slots, tasks));
  const own = calibrated(cpuS.value / parallel, tasks, wallPerCpu);
  const factor = own.high / own.value;
  // The errors of CPU time and of wall per CPU time are taken as independent: their logarithms add in quadrature.
  const spread = Math.exp(Math.hypot(Math.log(cpuS.high / cpuS.value), Math.log(factor)));
  return {
    value: wait + own.value,
    low: Math.max(0, own.value / spread),
    high: (wait + own.value) * spread,
  };
}

/** Counted CPU seconds of tasks that wait or run at a site. */
async function cpuAhead(runs: Runs, site: string): Promise<number> {
  const { rows } = await sql<{ id: string; open: number }>`
    select id, (total - succeeded - failed - cancelled)::float8 / total as open
    from workflow.runs where site = ${site} and state = 'active' and not paused order by run_no limit 1000
  `.execute(runs.journal);
  if (rows.length === 0) return 0;
  const costs = await runs.db
    .selectFrom('runs.visits')
    .select(['run_id', (eb) => eb.fn.sum<number>('cpu_s').as('cpu')])
    .where(
      'run_id',
      'in',
      rows.map(({ id }) => id),
    )
    .groupBy('run_id')
    .execute();
  const byRun = new Map(costs.map(({ run_id, cpu }) => [run_id, cpu]));
  return rows.reduce((sum, { id, open }) => sum + open * (byRun.get(id) ?? 0), 0);
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
