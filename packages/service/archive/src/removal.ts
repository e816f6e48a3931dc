/** Datasets going: removed for good, or dropped with their recipe kept; by hand, or by retention. */
import { sql } from 'kysely';
import type { Archive, Viewer } from './archive.js';
import { addUsage, lockContents, releaseContents, unlinkContents } from './contents.js';
import { NoRecipeError } from './errors.js';
import { lockOwned, OWNED_COLUMNS, type OwnedRow } from './reading.js';
import type { ArchiveTransaction } from './schema.js';

/** What a removal came to. */
export interface RemovalReport {
  readonly datasets: number;
  /** Of the datasets; what others still use stays on disk. */
  readonly bytes: number;
}

/** Datasets in one transaction: each content takes a lock, and the database has room for few thousand of all transactions. */
const PORTION = 500;

/** What a transaction did: its report, and contents whose files may go once it is committed. */
interface Portion {
  readonly report: RemovalReport;
  readonly released: readonly string[];
}

const NOTHING: RemovalReport = { datasets: 0, bytes: 0 };

/**
 * Removes datasets for good, in portions.
 * @throws NotInArchiveError, NotOwnerError, and nothing is removed
 */
export async function removeDatasets(
  archive: Archive,
  viewer: Viewer,
  ids: readonly string[],
): Promise<RemovalReport> {
  const owned = await readOwned(archive, viewer, ids);
  return inPortions(archive, owned, async (transaction, portion) =>
    remove(transaction, await lockRows(transaction, portion)),
  );
}

/** Removes everything that a run made, in portions, whoever asks: the caller has asked the run's owner. Asked again, it goes on. */
export async function removeOutputsOfRun(archive: Archive, runId: string): Promise<RemovalReport> {
  let sum = NOTHING;
  for (;;) {
    const report = await committed(archive, async (transaction) => {
      const { rows } = await sql<OwnedRow>`
        select ${OWNED_COLUMNS} from archive.datasets d where d.run_id = ${runId}::uuid order by d.id limit ${PORTION} for update
      `.execute(transaction);
      return remove(transaction, rows);
    });
    if (report.datasets === 0) return sum;
    sum = add(sum, report);
  }
}

/**
 * Drops the pixels of datasets, in portions, and keeps their recipes: reading one makes it again. Dropping twice changes nothing.
 * @throws NotInArchiveError, NotOwnerError, NoRecipeError, and nothing is dropped
 */
export async function dropDatasets(
  archive: Archive,
  viewer: Viewer,
  ids: readonly string[],
): Promise<RemovalReport> {
  const owned = await readOwned(archive, viewer, ids);
  const lost = owned.find(({ recipeHash }) => recipeHash === null);
  if (lost !== undefined) throw new NoRecipeError(lost.id);
  return inPortions(archive, owned, async (transaction, portion) =>
    drop(transaction, await lockRows(transaction, portion)),
  );
}

/**
 * Does what retention asks for, a portion at a time: expired datasets are dropped where they have a recipe and removed where not; what was
 * made again for a reader is dropped once its time is over.
 * @returns how many datasets went; call again while it is not zero
 */
export async function sweepExpired(archive: Archive, limit = 200): Promise<number> {
  const dropped = await committed(archive, async (transaction) => {
    const { rows } = await sql<OwnedRow>`
      select ${OWNED_COLUMNS} from archive.datasets d
      where d.recipe_hash is not null and not d.dropped
        and (d.expires_at < clock_timestamp() or d.restored_until < clock_timestamp())
      order by d.id limit ${limit} for update skip locked
    `.execute(transaction);
    return drop(transaction, rows);
  });
  const removed = await committed(archive, async (transaction) => {
    const { rows } = await sql<OwnedRow>`
      select ${OWNED_COLUMNS} from archive.datasets d where d.recipe_hash is null and d.expires_at < clock_timestamp()
      order by d.id limit ${limit} for update skip locked
    `.execute(transaction);
    return remove(transaction, rows);
  });
  return dropped.datasets + removed.datasets;
}

/** The datasets, all of them the viewer's to change. @throws NotInArchiveError, NotOwnerError */
function readOwned(archive: Archive, viewer: Viewer, ids: readonly string[]): Promise<readonly OwnedRow[]> {
  return archive.db.transaction().execute((transaction) => lockOwned(transaction, viewer, ids));
}

/** The rows that are still there, locked; whose they are does not change. */
async function lockRows(
  transaction: ArchiveTransaction,
  rows: readonly OwnedRow[],
): Promise<readonly OwnedRow[]> {
  const { rows: locked } = await sql<OwnedRow>`
    select ${OWNED_COLUMNS} from archive.datasets d where d.id = any(${rows.map(({ id }) => id)}::uuid[]) order by d.id for update
  `.execute(transaction);
  return locked;
}

async function inPortions(
  archive: Archive,
  rows: readonly OwnedRow[],
  act: (transaction: ArchiveTransaction, portion: readonly OwnedRow[]) => Promise<Portion>,
): Promise<RemovalReport> {
  let sum = NOTHING;
  for (let start = 0; start < rows.length; start += PORTION) {
    const portion = rows.slice(start, start + PORTION);
    sum = add(sum, await committed(archive, (transaction) => act(transaction, portion)));
  }
  return sum;
}

/** Acts in a transaction; the files that nobody needs go after its commit. */
async function committed(
  archive: Archive,
  act: (transaction: ArchiveTransaction) => Promise<Portion>,
): Promise<RemovalReport> {
  const { report, released } = await archive.db.transaction().execute(act);
  // The datasets are gone, whatever becomes of the files: those that stay are garbage, and are tried again as such.
  await unlinkContents(archive, released).catch(() => undefined);
  return report;
}

async function remove(transaction: ArchiveTransaction, rows: readonly OwnedRow[]): Promise<Portion> {
  if (rows.length === 0) return { report: NOTHING, released: [] };
  const present = rows.filter(({ dropped }) => !dropped);
  const recipes = [...new Set(rows.flatMap(({ recipeHash }) => (recipeHash === null ? [] : [recipeHash])))];
  const inputs = await transaction
    .selectFrom('archive.recipe_inputs')
    .select('sha256')
    .distinct()
    .where(sql<boolean>`recipe_hash = any(${recipes}::text[])`)
    .execute();
  const contents = [...present, ...inputs].map(({ sha256 }) => sha256);
  await lockContents(transaction, contents);
  await sql`delete from archive.datasets where id = any(${rows.map(({ id }) => id)}::uuid[])`.execute(
    transaction,
  );
  await sql`
    delete from archive.recipes r where r.recipe_hash = any(${recipes}::text[])
      and not exists (select 1 from archive.datasets d where d.recipe_hash = r.recipe_hash)
  `.execute(transaction);
  const released = await releaseContents(transaction, contents);
  await addUsage(
    transaction,
    present.map(({ chargedTo, bytes }) => ({ userId: chargedTo, bytes: -bytes, datasets: -1 })),
  );
  return { report: { datasets: rows.length, bytes: bytesOf(present) }, released };
}

async function drop(transaction: ArchiveTransaction, rows: readonly OwnedRow[]): Promise<Portion> {
  const present = rows.filter(({ dropped }) => !dropped);
  if (present.length === 0) return { report: NOTHING, released: [] };
  const contents = present.map(({ sha256 }) => sha256);
  await lockContents(transaction, contents);
  await sql`
    update archive.datasets set dropped = true, restored_until = null, charged_to = owner
    where id = any(${present.map(({ id }) => id)}::uuid[])
  `.execute(transaction);
  const released = await releaseContents(transaction, contents);
  await addUsage(
    transaction,
    present.map(({ chargedTo, bytes }) => ({ userId: chargedTo, bytes: -bytes, datasets: -1 })),
  );
  return { report: { datasets: present.length, bytes: bytesOf(present) }, released };
}

function bytesOf(rows: readonly OwnedRow[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

function add(a: RemovalReport, b: RemovalReport): RemovalReport {
  return { datasets: a.datasets + b.datasets, bytes: a.bytes + b.bytes };
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
