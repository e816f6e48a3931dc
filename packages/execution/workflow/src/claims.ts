/**
 * Taking tasks from the queue: looks at what is open, shares the free slots out, turns just as many tasks of the chosen runs into rows as
 * are needed, and claims them under the server's lease, all in one transaction.
 */
import { sql } from 'kysely';
import type { WorkflowDatabase } from './database.js';
import { type OpenRun, type ServiceMemory, shareSlots } from './fair-share.js';
import {
  countAndNote,
  lockRuns,
  type MovedRow,
  type MovedTask,
  notify,
  toMovedTask,
  underLease,
  type WorkflowTransaction,
} from './journal-write.js';

/** What a server can take. */
export interface ClaimWish {
  /** The sites it serves. */
  readonly sites: readonly string[];
  /** Tasks at most. */
  readonly slots: number;
  readonly memory: ServiceMemory;
}

/**
 * Claims tasks: their attempt is counted and written before anything is submitted.
 * @throws LeaseLostError
 */
export async function claimTasks(
  db: WorkflowDatabase,
  token: number,
  wish: ClaimWish,
): Promise<readonly MovedTask[]> {
  if (wish.slots <= 0) return [];
  return underLease(db, token, async (transaction) => {
    const grants = shareSlots(await readOpenRuns(transaction, wish), wish.slots, wish.memory);
    if (grants.size === 0) return [];
    await lockRuns(transaction, grants.keys());
    await expand(transaction, grants);
    const moved = await claim(transaction, token, grants);
    if (moved.length > 0) await notify(transaction, false);
    return moved;
  });
}

/** Active runs of these sites with something to take now; of each owner no more than could be served. */
async function readOpenRuns(transaction: WorkflowTransaction, wish: ClaimWish): Promise<readonly OpenRun[]> {
  const { rows } = await sql<OpenRun>`
    with active as materialized (
      select run_no, owner, priority, paused, waiting, unexpanded,
        sum(claimed + queued + running + collecting + cancelling) over (partition by owner) as in_flight
      from workflow.runs where state = 'active' and site = any(${[...wish.sites]}::text[])),
    ranked as (
      select *, row_number() over (partition by owner order by priority desc, waiting + unexpanded, run_no) as place
      from active a
      where not paused and (unexpanded > 0 or waiting > 0 and exists (
        select 1 from workflow.tasks t
        where t.run_no = a.run_no and t.state = 'waiting' and t.ready_at <= statement_timestamp())))
    select run_no as "runNo", owner, priority, waiting + unexpanded as remaining, in_flight::integer as "ownerInFlight"
    from ranked where place <= ${wish.slots}
  `.execute(transaction);
  return rows;
}

/** Makes rows of tasks where a grant is larger than what waits ready, in the order of the batches. */
async function expand(transaction: WorkflowTransaction, grants: ReadonlyMap<number, number>): Promise<void> {
  await sql`
    with wanted as (
      select g.run_no, least(r.unexpanded, g.slots - ready.count) as tasks
      from unnest(${[...grants.keys()]}::bigint[], ${[...grants.values()]}::integer[]) as g (run_no, slots)
      join workflow.runs r on r.run_no = g.run_no and r.state = 'active' and not r.paused and r.unexpanded > 0
      cross join lateral (
        select count(*)::integer as count from (
          select 1 from workflow.tasks t
          where t.run_no = g.run_no and t.state = 'waiting' and t.ready_at <= statement_timestamp() limit g.slots) as few) as ready
      where g.slots > ready.count),
    portion as (
      select w.run_no, b.first_index, b.first_index + b.expanded as next_index, least(b.open, w.tasks - b.before)::integer as tasks
      from wanted w cross join lateral (
        select first_index, expanded, task_count - expanded as open,
          sum(task_count - expanded) over (order by first_index) - (task_count - expanded) as before
        from (
          select * from workflow.batches
          where run_no = w.run_no and expanded < task_count order by first_index limit w.tasks) as next) as b
      where b.before < w.tasks),
    opened as (
      update workflow.batches b set expanded = b.expanded + p.tasks
      from portion p where b.run_no = p.run_no and b.first_index = p.first_index),
    made as (
      insert into workflow.tasks (run_no, task_index)
      select p.run_no, p.next_index + i from portion p cross join generate_series(0, p.tasks - 1) as i)
    update workflow.runs r set unexpanded = r.unexpanded - sums.tasks, waiting = r.waiting + sums.tasks
    from (select run_no, sum(tasks)::integer as tasks from portion group by run_no) as sums where r.run_no = sums.run_no
  `.execute(transaction);
}

async function claim(
  transaction: WorkflowTransaction,
  token: number,
  grants: ReadonlyMap<number, number>,
): Promise<readonly MovedTask[]> {
  const { rows } = await sql<MovedRow>`
    with picked as materialized (
      select t.run_no, t.task_index
      from unnest(${[...grants.keys()]}::bigint[], ${[...grants.values()]}::integer[]) as g (run_no, slots)
      join workflow.runs r on r.run_no = g.run_no and r.state = 'active' and not r.paused
      cross join lateral (
        select run_no, task_index from workflow.tasks
        where run_no = g.run_no and state = 'waiting' and ready_at <= statement_timestamp()
        order by ready_at, task_index limit g.slots for update skip locked) as t),
    moved as (
      update workflow.tasks t set state = 'claimed', fence = ${token}, attempt = t.attempt + 1, tries = t.tries + 1,
        site_job = null, started_at = null, ended_at = null, changed_at = clock_timestamp()
      from picked p where t.run_no = p.run_no and t.task_index = p.task_index and t.state = 'waiting'
      returning t.run_no, t.task_index, t.attempt, 'waiting'::workflow.task_state as from_state, t.state as to_state,
        jsonb_build_object('attempt', t.attempt, 'lease', ${token}::bigint) as data),
    ${countAndNote()}
  `.execute(transaction);
  return rows.map(toMovedTask);
}
