/** What a user's runs will store: it counts against the quota before it is there. */
import { sql } from 'kysely';
import type { RunsDatabase } from './schema.js';

/** Bytes that the open tasks of a user's runs are expected to store; those of restorations are reserved by the archive. */
export async function reservedBytes(db: RunsDatabase, userId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(v.bytes * case when j.id is null then 1
      else (j.total - j.succeeded - j.failed - j.cancelled)::float8 / j.total end), 0) as bytes
    from runs.runs r join runs.visits v on v.run_id = r.id left join workflow.runs j on j.id = r.id
    where r.owner = ${userId}::uuid and r.kind = 'simulation' and not r.deleted
      and (j.state in ('active', 'cancelling') or j.id is null and not r.submitted)
  `.execute(db);
  return rows[0]?.bytes ?? 0;
}
