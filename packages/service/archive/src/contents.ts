/**
 * Contents coming and going. Whoever adds or takes away a dataset of a content holds the content's advisory lock until the end of the
 * transaction, so that a file is never removed under a dataset that is just being registered.
 */
import { type RawBuilder, sql, type SqlBool } from 'kysely';
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

/** Whether a present dataset, a kept recipe or something under way needs the content that the column names. */
export function isNeeded(column: string): RawBuilder<SqlBool> {
  const sha256 = sql.ref(column);
  return sql<SqlBool>`(exists (select 1 from archive.datasets d where d.sha256 = ${sha256} and not d.dropped)
    or exists (select 1 from archive.recipe_inputs i join archive.datasets d using (recipe_hash) where i.sha256 = ${sha256})
    or exists (select 1 from archive.holds h where h.sha256 = ${sha256}))`;
}

/**
 * Keeps contents for something under way, until `releaseHolds`: they stay, whatever becomes of their datasets.
 * @param holder whatever needs them, such as a run's id
 * @returns those that are not in the store any more
 */
export async function holdContents(
  transaction: ArchiveTransaction,
  holder: string,
  sha256s: readonly string[],
): Promise<readonly string[]> {
  // Whoever releases contents waits for these rows, and sees what is held by then.
  const { rows } = await sql<{ sha256: string }>`
    select sha256 from archive.blobs where sha256 = any(${[...sha256s]}::text[]) and state = 'present' order by sha256 for key share
  `.execute(transaction);
  const there = new Set(rows.map(({ sha256 }) => sha256));
  await sql`
    insert into archive.holds (holder, sha256) select ${holder}::uuid, c from unnest(${[...there]}::text[]) as c on conflict do nothing
  `.execute(transaction);
  return sha256s.filter((sha256) => !there.has(sha256));
}

/** The holders of contents. */
export async function listHolders({ db }: Archive): Promise<readonly string[]> {
  const rows = await db.selectFrom('archive.holds').select('holder').distinct().execute();
  return rows.map(({ holder }) => holder);
}

/** Ends what these holders hold; what nobody else needs is garbage then. */
export async function releaseHolds({ db }: Archive, holders: readonly string[]): Promise<void> {
  await sql`delete from archive.holds where holder = any(${[...holders]}::uuid[])`.execute(db);
}

/**
 * Removes the rows of contents that nothing needs. The contents are locked. Their files go by
 * `unlinkContents` once this has been committed: a transaction that fails must leave the files where the rows are.
 * @returns contents that nobody needs
 */
export async function releaseContents(
  transaction: ArchiveTransaction,
  sha256s: readonly string[],
): Promise<readonly string[]> {
  const distinct = [...new Set(sha256s)];
  await sql`select 1 from archive.blobs where sha256 = any(${distinct}::text[]) order by sha256 for update`.execute(
    transaction,
  );
  const { rows } = await sql<{ sha256: string }>`
    select c.sha256 from unnest(${distinct}::text[]) as c (sha256) where not ${isNeeded('c.sha256')}
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
