/** The library: datasets that an administrator offers to every user under a name. */
import { sql } from 'kysely';
import type { Archive, Viewer } from './archive.js';
import { type Dataset, datasetColumns, type DatasetRow, toDataset } from './dataset.js';
import { ArchiveInputError, NotInArchiveError } from './errors.js';

/** What is offered. */
export interface LibraryEntry {
  /** By which requests name it: `library:dc2-stars`. */
  readonly name: string;
  /** catalog, table, fits, survey. */
  readonly kind: string;
  readonly description: string;
  /** Objects, rows or visits; null where they were not counted. */
  readonly objects: number | null;
  readonly addedAtUtc: string;
  readonly dataset: Dataset;
}

/** What to offer. */
export interface NewLibraryEntry extends Pick<LibraryEntry, 'name' | 'kind' | 'description' | 'objects'> {
  readonly datasetId: string;
  /** Other datasets that it includes. */
  readonly includedIds: readonly string[];
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

interface LibraryRow extends DatasetRow {
  readonly entryName: string;
  readonly kind: string;
  readonly description: string;
  readonly objects: number | null;
  readonly addedAt: Date;
}

/** Everything that is offered, by name. */
export async function listLibrary({ db }: Archive): Promise<readonly LibraryEntry[]> {
  const { rows } = await sql<LibraryRow>`
    select l.name as "entryName", l.kind, l.description, l.objects::float8 as objects, l.added_at as "addedAt", ${datasetColumns()}
    from archive.library l join archive.datasets d on d.id = l.dataset_id left join archive.blobs b on b.sha256 = d.sha256
    order by l.name
  `.execute(db);
  return rows.map(({ entryName, kind, description, objects, addedAt, ...row }) => ({
    name: entryName,
    kind,
    description,
    objects,
    addedAtUtc: addedAt.toISOString(),
    dataset: toDataset(row),
  }));
}

/** The dataset behind a name. @throws NotInArchiveError */
export async function findInLibrary({ db }: Archive, name: string): Promise<string> {
  const row = await db
    .selectFrom('archive.library')
    .select('dataset_id')
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) throw new NotInArchiveError('library entry', name);
  return row.dataset_id;
}

/** Offers a dataset; the caller has seen to it that an administrator asks. @throws ArchiveInputError where the name is taken or none */
export async function addToLibrary({ db }: Archive, viewer: Viewer, entry: NewLibraryEntry): Promise<void> {
  const { name, datasetId, includedIds, kind, description, objects } = entry;
  if (!NAME.test(name))
    throw new ArchiveInputError(
      'name',
      'needs 1 to 63 of a-z, 0-9, point, hyphen and underscore, a letter or digit first',
    );
  await db.transaction().execute(async (transaction) => {
    const added = await transaction
      .insertInto('archive.library')
      .values({ name, dataset_id: datasetId, kind, description, objects, added_by: viewer.userId })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('name')
      .executeTakeFirst();
    if (added === undefined)
      throw new ArchiveInputError('name', `${name} is taken; remove it from the library, or choose another`);
    await transaction
      .insertInto('archive.library_files')
      .values([...new Set([datasetId, ...includedIds])].map((id) => ({ name, dataset_id: id })))
      .execute();
  });
}

/** Offers it no more; its files stay with their owner. @throws NotInArchiveError */
export async function removeFromLibrary({ db }: Archive, name: string): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('archive.library')
    .where('name', '=', name)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new NotInArchiveError('library entry', name);
}
