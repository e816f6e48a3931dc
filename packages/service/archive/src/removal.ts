/** Datasets going: removed for good, or dropped with their recipe kept; by hand, or by retention. */
import { sql } from 'kysely';
import type { Archive, Viewer } from './archive.js';
import { addUsage, lockContents, releaseContents } from './contents.js';
import { NoRecipeError } from './errors.js';
import { lockOwned, type OwnedRow } from './reading.js';
import type { ArchiveTransaction } from './schema.js';

/** What a removal came to. */
export interface RemovalReport {
  readonly datasets: number;
  /** Of the datasets; what others still use stays on disk. */
  readonly bytes: number;
}

/**
 * Removes datasets for good.
 * @throws NotInArchiveError, NotOwnerError, and nothing is removed
 */
export async function removeDatasets(
  archive: Archive,
  viewer: Viewer,
  ids: readonly string[],
): Promise<RemovalReport> {
  return archive.db
    .transaction()
    .execute(async (transaction) => remove(archive, transaction, await lockOwned(transaction, viewer, ids)));
}

/** Removes everything that a run made, whoever asks: the caller has asked the run's owner. */
export async function removeOutputsOfRun(archive: Archive, runId: string): Promise<RemovalReport> {
  return archive.db.transaction().execute(async (transaction) => {
    const { rows } = await sql<OwnedRow>`
      select d.id, d.owner, d.charged_to as "chargedTo", d.bytes, d.sha256, d.dropped, d.recipe_hash as "recipeHash"
      from archive.datasets d where d.run_id = ${runId}::uuid order by d.id for update
    `.execute(transaction);
    return remove(archive, transaction, rows);
  });
}

async function remove(
  archive: Archive,
  transaction: ArchiveTransaction,
  rows: readonly OwnedRow[],
): Promise<RemovalReport> {
  if (rows.length === 0) return { datasets: 0, bytes: 0 };
  const present = rows.filter(({ dropped }) => !dropped);
  const recipes = [...new Set(rows.flatMap(({ recipeHash }) => (recipeHash === null ? [] : [recipeHash])))];
  const inputs = await transaction
    .selectFrom('archive.recipe_inputs')
    .select('sha256')
    .where(sql<boolean>`recipe_hash = any(${recipes}::text[])`)
    .execute();
  const contents = [...present, ...inputs].map(({ sha256 }) => sha256);
  await lockContents(transaction, contents);
  await transaction
    .deleteFrom('archive.datasets')
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  await sql`
    delete from archive.recipes r where r.recipe_hash = any(${recipes}::text[])
      and not exists (select 1 from archive.datasets d where d.recipe_hash = r.recipe_hash)
  `.execute(transaction);
  await releaseContents(archive, transaction, contents);
  await addUsage(
    transaction,
    present.map(({ chargedTo, bytes }) => ({ userId: chargedTo, bytes: -bytes, datasets: -1 })),
  );
  return { datasets: rows.length, bytes: present.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * Drops the pixels of datasets and keeps their recipes: reading one makes it again. Dropping twice changes nothing.
 * @throws NotInArchiveError, NotOwnerError, NoRecipeError, and nothing is dropped
 */
export async function dropDatasets(
  archive: Archive,
  viewer: Viewer,
  ids: readonly string[],
): Promise<RemovalReport> {
  return archive.db.transaction().execute(async (transaction) => {
    const rows = await lockOwned(transaction, viewer, ids);
    const lost = rows.find(({ recipeHash }) => recipeHash === null);
    if (lost !== undefined) throw new NoRecipeError(lost.id);
    return drop(
      archive,
      transaction,
      rows.filter(({ dropped }) => !dropped),
    );
  });
}

async function drop(
  archive: Archive,
  transaction: ArchiveTransaction,
  rows: readonly OwnedRow[],
): Promise<RemovalReport> {
  if (rows.length === 0) return { datasets: 0, bytes: 0 };
  const contents = rows.map(({ sha256 }) => sha256);
  await lockContents(transaction, contents);
  await sql`
    update archive.datasets set dropped = true, restored_until = null, charged_to = owner
    where id = any(${rows.map(({ id }) => id)}::uuid[])
  `.execute(transaction);
  await releaseContents(archive, transaction, contents);
  await addUsage(
    transaction,
    rows.map(({ chargedTo, bytes }) => ({ userId: chargedTo, bytes: -bytes, datasets: -1 })),
  );
  return { datasets: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * Does what retention asks for, a portion at a time: expired datasets are dropped where they have a recipe and removed where not; what was
 * made again for a reader is dropped once its time is over.
 * @returns how many datasets went; call again while it is not zero
 */
export async function sweepExpired(archive: Archive, limit = 200): Promise<number> {
  return archive.db.transaction().execute(async (transaction) => {
    const { rows } = await sql<OwnedRow>`
      select d.id, d.owner, d.charged_to as "chargedTo", d.bytes, d.sha256, d.dropped, d.recipe_hash as "recipeHash"
      from archive.datasets d
      where (d.expires_at < clock_timestamp() and not (d.dropped and d.recipe_hash is not null)) or d.restored_until < clock_timestamp()
      order by d.id limit ${limit} for update skip locked
    `.execute(transaction);
    await drop(
      archive,
      transaction,
      rows.filter(({ dropped, recipeHash }) => !dropped && recipeHash !== null),
    );
    await remove(
      archive,
      transaction,
      rows.filter(({ recipeHash }) => recipeHash === null),
    );
    return rows.length;
  });
}

/** Sets when retention takes datasets; null: never. @throws NotInArchiveError, NotOwnerError */
export async function setExpiry(
  archive: Archive,
  viewer: Viewer,
  ids: readonly string[],
  expiresAtUtc: string | null,
): Promise<void> {
  await archive.db.transaction().execute(async (transaction) => {
    const rows = await lockOwned(transaction, viewer, ids);
    await sql`
      update archive.datasets set expires_at = ${expiresAtUtc}::timestamptz where id = any(${rows.map(({ id }) => id)}::uuid[])
    `.execute(transaction);
  });
}
