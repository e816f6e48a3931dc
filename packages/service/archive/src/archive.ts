/** The archive as its functions take it: a catalog in PostgreSQL and a store of files. */
import { isAbsolute } from 'node:path';
import { BlobStore } from './blob-store.js';
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
  /** Default 1 TB. */
  readonly defaultQuotaBytes?: number;
}

/** Opens the archive; the schema is there already. */
export async function openArchive({
  db,
  folder,
  defaultQuotaBytes = 1e12,
}: ArchiveOptions): Promise<Archive> {
  if (!isAbsolute(folder)) throw new ArchiveInputError('folder', `${folder} is not an absolute path`);
  return { db, store: await BlobStore.open(folder), defaultQuotaBytes };
}

/** Who looks. */
export interface Viewer {
  readonly userId: string;
  readonly groupIds: readonly string[];
  readonly isAdmin: boolean;
}
