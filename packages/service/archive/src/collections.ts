/** Collections: named lists of datasets, of one's own and of what others share. */
import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { Archive, Viewer } from './archive.js';
import { isVisible } from './dataset.js';
import { ArchiveInputError, NotInArchiveError, NotOwnerError } from './errors.js';
import type { ArchiveTransaction } from './schema.js';

/** A collection. */
export interface Collection {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly datasets: number;
  readonly createdAtUtc: string;
}

/** Makes an empty collection. @throws ArchiveInputError for a name that is taken or odd */
export async function createCollection({ db }: Archive, viewer: Viewer, name: string): Promise<Collection> {
  checkName(name);
  const row = await db
    .insertInto('archive.collections')
    .values({ id: v7(), owner: viewer.userId, name })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'created_at'])
    .executeTakeFirst();
  if (row === undefined)
    throw new ArchiveInputError(
      'name',
      `${JSON.stringify(name)} is the name of a collection of yours already`,
    );
  return {
    id: row.id,
    name,
    ownerId: viewer.userId,
    datasets: 0,
    createdAtUtc: row.created_at.toISOString(),
  };
}

/** The collections that the viewer owns or that are shared with them, by name. */
export async function listCollections({ db }: Archive, viewer: Viewer): Promise<readonly Collection[]> {
  const { rows } = await sql<Omit<Collection, 'createdAtUtc'> & { createdAt: Date }>`
    select c.id, c.name, c.owner as "ownerId", c.created_at as "createdAt",
      (select count(*) from archive.collection_items i where i.collection_id = c.id) as datasets
    from archive.collections c
    where c.owner = ${viewer.userId}::uuid or exists (
      select 1 from archive.shares s where s.collection_id = c.id
        and (s.group_id is null or s.group_id = any(${[...viewer.groupIds]}::uuid[])))
    order by c.name, c.id limit 1000
  `.execute(db);
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAtUtc: createdAt.toISOString() }));
}

/** What to change of a collection. */
export interface CollectionChanges {
  readonly name?: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/**
 * Changes a collection. Only what the viewer may see can be added.
 * @throws NotInArchiveError, NotOwnerError, ArchiveInputError, and nothing is changed
 */
export async function changeCollection(
  { db }: Archive,
  viewer: Viewer,
  id: string,
  changes: CollectionChanges,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await lockCollection(transaction, viewer, id);
    const { name, add = [], remove = [] } = changes;
    if (name !== undefined) {
      checkName(name);
      const taken = await transaction
        .selectFrom('archive.collections')
        .select('id')
        .where('owner', '=', viewer.userId)
        .where('name', '=', name)
        .where('id', '<>', id)
        .executeTakeFirst();
      if (taken !== undefined)
        throw new ArchiveInputError(
          'name',
          `${JSON.stringify(name)} is the name of a collection of yours already`,
        );
      await transaction.updateTable('archive.collections').set({ name }).where('id', '=', id).execute();
    }
    if (add.length > 0) {
      const { rows } = await sql<{ id: string }>`
        select d.id from archive.datasets d where d.id = any(${[...add]}::uuid[]) and ${isVisible(viewer)}
      `.execute(transaction);
      const visible = new Set(rows.map((row) => row.id));
      const hidden = add.find((datasetId) => !visible.has(datasetId));
      if (hidden !== undefined) throw new NotInArchiveError('dataset', hidden);
      await sql`
        insert into archive.collection_items (collection_id, dataset_id)
        select ${id}::uuid, d from unnest(${[...visible]}::uuid[]) as d on conflict do nothing
      `.execute(transaction);
    }
    if (remove.length > 0) {
      await sql`
        delete from archive.collection_items where collection_id = ${id}::uuid and dataset_id = any(${[...remove]}::uuid[])
      `.execute(transaction);
    }
  });
}

/** Removes a collection; its datasets stay. @throws NotInArchiveError, NotOwnerError */
export async function deleteCollection({ db }: Archive, viewer: Viewer, id: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await lockCollection(transaction, viewer, id);
    await transaction.deleteFrom('archive.collections').where('id', '=', id).execute();
  });
}

/** Locks a collection for a change by its owner. @throws NotInArchiveError, NotOwnerError */
export async function lockCollection(
  transaction: ArchiveTransaction,
  viewer: Viewer,
  id: string,
): Promise<void> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new NotInArchiveError('collection', id);
  const { rows } = await sql<{ owner: string; visible: boolean }>`
    select c.owner, exists (select 1 from archive.shares s where s.collection_id = c.id
      and (s.group_id is null or s.group_id = any(${[...viewer.groupIds]}::uuid[]))) as visible
    from archive.collections c where c.id = ${id}::uuid for update of c
  `.execute(transaction);
  const [row] = rows;
  if (row !== undefined && (row.owner === viewer.userId || viewer.isAdmin)) return;
  if (row?.visible === true) throw new NotOwnerError(id);
  throw new NotInArchiveError('collection', id);
}

function checkName(name: string): void {
  if (name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name))
    throw new ArchiveInputError('name', 'needs 1 to 200 characters, none of them control characters');
}
