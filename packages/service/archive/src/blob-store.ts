/**
 * The store: files named by their SHA-256, `blobs/ab/ab12…`, never changed once there. A file comes in by a hard link, which is whole or
 * not there; from another file system by a copy under a temporary name. Files and folders are flushed to disk before anyone hears of them.
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
  rename,
  rm,
  stat,
  unlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { BlobError } from './errors.js';

/** A file found in the store. */
export interface FoundFile {
  readonly sha256: string;
  readonly path: string;
  readonly bytes: number;
  /** When its directory entry last changed. */
  readonly changedAtMs: number;
}

const PARTIAL_PREFIX = '.partial-';
const SHA256 = /^[0-9a-f]{64}$/;

/** Files on one file system, by content. */
export class BlobStore {
  /** Absolute. */
  readonly folder: string;
  readonly #blobs: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#blobs = join(folder, 'blobs');
  }

  /** Opens the store, making its folders where they are not there. */
  static async open(folder: string): Promise<BlobStore> {
    const store = new BlobStore(folder);
    await mkdir(store.#blobs, { recursive: true, mode: 0o750 });
    return store;
  }

  /** Where the content lies, whether or not it is there. */
  pathOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new BlobError(sha256, 'its name is not a SHA-256');
    return join(this.#blobs, sha256.slice(0, 2), sha256);
  }

  /**
   * Takes a file in; the given path stays. The caller has computed the SHA-256 of what lies there and changes it no more.
   * @throws BlobError where another size is stored under the content already
   */
  async put(path: string, sha256: string, bytes: number): Promise<void> {
    const target = this.pathOf(sha256);
    const folder = join(target, '..');
    await mkdir(folder, { recursive: true, mode: 0o750 });
    await this.#bring(path, target);
    const { size } = await stat(target);
    if (size !== bytes) throw new BlobError(sha256, `holds ${size} bytes where ${bytes} were expected`);
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

  /** Removes the content; does nothing where it is gone. */
  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
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

  async #bring(path: string, target: string): Promise<void> {
    try {
      await link(path, target);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EEXIST') return;
      if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error;
      const partial = join(target, '..', `${PARTIAL_PREFIX}${randomUUID()}`);
      try {
        await copyFile(path, partial, constants.COPYFILE_EXCL);
        await rename(partial, target);
      } catch (failure) {
        await unlink(partial).catch(() => undefined);
        throw failure;
      }
    }
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
