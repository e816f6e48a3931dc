/** What the tests of the journal share: ids, runs, the expander of test jobs, a catalog, and the invariants in SQL. */
import { randomBytes } from 'node:crypto';
import { isDatabaseAway } from '@imsim-od/database';
import { sql } from 'kysely';
import type { WorkflowDatabase } from '../database.js';
import type { Expander } from '../expander.js';
import type { WorkflowTransaction } from '../journal-write.js';
import type { CollectedTask } from '../site-loop.js';
import type { RunSubmission } from '../submission.js';
import { TASK_STATES } from '../task-state.js';
import { type TestJob, testJobSpec } from './table-site.js';

/** A UUID of version 7. */
export function newRunId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const noise = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${noise.slice(1, 4)}-8${noise.slice(5, 8)}-${noise.slice(8, 20)}`;
}

/** A run of test jobs in one batch. */
export function testRun(
  taskCount: number,
  job: TestJob = {},
  more: Partial<RunSubmission> = {},
): RunSubmission {
  return {
    id: newRunId(),
    owner: 'ada',
    name: 'test',
    site: 'table',
    batches: [{ expander: 'test', argument: job, taskCount }],
    ...more,
  };
}

const expandTestJobs: Expander = (argument, tasks) =>
  tasks.map((task) => testJobSpec(task.key, argument as TestJob));

/** The expander `test`: the batch's argument is the job of each of its tasks. */
export const testExpanders: ReadonlyMap<string, Expander> = new Map([['test', expandTestJobs]]);

/** Makes a catalog that refuses a task's outputs a second time. */
export async function makeCatalog(db: WorkflowDatabase): Promise<void> {
  await sql`create table catalog (run_id uuid, task_index integer, attempt integer, primary key (run_id, task_index))`.execute(
    db,
  );
}

/** Enters outputs in the catalog, in the transaction of their success. */
export async function recordInCatalog(
  transaction: WorkflowTransaction,
  collected: readonly CollectedTask[],
): Promise<void> {
  await sql`
    insert into catalog select * from unnest(
      ${collected.map(({ task }) => task.runId)}::uuid[], ${collected.map(({ task }) => task.taskIndex)}::integer[],
      ${collected.map(({ task }) => task.attempt)}::integer[])
  `.execute(transaction);
}

/** How many entries the catalog has. */
export async function catalogSize(db: WorkflowDatabase): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from catalog`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Runs whose counters differ from a count of their tasks, unexpanded ranges included, and tasks held under no known lease. */
export async function brokenInvariants(db: WorkflowDatabase): Promise<readonly unknown[]> {
  const counts = TASK_STATES.map((state) => `count(t.state) filter (where t.state = '${state}') as ${state}`);
  const differs = TASK_STATES.map((state) => `r.${state} <> c.${state}`);
  const { rows } = await sql
    .raw(
      `with c as (
         select r.run_no, ${counts.join(', ')} from workflow.runs r left join workflow.tasks t using (run_no) group by r.run_no),
       b as (select run_no, sum(task_count - expanded) as unexpanded, sum(expanded) as expanded from workflow.batches group by run_no),
       n as (select run_no, count(*) as tasks from workflow.tasks group by run_no)
       select r.run_no, 'counters' as what, to_jsonb(r) as run from workflow.runs r join c using (run_no) join b using (run_no)
       left join n using (run_no)
       where ${differs.join(' or ')} or r.unexpanded <> b.unexpanded or coalesce(n.tasks, 0) <> b.expanded
       union all
       select t.run_no, 'lease', to_jsonb(t) from workflow.tasks t
       where t.fence is not null and not exists (select 1 from workflow.leases l where l.token = t.fence)`,
    )
    .execute(db);
  return rows;
}

/** Waits until a condition holds; fails after `patienceMs` saying what was waited for. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  patienceMs = 45_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new RangeError(`Waited ${patienceMs} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The answer of a question that is asked again while the database is away. */
export async function patiently<T>(ask: () => Promise<T>, patienceMs = 30_000): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Repeatable random numbers in [0, 1) for tests (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
