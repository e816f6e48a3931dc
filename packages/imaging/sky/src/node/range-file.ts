/** Files of a disk that are read from any place. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { SourceUnreadableError } from '../byte-source.js';
import { type RangeSource, streamOf } from '../range-source.js';
import { fileError } from './file-source.js';

/**
 * Opens a file; it stays open until `close`.
 * Throws `SourceMissingError` or `SourceUnreadableError` (a folder, no permission).
 */
export async function openRangeFile(path: string): Promise<RangeSource> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const facts = await handle.stat();
    if (facts.isDirectory()) throw new SourceUnreadableError(path, 'it is a folder, not a file');
    if (!facts.isFile()) throw new SourceUnreadableError(path, 'it is not a regular file');
    return new RangeFile(path, facts.size, handle);
  } catch (cause) {
    await handle?.close();
    throw fileError(path, cause);
  }
}

class RangeFile implements RangeSource {
  readonly name: string;
  readonly bytes: number;
  private readonly handle: FileHandle;

  constructor(name: string, bytes: number, handle: FileHandle) {
    this.name = name;
    this.bytes = bytes;
    this.handle = handle;
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - start);
    let at = 0;
    while (at < bytes.length) {
      let bytesRead: number;
      try {
        ({ bytesRead } = await this.handle.read(bytes, at, bytes.length - at, start + at));
      } catch (cause) {
        throw fileError(this.name, cause);
      }
      if (bytesRead === 0)
        throw new SourceUnreadableError(this.name, 'it became shorter while it was being read');
      at += bytesRead;
    }
    return bytes;
  }

  async sha256(): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of streamOf(this)) hash.update(chunk);
    return hash.digest('hex');
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
