/**
 * Leases of servers. A server at work holds one lease; every task it has taken carries the lease's token. The clock is the database's
 * alone: no server compares its own clock with anything. A lease that ran out is never renewed, and its token never comes again, so a server
 * that was away too long cannot write a word about tasks that others have taken over.
 */
import { sql } from 'kysely';
import type { WorkflowDatabase } from './database.js';
import { LeaseLostError } from './errors.js';
import { lockRuns, underLease } from './journal-write.js';

/** Takes a new lease. Returns its token, larger than any before. */
export async function acquireLease(db: WorkflowDatabase, server: string, ttlMs: number): Promise<number> {
  const { rows } = await sql<{ token: number }>`
    insert into workflow.leases (server, expires_at)
    values (${server}, clock_timestamp() + ${ttlMs} * interval '1 millisecond') returning token
  `.execute(db);
  const token = rows[0]?.token;
  if (token === undefined) throw new LeaseLostError(0);
  return token;
}

/** Puts the end of the lease off, to `ttlMs` from now. @throws LeaseLostError when it had run out */
export async function renewLease(db: WorkflowDatabase, token: number, ttlMs: number): Promise<void> {
  const { rows } = await sql`
    update workflow.leases set expires_at = clock_timestamp() + ${ttlMs} * interval '1 millisecond'
    where token = ${token} and expires_at > clock_timestamp() returning token
  `.execute(db);
  if (rows.length === 0) throw new LeaseLostError(token);
}

/** Gives the lease up at once, so that others need not wait for its end; its tasks are theirs to take over. */
export async function releaseLease(db: WorkflowDatabase, token: number): Promise<void> {
  await sql`update workflow.leases set expires_at = '-infinity' where token = ${token}`.execute(db);
}

/** Ends every lease at once, for whoever knows that no other server lives: what the dead held need not wait for their leases to run out. */
export async function endAllLeases(db: WorkflowDatabase): Promise<void> {
  await sql`update workflow.leases set expires_at = '-infinity'`.execute(db);
}

/**
 * Takes tasks of servers whose lease has run out, for the sites that this server serves. Their states and attempts stay: a claimed task
 * is submitted again under the same key, a running one is asked about. Leases with nothing left to take are removed.
 * @returns how many tasks were taken, `limit` at most
 */
export async function takeOverExpired(
  db: WorkflowDatabase,
  token: number,
  sites: readonly string[],
  limit: number,
): Promise<number> {
  return underLease(db, token, async (transaction) => {
    const expired = await sql<{ token: number }>`
      select token from workflow.leases where expires_at <= clock_timestamp() order by token limit 100 for update skip locked
    `.execute(transaction);
    if (expired.rows.length === 0) return 0;
    const tokens = expired.rows.map((row) => row.token);
    const found = await sql<{ run_no: number; task_index: number }>`
      select t.run_no, t.task_index from workflow.tasks t join workflow.runs r using (run_no)
      where t.fence = any(${tokens}::bigint[]) and r.site = any(${[...sites]}::text[]) limit ${limit}
    `.execute(transaction);
    const runNos = found.rows.map((row) => row.run_no);
    await lockRuns(transaction, runNos);
    const taken = await sql<{ count: number }>`
      with taken as (
        update workflow.tasks t set fence = ${token}
        from unnest(${runNos}::bigint[], ${found.rows.map((row) => row.task_index)}::integer[]) as wanted (run_no, task_index)
        where t.run_no = wanted.run_no and t.task_index = wanted.task_index and t.fence = any(${tokens}::bigint[])
        returning t.run_no, t.task_index, t.attempt),
      noted as (
        insert into workflow.events (run_no, task_index, kind, data)
        select run_no, task_index, 'takenOver', jsonb_build_object('attempt', attempt, 'lease', ${token}::bigint) from taken)
      select count(*) from taken
    `.execute(transaction);
    await sql`
      delete from workflow.leases l where l.token = any(${tokens}::bigint[])
      and not exists (select 1 from workflow.tasks t where t.fence = l.token)
    `.execute(transaction);
    return taken.rows[0]?.count ?? 0;
  });
}
