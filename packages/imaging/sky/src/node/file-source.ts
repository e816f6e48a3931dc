/**
 * Byte sources on a disk. What a catalog includes is resolved relative to the including file; symbolic links are followed
 * first, and whatever then lies outside the folder of the top catalog is refused.
 */
import { createHash } from 'node:crypto';
import { open, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import {
  type ByteSource,
  SourceMissingError,
  SourceOutsideFolderError,
  SourceUnreadableError,
} from '../byte-source.js';

const CHUNK_BYTES = 1 << 18;

/**
 * Opens a file as a byte source; its folder bounds what it may include.
 * Throws `SourceMissingError` or `SourceUnreadableError` (a folder, no permission).
 */
export async function openFileSource(path: string): Promise<ByteSource> {
  const real = await resolveReal(path, path);
  return new FileSource(path, real, dirname(real));
}

/**
 * Opens a file of a folder, which bounds where it may lie.
 * Throws `SourceOutsideFolderError`, `SourceMissingError` or `SourceUnreadableError`.
 */
export async function openFileInFolder(folder: string, name: string): Promise<ByteSource> {
  let top: string;
  try {
    top = await realpath(folder);
  } catch (cause) {
    throw fileError(folder, cause);
  }
  return new FileSource(name, top, top).within(name);
}

class FileSource implements ByteSource {
  readonly name: string;
  readonly identity: string;
  private readonly folder: string;
  private digest: string | undefined;

  constructor(name: string, real: string, folder: string) {
    this.name = name;
    this.identity = real;
    this.folder = folder;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const hash = createHash('sha256');
    let handle;
    try {
      handle = await open(this.identity, 'r');
    } catch (cause) {
      throw fileError(this.name, cause);
    }
    try {
      for (;;) {
        const chunk = new Uint8Array(CHUNK_BYTES);
        let bytesRead: number;
        try {
          ({ bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES));
        } catch (cause) {
          throw fileError(this.name, cause);
        }
        if (bytesRead === 0) break;
        const bytes = chunk.subarray(0, bytesRead);
        hash.update(bytes);
        yield bytes;
      }
      this.digest = hash.digest('hex');
    } finally {
      await handle.close();
    }
  }

  sibling(relativePath: string): Promise<ByteSource> {
    return this.at(resolve(dirname(this.identity), relativePath), relativePath);
  }

  /** The file at a path below the folder. */
  within(relativePath: string): Promise<ByteSource> {
    return this.at(resolve(this.folder, relativePath), relativePath);
  }

  private async at(path: string, relativePath: string): Promise<ByteSource> {
    if (!isInside(path, this.folder)) throw new SourceOutsideFolderError(relativePath, this.folder);
    const real = await resolveReal(path, relativePath);
    if (!isInside(real, this.folder)) throw new SourceOutsideFolderError(relativePath, this.folder);
    return new FileSource(relativePath, real, this.folder);
  }

  sha256(): string | undefined {
    return this.digest;
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function resolveReal(path: string, name: string): Promise<string> {
  try {
    const real = await realpath(path);
    const facts = await stat(real);
    if (facts.isDirectory()) throw new SourceUnreadableError(name, 'it is a folder, not a file');
    if (!facts.isFile()) throw new SourceUnreadableError(name, 'it is not a regular file');
    return real;
  } catch (cause) {
    throw fileError(name, cause);
  }
}

/** The error of this package for what the system says of a file. */
export function fileError(name: string, cause: unknown): Error {
  if (cause instanceof SourceUnreadableError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return new SourceMissingError(name);
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'no permission'
      : code === 'ELOOP'
        ? 'its symbolic links form a loop'
        : `the system says ${code || String(cause)}`;
  return new SourceUnreadableError(name, reason, { cause });
}
