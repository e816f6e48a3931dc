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

/** @throws QuotaError where so much more would be too much */
export async function checkQuota(archive: Archive, userId: string, wantedBytes: number): Promise<void> {
  const { bytes, quotaBytes } = await readUsage(archive, userId);
  if (bytes + wantedBytes > quotaBytes) throw new QuotaError(quotaBytes, bytes, Math.ceil(wantedBytes));
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
