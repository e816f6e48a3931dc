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

/** Takes the contents' locks until the transaction ends, in one order for all. */
export async function lockContents(
  transaction: ArchiveTransaction,
  sha256s: Iterable<string>,
): Promise<void> {
  const keys = [...new Set([...sha256s].map((sha256) => Number.parseInt(sha256.slice(0, 8), 16) | 0))];
  for (const key of keys.sort((a, b) => a - b))
    await sql`select pg_advisory_xact_lock(${CONTENT_LOCK}, ${key})`.execute(transaction);
}

/** Puts files into the store and their rows into the catalog. The contents are locked. */
export async function admitContents(
  { store }: Archive,
  transaction: ArchiveTransaction,
  files: readonly IncomingFile[],
): Promise<void> {
  for (const { path, sha256, bytes } of files) await store.put(path, sha256, bytes);
  const distinct = [...new Map(files.map((file) => [file.sha256, file])).values()];
  if (distinct.length === 0) return;
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

/** Removes contents that no present dataset and no kept recipe needs, file and row. The contents are locked. */
export async function releaseContents(
  { store }: Archive,
  transaction: ArchiveTransaction,
  sha256s: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ sha256: string }>`
    select c.sha256 from unnest(${[...new Set(sha256s)]}::text[]) as c (sha256)
    where not exists (select 1 from archive.datasets d where d.sha256 = c.sha256 and not d.dropped)
      and not exists (select 1 from archive.recipe_inputs i join archive.datasets d using (recipe_hash) where i.sha256 = c.sha256)
  `.execute(transaction);
  // The file goes first: after a crash in between, the row of a content that nobody needs is left, and goes the next time.
  for (const { sha256 } of rows) await store.remove(sha256);
  if (rows.length > 0) {
    await transaction
      .deleteFrom('archive.blobs')
      .where(
        'sha256',
        'in',
        rows.map(({ sha256 }) => sha256),
      )
      .execute();
  }
  return rows.length;
}

/** Adds to what users have stored; negative where datasets went. */
export async function addUsage(
  transaction: ArchiveTransaction,
  changes: readonly { readonly userId: string; readonly bytes: number; readonly datasets: number }[],
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
