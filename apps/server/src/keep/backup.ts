/**
 * Backup and restore of a service. A backup is a folder: `database.backup` and below `files/` the contents that no recipe can make again
 * (uploaded catalogs), or all of them. What is not in it is made again from its recipe when it is read.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AbsenceReport,
  type ArchiveDatabase,
  type ArchiveTables,
  isKnownContent,
  type KeptContent,
  listContents,
  openArchive,
  settleAbsentContents,
} from '@imsim-od/archive';
import { backupDatabase, openDatabase, restoreDatabase, startEmbeddedServer } from '@imsim-od/database';
import { sql } from 'kysely';
import { lockHome } from '../home-lock.js';
import { readNote } from '../server-note.js';
import { makeHome } from '../service-home.js';
import { SCHEMAS } from '../services.js';
import type { Settings } from '../settings.js';

/** A backup cannot be made or brought back. */
export class KeepError extends Error {
  override readonly name = 'KeepError';
  readonly code = 'SERVER_BACKUP';
}

/** What was kept or brought back. */
export interface KeepReport {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

const DATABASE = 'database.backup';

/** What was kept, and what could not be. */
export interface BackupReport extends KeepReport {
  /** Contents whose files are missing, changed or cannot be read. */
  readonly leftOut: number;
}

/**
 * Writes a backup into a new folder; the service may run meanwhile.
 * @param all files that could be made again, too
 * @throws KeepError, ArchiveAwayError where the home does not hold the files of the database
 */
export async function backUp(settings: Settings, folder: string, all: boolean): Promise<BackupReport> {
  if (existsSync(folder)) throw new KeepError(`${folder} is there already; a backup goes into a new folder.`);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, 'files'), { recursive: true, mode: 0o700 });
  return withDatabase(settings, async (url) => {
    await checkMigrations(url);
    const { rows } = await backupDatabase(
      url,
      SCHEMAS.map(({ schema }) => schema),
      createWriteStream(join(partial, DATABASE), { mode: 0o600 }),
    );
    const db = openDatabase<ArchiveTables>(url);
    let files = 0;
    let bytes = 0;
    let leftOut = 0;
    try {
      const archive = await openArchive({
        db: db as ArchiveDatabase,
        folder: join(settings.home, 'archive'),
      });
      for await (const content of listContents(archive, all)) {
        if (await keep(content, join(partial, 'files', content.sha256))) {
          files++;
          bytes += content.bytes;
          // What was removed since its row was read is not wanted.
        } else if (await isKnownContent(archive, content.sha256)) leftOut++;
      }
    } finally {
      await db.destroy();
    }
    await rename(partial, folder);
    return { rows: Object.values(rows).reduce((sum, count) => sum + count, 0), files, bytes, leftOut };
  });
}

/** Trouble of a stored file, not of the backup's folder. */
const UNREADABLE: readonly unknown[] = ['ENOENT', 'EIO', 'EACCES', 'EISDIR', 'ELOOP', 'ENXIO'];

/** Copies a content. @returns false where it cannot be read, or the copy is not what it should be */
async function keep({ path, sha256 }: KeptContent, target: string): Promise<boolean> {
  try {
    await copyFile(path, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (!UNREADABLE.includes(code) || !existsSync(join(target, '..'))) throw error;
    await rm(target, { force: true });
    return false;
  }
  if ((await digest(target)).sha256 === sha256) return true;
  await rm(target);
  return false;
}

/** @throws KeepError where the database is of an earlier version: what a backup needs is asked of this one's tables */
async function checkMigrations(url: string): Promise<void> {
  const db = openDatabase<ArchiveTables>(url);
  try {
    for (const { schema, migrations } of SCHEMAS) {
      const { rows } = await sql<{
        name: string;
      }>`select name from ${sql.table(`${schema}.kysely_migration`)}`.execute(db);
      const done = new Set(rows.map(({ name }) => name));
      if (!Object.keys(migrations).every((name) => done.has(name)))
        throw new KeepError(
          'The database is of an earlier version; make the backup with the program of that version, or start the service once.',
        );
    }
  } finally {
    await db.destroy();
  }
}

/** Brings a backup back into a home that is empty, or into an empty database. @throws KeepError, BackupError */
export async function restore(settings: Settings, folder: string): Promise<KeepReport & AbsenceReport> {
  if (!existsSync(join(folder, DATABASE)))
    throw new KeepError(`${folder} is no backup: ${DATABASE} is not in it.`);
  if (readNote(settings.home) !== undefined)
    throw new KeepError(`A server runs in ${settings.home}; a backup is brought back where none does.`);
  makeHome(settings.home);
  return withDatabase(settings, async (url) => {
    const { rows } = await restoreDatabase(url, createReadStream(join(folder, DATABASE)), SCHEMAS);
    const db = openDatabase<ArchiveTables>(url);
    try {
      const archive = await openArchive({
        db: db as ArchiveDatabase,
        folder: join(settings.home, 'archive'),
        adoptsFolder: true,
      });
      let files = 0;
      let bytes = 0;
      for (const sha256 of await readdir(join(folder, 'files'))) {
        const path = join(folder, 'files', sha256);
        const found = await digest(path);
        if (found.sha256 !== sha256)
          throw new KeepError(`${path} is damaged: its SHA-256 is ${found.sha256}.`);
        await archive.store.put(path, sha256, found.bytes);
        files++;
        bytes += found.bytes;
      }
      const absence = await settleAbsentContents(archive);
      return { rows: Object.values(rows).reduce((sum, count) => sum + count, 0), files, bytes, ...absence };
    } finally {
      await db.destroy();
    }
  });
}

/** The database of the home: of the server that runs there, the one of the settings, or one started for the purpose. */
async function withDatabase<T>(settings: Settings, work: (url: string) => Promise<T>): Promise<T> {
  const running = settings.databaseUrl ?? readNote(settings.home)?.databaseUrl;
  if (running !== undefined) return work(running);
  const unlock = lockHome(settings.home);
  try {
    const server = await startEmbeddedServer({ folder: join(settings.home, 'postgres') });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    unlock();
  }
}

async function digest(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
