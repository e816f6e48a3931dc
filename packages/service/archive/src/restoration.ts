/**
 * Dropped pixels coming back: who reads a dropped dataset wants its recipe made again. The archive keeps the list of what is wanted, others
 * run it, and what comes back must have the checksum that it had. It is charged to the reader, and dropped again after a while.
 */
import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { Archive, Viewer } from './archive.js';
import { addUsage, admitContents, type IncomingFile, lockContents } from './contents.js';
import { NoRecipeError } from './errors.js';
import { checkQuota } from './quota.js';
import { readDataset } from './reading.js';
import type { KeptRecipe } from './registration.js';
import type { ArchiveDatabase, ArchiveTransaction } from './schema.js';

/** How long pixels that were made again stay. */
const RESTORED_S = 7 * 86_400;

/** A wish for dropped pixels. */
export interface Restoration {
  readonly id: string;
  readonly recipeHash: string;
  readonly datasetId: string;
  readonly readerId: string;
  readonly state: 'wanted' | 'running' | 'done' | 'failed';
  readonly runId: string | null;
  /** Why it failed; null otherwise. */
  readonly detail: string | null;
  /** Seconds since its state changed, by the database's clock. */
  readonly unchangedS: number;
}

const COLUMNS = sql`id, recipe_hash as "recipeHash", dataset_id as "datasetId", reader as "readerId", state, run_id as "runId", detail,
  extract(epoch from clock_timestamp() - changed_at)::float8 as "unchangedS"`;

/**
 * Asks for dropped pixels. Another open wish for the same recipe serves this one, too. Where the content lies in the store for other
 * reasons, it is there at once (`done`).
 * @param reservedBytes what is on its way to the reader otherwise
 * @throws NotInArchiveError, NoRecipeError, QuotaError
 */
export async function requestRestoration(
  archive: Archive,
  viewer: Viewer,
  id: string,
  reservedBytes = 0,
): Promise<Restoration> {
  const dataset = await readDataset(archive, viewer, id);
  const { recipeHash } = dataset;
  if (recipeHash === null) throw new NoRecipeError(id);
  return archive.db.transaction().execute(async (transaction) => {
    await lockContents(transaction, [dataset.sha256]);
    const served = await openRestoration(transaction, recipeHash);
    if (served !== undefined) return served;
    const bytes = await bytesToRestore(transaction, id);
    await checkQuota({ ...archive, db: transaction }, viewer.userId, bytes, reservedBytes);
    const shared = await restoreRows(transaction, viewer.userId, [id]);
    if (shared > 0) {
      return {
        id: v7(),
        recipeHash,
        datasetId: id,
        readerId: viewer.userId,
        state: 'done',
        runId: null,
        detail: null,
        unchangedS: 0,
      };
    }
    await sql`
      insert into archive.restorations (id, recipe_hash, dataset_id, reader, state)
      values (${v7()}::uuid, ${recipeHash}, ${id}::uuid, ${viewer.userId}::uuid, 'wanted')
      on conflict (recipe_hash) where state in ('wanted', 'running') do nothing
    `.execute(transaction);
    const open = await openRestoration(transaction, recipeHash);
    if (open === undefined) throw new TypeError('requestRestoration: the wish was not written');
    return open;
  });
}

/** The open wish for a recipe, where there is one. */
async function openRestoration(
  transaction: ArchiveTransaction,
  recipeHash: string,
): Promise<Restoration | undefined> {
  const { rows } = await sql<Restoration>`
    select ${COLUMNS} from archive.restorations where recipe_hash = ${recipeHash} and state in ('wanted', 'running')
  `.execute(transaction);
  return rows[0];
}

/** The bytes that come back with a dropped dataset: its own, and those of its dropped sisters of the same recipe and owner. */
export async function bytesToRestore(db: ArchiveDatabase, datasetId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(d.bytes), 0)::bigint as bytes from archive.datasets wanted
    join archive.datasets d on d.recipe_hash = wanted.recipe_hash and d.owner = wanted.owner and d.dropped
    where wanted.id = ${datasetId}::uuid
  `.execute(db);
  return rows[0]?.bytes ?? 0;
}

/** The latest wish for a recipe, where there is one: it may have failed. */
export async function latestRestoration(
  archive: Archive,
  recipeHash: string,
): Promise<Restoration | undefined> {
  const { rows } = await sql<Restoration>`
    select ${COLUMNS} from archive.restorations where recipe_hash = ${recipeHash} order by id desc limit 1
  `.execute(archive.db);
  return rows[0];
}

/** Wishes that no run carries out yet, oldest first. */
export async function listWanted(archive: Archive, limit = 100): Promise<readonly Restoration[]> {
  const { rows } = await sql<Restoration>`
    select ${COLUMNS} from archive.restorations where state = 'wanted' order by id limit ${limit}
  `.execute(archive.db);
  return rows;
}

/** Says which run carries a wish out. @returns whether it was still wanted */
export async function assignRestoration(
  transaction: ArchiveTransaction,
  id: string,
  runId: string,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('archive.restorations')
    .set({ state: 'running', run_id: runId, changed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('state', '=', 'wanted')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Which products of a recipe are known, and so what must be made to restore any of them. */
export async function productsOfRecipe(archive: Archive, recipeHash: string): Promise<readonly string[]> {
  const { rows } = await sql<{ type: string }>`
    select distinct type from archive.datasets where recipe_hash = ${recipeHash} order by 1
  `.execute(archive.db);
  return rows.map(({ type }) => type);
}

/** A kept recipe; undefined where no dataset needs it any more. */
export async function readRecipe(archive: Archive, recipeHash: string): Promise<KeptRecipe | undefined> {
  const row = await archive.db
    .selectFrom('archive.recipes')
    .select(['document', 'catalogs'])
    .where('recipe_hash', '=', recipeHash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { recipeHash, document: row.document, catalogs: row.catalogs as KeptRecipe['catalogs'] };
}

/**
 * Brings back what a run made for a wish: every dropped dataset that the reader may have wanted, the one asked for and its sisters of the
 * same recipe and owner, comes back where the checksum agrees. Where it does not, the wish fails and says so. The turn to compute the recipe
 * ends with it.
 */
export async function completeRestoration(
  archive: Archive,
  transaction: ArchiveTransaction,
  runId: string,
  recipeHash: string,
  files: readonly (IncomingFile & { readonly name: string })[],
): Promise<void> {
  const { rows: wishes } = await sql<Restoration>`
    select ${COLUMNS} from archive.restorations where run_id = ${runId}::uuid and recipe_hash = ${recipeHash} and state = 'running' for update
  `.execute(transaction);
  await transaction.deleteFrom('archive.making').where('recipe_hash', '=', recipeHash).execute();
  const [wish] = wishes;
  if (wish === undefined) return;
  const { rows: dropped } = await sql<{ id: string; name: string; sha256: string; wanted: boolean }>`
    select d.id, d.name, d.sha256, d.id = ${wish.datasetId}::uuid as wanted from archive.datasets d
    where d.recipe_hash = ${recipeHash} and d.dropped
      and d.owner = (select owner from archive.datasets where id = ${wish.datasetId}::uuid) order by d.id for update
  `.execute(transaction);
  const made = new Map(files.map((file) => [file.name, file]));
  const returning = dropped.flatMap((row) => {
    const file = made.get(row.name);
    return file !== undefined && file.sha256 === row.sha256 ? [{ ...row, file }] : [];
  });
  await lockContents(
    transaction,
    returning.map(({ sha256 }) => sha256),
  );
  await admitContents(
    archive,
    transaction,
    returning.map(({ file }) => file),
  );
  await restoreRows(
    transaction,
    wish.readerId,
    returning.map(({ id }) => id),
  );
  const wanted = dropped.find((row) => row.wanted);
  const cameBack = wanted === undefined || returning.some(({ id }) => id === wanted.id);
  const got = wanted === undefined ? undefined : made.get(wanted.name)?.sha256;
  await endRestoration(
    transaction,
    wish.id,
    cameBack
      ? null
      : `${wanted.name} has SHA-256 ${got ?? '(it was not made)'} now, and had ${wanted.sha256}`,
  );
}

/** Ends a wish: done, or failed for a reason. */
export async function endRestoration(
  transaction: ArchiveTransaction,
  id: string,
  failure: string | null,
): Promise<void> {
  await transaction
    .updateTable('archive.restorations')
    .set({
      state: failure === null ? 'done' : 'failed',
      detail: failure,
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .execute();
}

/** Makes dropped rows present where their content is; charged to the reader, for a while. */
async function restoreRows(
  transaction: ArchiveTransaction,
  readerId: string,
  ids: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    update archive.datasets d set dropped = false, charged_to = ${readerId}::uuid,
      restored_until = clock_timestamp() + ${RESTORED_S} * interval '1 second'
    where d.id = any(${[...ids]}::uuid[]) and d.dropped
      and exists (select 1 from archive.blobs b where b.sha256 = d.sha256 and b.state = 'present')
    returning d.bytes
  `.execute(transaction);
  await addUsage(
    transaction,
    rows.map(({ bytes }) => ({ userId: readerId, bytes, datasets: 1 })),
  );
  return rows.length;
}
