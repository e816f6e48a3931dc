/** The archive as its functions take it: a catalog in PostgreSQL and a store of files. */
import { randomUUID } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { sql } from 'kysely';
import { BlobStore, markStore } from './blob-store.js';
import { ArchiveInputError } from './errors.js';
import type { ArchiveDatabase } from './schema.js';

/** An open archive. */
export interface Archive {
  readonly db: ArchiveDatabase;
  readonly store: BlobStore;
  /** What a user may store who has no quota of their own, in bytes. */
  readonly defaultQuotaBytes: number;
}

/** How to open it. */
export interface ArchiveOptions {
  readonly db: ArchiveDatabase;
  /** Absolute; best on the file system of the workers' folders, so that files come in by a link. */
  readonly folder: string;
  /** Makes the folder the database's store, whatever it was: for files that are about to be brought back. Default false. */
  readonly adoptsFolder?: boolean;
  /** Default 1 TB. */
  readonly defaultQuotaBytes?: number;
}

/**
 * Opens the archive; the schema is there already. The first to open a database's archive makes the folder its store.
 * @throws ArchiveAwayError where the folder is not the database's store, ArchiveInputError
 */
export async function openArchive({
  db,
  folder,
  defaultQuotaBytes = 1e12,
  adoptsFolder = false,
}: ArchiveOptions): Promise<Archive> {
  if (!isAbsolute(folder)) throw new ArchiveInputError('folder', `${folder} is not an absolute path`);
  const token = await db.transaction().execute(async (transaction) => {
    await sql`lock table archive.store in share row exclusive mode`.execute(transaction);
    const known = await transaction.selectFrom('archive.store').select('token').executeTakeFirst();
    if (known !== undefined && !adoptsFolder) return known.token;
    const chosen = known?.token ?? randomUUID();
    await markStore(folder, chosen);
    if (known === undefined)
      await transaction.insertInto('archive.store').values({ token: chosen }).execute();
    return chosen;
  });
  return { db, store: await BlobStore.open(folder, token), defaultQuotaBytes };
}

/** Who looks. */
export interface Viewer {
  readonly userId: string;
  readonly groupIds: readonly string[];
  readonly isAdmin: boolean;
}
