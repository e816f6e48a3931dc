/** What users store, and may. */
import { sql } from 'kysely';
import type { Archive } from './archive.js';
import { QuotaError } from './errors.js';

/** How a user stands. */
export interface Usage {
  readonly bytes: number;
  readonly datasets: number;
  readonly quotaBytes: number;
}

/** What a user stores and may. */
export async function readUsage({ db, defaultQuotaBytes }: Archive, userId: string): Promise<Usage> {
  const { rows } = await sql<Usage>`
    select coalesce((select bytes from archive.usage where user_id = ${userId}::uuid), 0) as bytes,
      coalesce((select datasets from archive.usage where user_id = ${userId}::uuid), 0) as datasets,
      coalesce((select bytes from archive.quotas where user_id = ${userId}::uuid), ${Math.trunc(defaultQuotaBytes)}::bigint) as "quotaBytes"
  `.execute(db);
  return rows[0] ?? { bytes: 0, datasets: 0, quotaBytes: defaultQuotaBytes };
}

/**
 * @param reservedBytes what is on its way to the user otherwise, such as the outputs of runs; what restorations bring is known here
 * @throws QuotaError where so much more would be too much
 */
export async function checkQuota(
  archive: Archive,
  userId: string,
  wantedBytes: number,
  reservedBytes = 0,
): Promise<void> {
  const { bytes, quotaBytes } = await readUsage(archive, userId);
  const reserved = Math.ceil(reservedBytes + (await bytesBeingRestored(archive, userId)));
  if (bytes + reserved + wantedBytes > quotaBytes)
    throw new QuotaError(quotaBytes, bytes, Math.ceil(wantedBytes), reserved);
}

async function bytesBeingRestored({ db }: Archive, readerId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(d.bytes), 0)::bigint as bytes
    from archive.restorations s join archive.datasets wanted on wanted.id = s.dataset_id
    join archive.datasets d on d.recipe_hash = s.recipe_hash and d.owner = wanted.owner and d.dropped
    where s.reader = ${readerId}::uuid and s.state in ('wanted', 'running')
  `.execute(db);
  return rows[0]?.bytes ?? 0;
}

/** Gives a user a quota of their own; null: the default again. */
export async function setQuota({ db }: Archive, userId: string, bytes: number | null): Promise<void> {
  if (bytes === null) {
    await db.deleteFrom('archive.quotas').where('user_id', '=', userId).execute();
    return;
  }
  await db
    .insertInto('archive.quotas')
    .values({ user_id: userId, bytes })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ bytes }))
    .execute();
}
