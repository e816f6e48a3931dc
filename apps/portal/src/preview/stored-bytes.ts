/**
 * Bytes of files that the service stores, read through its API in blocks, as far as they are wanted. What was read is kept by
 * content, so that another band or another place on the sky does not fetch it again.
 */
import type { Client } from '@imsim-od/api';
import { type ByteSource, type RangeSource, SourceUnreadableError, streamOf } from '@imsim-od/sky';

/** Bytes of one entry of a sky that a preview reads at most. */
export const MOST_READ_BYTES = 64_000_000;
/** Bytes of the index of a large instance catalog that a preview reads at most: a million objects and more. */
export const MOST_INDEXED_BYTES = 250_000_000;
/** Bytes that are fetched at once. */
const BLOCK_BYTES = 2_000_000;
/** Blocks that are kept between readings. */
const MOST_BLOCKS = 48;
/** Formats that are read in parts; others from the first byte to the last. */
const READ_IN_PARTS = /\.(parquet|hdf5|h5)$/i;

/** A file of the archive. */
export interface StoredFile {
  /** As users know it, below the folder of the entry's own file. */
  readonly name: string;
  readonly datasetId: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** How far the reading of an entry is. */
export interface ReadingProgress {
  readonly file: string;
  readonly readBytes: number;
  /** Size of the file that is being read. */
  readonly ofBytes: number;
}

/** An entry is too large to be read for a preview. */
export class PreviewLimitError extends Error {
  readonly code = 'PREVIEW_LIMIT';

  constructor(what: string, limit: string) {
    super(`${what}; a preview reads at most ${limit} of an entry. The run draws it.`);
    this.name = 'PreviewLimitError';
  }
}

/** Fetches blocks of stored files and keeps the latest. */
export class StoredBlocks {
  readonly #client: Client;
  readonly #kept = new Map<string, Uint8Array>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** A block of a file. Throws `ApiError`, and what `fetch` throws. */
  async block(file: StoredFile, number: number): Promise<Uint8Array> {
    const key = `${file.sha256} ${number}`;
    const bytes = this.#kept.get(key) ?? (await this.#fetch(file, number));
    this.#kept.delete(key);
    this.#kept.set(key, bytes);
    if (this.#kept.size > MOST_BLOCKS) this.#kept.delete(this.#kept.keys().next().value ?? '');
    return bytes;
  }

  async #fetch({ name, datasetId, bytes }: StoredFile, number: number): Promise<Uint8Array> {
    const start = number * BLOCK_BYTES;
    const end = Math.min(bytes, start + BLOCK_BYTES);
    const response = await this.#client.open('download', {
      params: { id: datasetId },
      // The archive's answer may be kept for good: a part in the place of the whole would be taken for it.
      headers: { range: `bytes=${start}-${end - 1}` },
    });
    const content = new Uint8Array(await response.arrayBuffer());
    if (response.status !== 206 || content.length !== end - start)
      throw new SourceUnreadableError(
        name,
        `the service answered ${response.status} with ${content.length} bytes`,
      );
    return content;
  }
}

/** The reading of one entry: counts what it reads, and ends it where that is too much. */
export class EntryReading {
  readonly #blocks: StoredBlocks;
  readonly #onProgress: (progress: ReadingProgress) => void;
  readonly #seen = new Set<string>();
  #readBytes = 0;

  constructor(blocks: StoredBlocks, onProgress: (progress: ReadingProgress) => void) {
    this.#blocks = blocks;
    this.#onProgress = onProgress;
  }

  /** A file whose bytes can be read from any place. @throws PreviewLimitError */
  open(file: StoredFile): RangeSource {
    if (file.bytes > MOST_READ_BYTES && !READ_IN_PARTS.test(file.name)) throw tooLarge(file);
    return {
      name: file.name,
      bytes: file.bytes,
      read: (start, end) => this.#read(file, start, end),
      sha256: () => Promise.resolve(file.sha256),
      close: () => Promise.resolve(),
    };
  }

  /** A file that is read in order. @param sibling finds files beside it */
  stream(file: StoredFile, sibling: (relative: string) => Promise<ByteSource>): ByteSource {
    return {
      name: file.name,
      identity: file.name,
      stream: () => streamOf(this.open(file)),
      sibling,
      sha256: () => file.sha256,
    };
  }

  async #read(file: StoredFile, start: number, end: number): Promise<Uint8Array> {
    const first = Math.floor(start / BLOCK_BYTES);
    const last = Math.floor(Math.max(start, end - 1) / BLOCK_BYTES);
    if (start === end) return new Uint8Array(0);
    if (first === last) {
      const block = await this.#block(file, first);
      return block.subarray(start - first * BLOCK_BYTES, end - first * BLOCK_BYTES);
    }
    const joined = new Uint8Array(end - start);
    for (let number = first; number <= last; number++) {
      const block = await this.#block(file, number);
      const at = number * BLOCK_BYTES;
      const from = Math.max(start, at);
      joined.set(block.subarray(from - at, Math.min(end, at + block.length) - at), from - start);
    }
    return joined;
  }

  async #block(file: StoredFile, number: number): Promise<Uint8Array> {
    const key = `${file.sha256} ${number}`;
    if (!this.#seen.has(key)) {
      this.#seen.add(key);
      const length = Math.min(BLOCK_BYTES, file.bytes - number * BLOCK_BYTES);
      if (this.#readBytes + length > MOST_READ_BYTES) throw tooLarge(file);
      this.#readBytes += length;
    }
    const block = await this.#blocks.block(file, number);
    this.#onProgress({ file: file.name, readBytes: this.#readBytes, ofBytes: file.bytes });
    return block;
  }
}

const tooLarge = ({ name, bytes }: StoredFile): PreviewLimitError =>
  new PreviewLimitError(
    `${name} has ${(bytes / 1e6).toFixed(0)} MB${READ_IN_PARTS.test(name) ? ', too many of them near this detector' : ''}`,
    `${MOST_READ_BYTES / 1e6} MB`,
  );
