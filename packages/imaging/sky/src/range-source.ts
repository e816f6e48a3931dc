/**
 * Bytes that can be read from any place: what tables are read from. A file of a disk is in `@imsim-od/sky/node`, a file
 * dropped on a page is a `BlobRangeSource`, and `MemoryRangeSource` serves tests and what was unpacked.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ByteSource } from './byte-source.js';
import { SourceOutsideFolderError, SourceUnreadableError } from './byte-source.js';

/** A named sequence of bytes of known length. */
export interface RangeSource {
  /** What messages call it: a path or a file name. */
  readonly name: string;
  /** Length in bytes. */
  readonly bytes: number;
  /**
   * The bytes from `start` up to and not including `end`, all of them: `0 <= start <= end <= bytes`.
   * Throws `SourceUnreadableError`.
   */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Lower-case hexadecimal SHA-256 of all bytes, where the host has a fast way to it. */
  sha256?(): Promise<string>;
  /** Gives back what the host lent; nothing is read afterwards. */
  close(): Promise<void>;
}

/** Bytes of a stream that are read at once. */
const CHUNK_BYTES = 1 << 20;

/** Bytes in memory as a source. */
export class MemoryRangeSource implements RangeSource {
  readonly name: string;
  readonly bytes: number;
  private readonly content: Uint8Array;

  constructor(name: string, content: Uint8Array) {
    this.name = name;
    this.bytes = content.length;
    this.content = content;
  }

  read(start: number, end: number): Promise<Uint8Array> {
    return Promise.resolve(this.content.subarray(start, end));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a browser's `File` and `Blob` offer. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A file that a user dropped on a page. */
export class BlobRangeSource implements RangeSource {
  readonly name: string;
  readonly bytes: number;
  private readonly blob: BlobLike;

  constructor(name: string, blob: BlobLike) {
    this.name = name;
    this.bytes = blob.size;
    this.blob = blob;
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    try {
      return new Uint8Array(await this.blob.slice(start, end).arrayBuffer());
    } catch (cause) {
      throw new SourceUnreadableError(this.name, 'the browser refuses', { cause });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The bytes of a source in order, in chunks. */
export async function* streamOf(source: RangeSource): AsyncIterable<Uint8Array> {
  for (let at = 0; at < source.bytes; at += CHUNK_BYTES) {
    yield await source.read(at, Math.min(source.bytes, at + CHUNK_BYTES));
  }
}

/** The SHA-256 of all bytes, lower-case hexadecimal, of which few are held at a time. @param onRead told how many were read */
export async function sha256OfSource(
  source: Pick<RangeSource, 'bytes' | 'read'>,
  onRead: (bytes: number) => void = () => undefined,
): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < source.bytes; at += CHUNK_BYTES) {
    const chunk = await source.read(at, Math.min(source.bytes, at + CHUNK_BYTES));
    hash.update(chunk);
    onRead(at + chunk.length);
  }
  return bytesToHex(hash.digest());
}

/** The same bytes for readers that take a stream; it has no neighbours. */
export function asByteSource(source: RangeSource): ByteSource {
  return {
    name: source.name,
    identity: source.name,
    stream: () => streamOf(source),
    sibling: (relative) => Promise.reject(new SourceOutsideFolderError(relative, `of ${source.name}`)),
  };
}
