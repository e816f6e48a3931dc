/** The library: datasets that an administrator offers to every user under a name, each read through before it is offered. */
import { sql } from 'kysely';
import type { Archive, Viewer } from './archive.js';
import { type Dataset, datasetColumns, type DatasetRow, toDataset } from './dataset.js';
import { ArchiveInputError, NotInArchiveError } from './errors.js';

/** What is offered, or will be. */
export interface LibraryEntry {
  /** By which requests name it: `library:dc2-stars`. */
  readonly name: string;
  /** Only what is `ready` is offered. */
  readonly state: 'reading' | 'ready' | 'failed';
  /** Share of its files that was read, 0 to 1. */
  readonly readShare: number;
  /** Why it failed; else empty. */
  readonly failure: string;
  /** catalog, table, fits, survey, seds, skyCatalogs; empty until it is read. */
  readonly kind: string;
  readonly description: string;
  /** Objects, rows, visits or spectra; null where they were not counted. */
  readonly objects: number | null;
  readonly addedAtUtc: string;
  /** The file itself; of a folder its configuration, or any of its files. */
  readonly dataset: Dataset;
}

/** What to offer. */
export interface NewLibraryEntry extends Pick<LibraryEntry, 'name' | 'description'> {
  readonly datasetId: string;
  /** With the dataset all catalog files of its folder: it is a folder of sky catalogs. */
  readonly wholeFolder: boolean;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

interface LibraryRow extends DatasetRow {
  readonly entryName: string;
  readonly entryState: LibraryEntry['state'];
  readonly readShare: number;
  readonly failure: string;
  readonly kind: string;
  readonly description: string;
  readonly objects: number | null;
  readonly addedAt: Date;
}

/** Everything that is offered, by name; for administrators with what is being read, and what could not be. */
export async function listLibrary({ db }: Archive, { isAdmin }: Viewer): Promise<readonly LibraryEntry[]> {
  const { rows } = await sql<LibraryRow>`
    select l.name as "entryName", l.state as "entryState", l.read_share::float8 as "readShare", l.failure, l.kind, l.description, l.objects::float8 as objects, l.added_at as "addedAt", ${datasetColumns()}
    from archive.library l join archive.datasets d on d.id = l.dataset_id left join archive.blobs b on b.sha256 = d.sha256
    where ${isAdmin ? sql<boolean>`true` : sql<boolean>`l.state = 'ready'`} order by l.name
  `.execute(db);
  return rows.map(
    ({ entryName, entryState, readShare, failure, kind, description, objects, addedAt, ...row }) => ({
      name: entryName,
      state: entryState,
      readShare,
      failure,
      kind,
      description,
      objects,
      addedAtUtc: addedAt.toISOString(),
      dataset: toDataset(row),
    }),
  );
}

/** The dataset behind a name. @throws NotInArchiveError */
export async function findInLibrary({ db }: Archive, name: string): Promise<string> {
  const row = await db
    .selectFrom('archive.library')
    .select('dataset_id')
    .where('name', '=', name)
    .where('state', '=', 'ready')
    .executeTakeFirst();
  if (row === undefined) throw new NotInArchiveError('library entry', name);
  return row.dataset_id;
}

/**
 * Takes a dataset in, to be read and then offered; the caller has seen to it that an administrator asks. What failed under the name gives way.
 * @throws ArchiveInputError where the name is taken or none
 */
export async function addToLibrary({ db }: Archive, viewer: Viewer, entry: NewLibraryEntry): Promise<void> {
  const { name, datasetId, wholeFolder, description } = entry;
  if (!NAME.test(name))
    throw new ArchiveInputError(
      'name',
      'needs 1 to 63 of a-z, 0-9, point, hyphen and underscore, a letter or digit first',
    );
  await db.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom('archive.library')
      .where('name', '=', name)
      .where('state', '=', 'failed')
      .execute();
    const added = await transaction
      .insertInto('archive.library')
      .values({
        name,
        dataset_id: datasetId,
        kind: '',
        description,
        objects: null,
        added_by: viewer.userId,
        state: 'reading',
        whole_folder: wholeFolder,
        read_share: 0,
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('name')
      .executeTakeFirst();
    if (added === undefined)
      throw new ArchiveInputError('name', `${name} is taken; remove it from the library, or choose another`);
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
