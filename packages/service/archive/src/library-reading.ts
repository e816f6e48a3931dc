/** The reading of what was taken into the library: claimed by one server at a time, for as long as it says that it goes on. */
import { sql } from 'kysely';
import type { Archive } from './archive.js';

/** Something to read. */
export interface LibraryReading {
  readonly name: string;
  readonly datasetId: string;
  readonly wholeFolder: boolean;
  /** The administrator who added it. */
  readonly addedBy: string;
}

/** How long a server that says nothing is taken to be reading, seconds. */
const LEASE_S = 60;
const LEASE = sql<Date>`clock_timestamp() + make_interval(secs => ${LEASE_S})`;

/** Takes what waits longest, for this server to read; undefined where nothing waits. */
export async function claimLibraryReading({ db }: Archive): Promise<LibraryReading | undefined> {
  const { rows } = await sql<LibraryReading>`
    update archive.library set reading_until = ${LEASE}
    where name = (
      select name from archive.library
      where state = 'reading' and (reading_until is null or reading_until < clock_timestamp())
      order by added_at limit 1 for update skip locked)
    returning name, dataset_id as "datasetId", whole_folder as "wholeFolder", added_by as "addedBy"
  `.execute(db);
  return rows[0];
}

/** Says how far the reading is, and that it goes on. @param share 0 to 1; null: it is left for another attempt */
export async function noteLibraryReading({ db }: Archive, name: string, share: number | null): Promise<void> {
  await db
    .updateTable('archive.library')
    .set(share === null ? { reading_until: null } : { read_share: share, reading_until: LEASE })
    .where('name', '=', name)
    .where('state', '=', 'reading')
    .execute();
}

/** Offers what was read, with the files that it includes. Does nothing where it was removed meanwhile. */
export async function endLibraryReading(
  { db }: Archive,
  { name, datasetId }: LibraryReading,
  found: { readonly kind: string; readonly objects: number | null; readonly includedIds: readonly string[] },
): Promise<void> {
  const { kind, objects, includedIds } = found;
  await db.transaction().execute(async (transaction) => {
    const ended = await transaction
      .updateTable('archive.library')
      .set({ state: 'ready', kind, objects, read_share: 1, reading_until: null })
      .where('name', '=', name)
      .where('dataset_id', '=', datasetId)
      .where('state', '=', 'reading')
      .returning('name')
      .executeTakeFirst();
    if (ended === undefined) return;
    await sql`
      insert into archive.library_files (name, dataset_id)
      select ${name}, id from archive.datasets where id = any(${[...new Set([datasetId, ...includedIds])]}::uuid[])
      on conflict do nothing
    `.execute(transaction);
  });
}

/** Says why it cannot be offered. */
export async function failLibraryReading(
  { db }: Archive,
  { name, datasetId }: LibraryReading,
  failure: string,
): Promise<void> {
  await db
    .updateTable('archive.library')
    .set({ state: 'failed', failure, reading_until: null })
    .where('name', '=', name)
    .where('dataset_id', '=', datasetId)
    .where('state', '=', 'reading')
    .execute();
}
