/**
 * Contents coming and going. Whoever adds or takes away a dataset of a content holds the content's advisory lock until the end of the
 * transaction, so that a file is never removed under a dataset that is just being registered.
 */
import { sql } from 'kysely';
import type { Archive } from './archive.js';
import type { FileFacts } from './dataset.js';
import type { ArchiveTransaction } from './schema.js';

/** A file to take in. */
export interface IncomingFile extends FileFacts {
  /** Absolute; its content is what `sha256` says. */
  readonly path: string;
}

/** Two-part advisory locks: the first number is ours. */
const CONTENT_LOCK = 1_745_204;
/** Files to remove in one transaction: a slow disk must not make it time out. */
const UNLINKS_AT_ONCE = 50;

/**
 * Takes the contents' locks until the transaction ends, in one order for all. The database has room for some thousand locks of all
 * transactions together: callers go in portions.
 */
export async function lockContents(
  transaction: ArchiveTransaction,
  sha256s: Iterable<string>,
): Promise<void> {
  const keys = [...new Set([...sha256s].map((sha256) => Number.parseInt(sha256.slice(0, 8), 16) | 0))];
  if (keys.length === 0) return;
  await sql`
    select pg_advisory_xact_lock(${CONTENT_LOCK}, key) from unnest(${keys.sort((a, b) => a - b)}::integer[]) as k (key)
  `.execute(transaction);
}

/** Puts files into the store, over damaged ones, and their rows into the catalog. The contents are locked. */
export async function admitContents(
  { store }: Archive,
  transaction: ArchiveTransaction,
  files: readonly IncomingFile[],
): Promise<void> {
  const distinct = [...new Map(files.map((file) => [file.sha256, file])).values()];
  if (distinct.length === 0) return;
  const { rows } = await sql<{ sha256: string }>`
    select sha256 from archive.blobs where sha256 = any(${distinct.map(({ sha256 }) => sha256)}::text[]) and state <> 'present'
  `.execute(transaction);
  const damaged = new Set(rows.map(({ sha256 }) => sha256));
  for (const { path, sha256, bytes } of distinct) await store.put(path, sha256, bytes, damaged.has(sha256));
  await transaction
    .insertInto('archive.blobs')
    .values(distinct.map(({ sha256, adler32, bytes }) => ({ sha256, adler32, bytes, verified_at: null })))
    .onConflict((conflict) =>
      conflict
        .column('sha256')
        .doUpdateSet({ state: 'present', verified_at: null })
        .where('archive.blobs.state', '<>', 'present'),
    )
    .execute();
}

/**
 * Removes the rows of contents that no present dataset and no kept recipe needs. The contents are locked. Their files go by
 * `unlinkContents` once this has been committed: a transaction that fails must leave the files where the rows are.
 * @returns contents that nobody needs
 */
export async function releaseContents(
  transaction: ArchiveTransaction,
  sha256s: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ sha256: string }>`
    select c.sha256 from unnest(${[...new Set(sha256s)]}::text[]) as c (sha256)
    where not exists (select 1 from archive.datasets d where d.sha256 = c.sha256 and not d.dropped)
      and not exists (select 1 from archive.recipe_inputs i join archive.datasets d using (recipe_hash) where i.sha256 = c.sha256)
  `.execute(transaction);
  const released = rows.map(({ sha256 }) => sha256);
  await sql`delete from archive.blobs where sha256 = any(${released}::text[])`.execute(transaction);
  return released;
}

/**
 * Removes the files of released contents, but for those that came back meanwhile. What a crash leaves of them is garbage.
 * @returns how many contents went
 */
export async function unlinkContents({ db, store }: Archive, sha256s: readonly string[]): Promise<number> {
  let removed = 0;
  for (let start = 0; start < sha256s.length; start += UNLINKS_AT_ONCE) {
    const portion = sha256s.slice(start, start + UNLINKS_AT_ONCE);
    await db.transaction().execute(async (transaction) => {
      await lockContents(transaction, portion);
      const { rows } = await sql<{ sha256: string }>`
        select c.sha256 from unnest(${portion}::text[]) as c (sha256)
        where not exists (select 1 from archive.blobs b where b.sha256 = c.sha256)
      `.execute(transaction);
      for (const { sha256 } of rows) await store.remove(sha256);
      removed += rows.length;
    });
  }
  return removed;
}

/** What a user stores more than before; negative where datasets went. */
export interface UsageChange {
  readonly userId: string;
  readonly bytes: number;
  readonly datasets: number;
}

/** Adds to what users have stored, in one order for all; once in a transaction, so that no two wait for each other. */
export async function addUsage(
  transaction: ArchiveTransaction,
  changes: readonly UsageChange[],
): Promise<void> {
  const sums = new Map<string, { bytes: number; datasets: number }>();
  for (const { userId, bytes, datasets } of changes) {
    const sum = sums.get(userId) ?? { bytes: 0, datasets: 0 };
    sums.set(userId, { bytes: sum.bytes + bytes, datasets: sum.datasets + datasets });
  }
  for (const [userId, { bytes, datasets }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await sql`
      insert into archive.usage (user_id, bytes, datasets) values (${userId}::uuid, ${bytes}, ${datasets})
      on conflict (user_id) do update set bytes = usage.bytes + excluded.bytes, datasets = usage.datasets + excluded.datasets
    `.execute(transaction);
  }
}
