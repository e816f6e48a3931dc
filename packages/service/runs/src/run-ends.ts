/** Runs whose end is still to be told to their owners. */
import { sql } from 'kysely';
import type { Runs } from './runs.js';

/** A run that has ended. */
export interface RunEnd {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly tasks: number;
  readonly succeeded: number;
  readonly failed: number;
}

/**
 * Takes some runs that have ended and whose end was not told: each is given to one caller, once. What a server that dies has taken is not
 * told by another: a message too few is better than one too many.
 */
export async function takeEndedRuns({ db }: Runs, atMost: number): Promise<readonly RunEnd[]> {
  const { rows } = await sql<RunEnd>`
    update runs.runs s set end_told_at = clock_timestamp()
    from workflow.runs j
    where j.id = s.id and s.id in (
      select r.id from runs.runs r join workflow.runs w on w.id = r.id
      where r.end_told_at is null and r.kind = 'simulation' and not r.deleted and w.state in ('succeeded', 'failed', 'cancelled')
      order by r.id limit ${atMost} for update of r skip locked)
    returning s.id, s.owner as "ownerId", s.name, j.state, j.total as tasks, j.succeeded, j.failed
  `.execute(db);
  return rows;
}
