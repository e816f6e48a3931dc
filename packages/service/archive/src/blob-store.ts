/**
 * The store: files named by their SHA-256, `blobs/ab/ab12…`, never changed once there. A file comes in by a hard link, from
 * another file system by a copy, under a temporary name at first, and so is whole or not there. Files and folders are flushed to disk before anyone hears of them.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  opendir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveAwayError, BlobError } from './errors.js';

/** A file found in the store. */
export interface FoundFile {
  readonly sha256: string;
  readonly path: string;
  readonly bytes: number;
  /** When its directory entry last changed. */
  readonly changedAtMs: number;
}

/** Says which store it is. */
const MARK = 'store.json';
const PARTIAL_PREFIX = '.partial-';
const SHA256 = /^[0-9a-f]{64}$/;

/** Folders of indexes of large catalogs, by the catalogs' content: `indexes/ab/ab12…/`. They can be made again at any time. */
const INDEXES = 'indexes';

/** Files on one file system, by content. */
export class BlobStore {
  /** Absolute. */
  readonly folder: string;
  readonly #token: string;
  readonly #blobs: string;

  private constructor(folder: string, token: string) {
    this.folder = folder;
    this.#token = token;
    this.#blobs = join(folder, 'blobs');
  }

  /** Opens the store that was marked with the token. @throws ArchiveAwayError where the folder has another mark, or none */
  static async open(folder: string, token: string): Promise<BlobStore> {
    const store = new BlobStore(folder, token);
    await store.check();
    await mkdir(store.#blobs, { recursive: true, mode: 0o750 });
    return store;
  }

  /** Asks whether the folder is the store: where its file system is away, nothing that is absent is missing. @throws ArchiveAwayError */
  async check(): Promise<void> {
    const mark = await readFile(join(this.folder, MARK), 'utf8').catch(() => '');
    if (mark.trim() !== textOf(this.#token)) throw new ArchiveAwayError(this.folder, this.#token);
  }

  /** Where the content lies, whether or not it is there. */
  pathOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new BlobError(sha256, 'its name is not a SHA-256');
    return join(this.#blobs, sha256.slice(0, 2), sha256);
  }

  /** Where indexes of a catalog of this content lie, or may be made; they go with the content. */
  indexFolderOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new BlobError(sha256, 'its name is not a SHA-256');
    return join(this.folder, INDEXES, sha256.slice(0, 2), sha256);
  }

  /**
   * Takes a file in; the given path stays. The caller has computed the SHA-256 of what lies there and changes it no more.
   * @param replaces whether what is stored under the content is known to be damaged; of another size, it is replaced anyway
   * @throws BlobError where the file has not so many bytes, ArchiveAwayError
   */
  async put(path: string, sha256: string, bytes: number, replaces = false): Promise<void> {
    const target = this.pathOf(sha256);
    const folder = join(target, '..');
    await this.check();
    await mkdir(folder, { recursive: true, mode: 0o750 });
    const isThere = !replaces && (await this.has(sha256, bytes));
    if (!isThere) {
      const { size } = await stat(path);
      if (size !== bytes)
        throw new BlobError(sha256, `has ${size} bytes in ${path} where ${bytes} were expected`);
      await bring(path, target);
    }
    await chmod(target, 0o440);
    await flush(target);
    await flush(folder);
  }

  /** Whether the content is there in this size. */
  async has(sha256: string, bytes: number): Promise<boolean> {
    return stat(this.pathOf(sha256)).then(
      (found) => found.isFile() && found.size === bytes,
      () => false,
    );
  }

  /** Opens the content for reading. The open file stays readable when it is removed meanwhile. */
  async read(sha256: string): Promise<FileHandle> {
    return open(this.pathOf(sha256), constants.O_RDONLY | constants.O_NOFOLLOW);
  }

  /** Removes the content and its indexes; does nothing where they are gone. */
  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
    await this.removeIndexes(sha256);
  }

  /** Removes the indexes of a content. */
  async removeIndexes(sha256: string): Promise<void> {
    await rm(this.indexFolderOf(sha256), { recursive: true, force: true });
  }

  /** Removes indexes, older than `graceMs`, of contents that are not there: a crash left them. */
  async sweepIndexes(graceMs: number): Promise<void> {
    const indexes = join(this.folder, INDEXES);
    for (const prefix of await namesIn(indexes))
      for (const sha256 of await namesIn(join(indexes, prefix))) {
        if (!SHA256.test(sha256)) continue;
        const made = await stat(this.indexFolderOf(sha256)).catch(() => undefined);
        const isThere = await stat(this.pathOf(sha256)).then(
          () => true,
          () => false,
        );
        if (made !== undefined && !isThere && Date.now() - made.mtimeMs > graceMs)
          await this.removeIndexes(sha256);
      }
  }

  /** Every content of the store; files in the making that are older than `graceMs` are removed on the way. */
  async *list(graceMs: number): AsyncGenerator<FoundFile> {
    for await (const folder of await opendir(this.#blobs)) {
      if (!folder.isDirectory()) continue;
      for await (const entry of await opendir(join(this.#blobs, folder.name))) {
        const path = join(this.#blobs, folder.name, entry.name);
        const found = await stat(path).catch(() => undefined);
        if (found === undefined) continue;
        if (SHA256.test(entry.name))
          yield { sha256: entry.name, path, bytes: found.size, changedAtMs: found.ctimeMs };
        else if (entry.name.startsWith(PARTIAL_PREFIX) && Date.now() - found.ctimeMs > graceMs)
          await rm(path, { force: true });
      }
    }
  }
}

/** Marks a folder as a store, made where it is not there. */
export async function markStore(folder: string, token: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const partial = join(folder, `${PARTIAL_PREFIX}${randomUUID()}`);
  await writeFile(partial, `${textOf(token)}\n`, { mode: 0o640, flush: true });
  await rename(partial, join(folder, MARK));
  await flush(folder);
}

function textOf(token: string): string {
  return JSON.stringify({ token });
}

/** Puts the file where the target is, or was: by a link, else by a copy, and whole at every moment. */
async function bring(path: string, target: string): Promise<void> {
  const partial = join(target, '..', `${PARTIAL_PREFIX}${randomUUID()}`);
  try {
    await link(path, partial).catch(async (error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error;
      await copyFile(path, partial, constants.COPYFILE_EXCL);
    });
    await rename(partial, target);
  } finally {
    // Where both are links to one file, renaming leaves both.
    await rm(partial, { force: true });
  }
}

/** The names in a folder; none where it is not there. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
