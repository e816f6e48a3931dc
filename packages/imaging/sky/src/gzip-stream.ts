/**
 * Bytes of a source, unpacked where they begin with gzip's magic number 1f 8b (the name does not matter). Uses the
 * platform's DecompressionStream, so it runs in browsers as well.
 */
import type { ByteSource } from './byte-source.js';
import { SourceUnreadableError } from './byte-source.js';

/** What reading has used so far. */
export interface ByteCount {
  /** Bytes taken from the source (compressed where it is gzip). */
  bytes: number;
}

/** A gzip file ends early or is damaged. */
export class SourceCompressionError extends Error {
  readonly code = 'SKY_FILE_GZIP';
  readonly file: string;
  constructor(file: string, cause: unknown) {
    super(`${file} is gzip but cannot be unpacked: it is truncated or damaged. Copy or make it again.`, {
      cause,
    });
    this.name = 'SourceCompressionError';
    this.file = file;
  }
}

/** A gzip file unpacks to far more than text or tables ever do. */
export class SourceExpansionError extends Error {
  readonly code = 'SKY_FILE_EXPANSION';
  readonly file: string;
  /** Bytes of the file, and what came out of them. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  constructor(file: string, packedBytes: number, unpackedBytes: number) {
    super(
      `${file} is gzip whose first ${packedBytes} bytes unpack to ${unpackedBytes} and more, over ${MOST_EXPANSION} times as many; catalogs and tables pack by less than 20. ` +
        'If it is meant, unpack it and give it as it is.',
    );
    this.name = 'SourceExpansionError';
    this.file = file;
    this.packedBytes = packedBytes;
    this.unpackedBytes = unpackedBytes;
  }
}

/** By how much a file may grow once so much of it was unpacked. */
const MOST_EXPANSION = 50;
const FREE_BYTES = 268_435_456;

/** The unpacked bytes in chunks. Throws `SourceCompressionError`, `SourceExpansionError` and what the source throws. */
export async function* unpackedBytes(source: ByteSource, count: ByteCount): AsyncIterable<Uint8Array> {
  const raw = counted(source, count);
  try {
    const head = await firstBytes(raw);
    if (head[0] === 0x1f && head[1] === 0x8b) {
      yield* gunzip(head, raw, source.name);
      return;
    }
    if (head.length > 0) yield head;
    yield* raw;
  } finally {
    await raw.return(undefined);
  }
}

/** All unpacked bytes; throws `SourceUnreadableError` beyond `maxBytes` as well as what `unpackedBytes` throws. */
export async function readUnpacked(
  source: ByteSource,
  count: ByteCount,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of unpackedBytes(source, count)) {
    total += chunk.length;
    if (total > maxBytes) {
      throw new SourceUnreadableError(
        source.name,
        `it holds more than ${maxBytes} bytes, the most that is read of such a file`,
      );
    }
    chunks.push(chunk);
  }
  return joined(chunks, total);
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

async function* counted(source: ByteSource, count: ByteCount): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of source.stream()) {
    count.bytes += chunk.length;
    yield chunk;
  }
}

/** The first chunks joined until they hold two bytes or the source ends. */
async function firstBytes(raw: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < 2) {
    const next = await raw.next();
    if (next.done === true) break;
    chunks.push(next.value);
    total += next.value.length;
  }
  return joined(chunks, total);
}

async function* gunzip(
  head: Uint8Array,
  raw: AsyncGenerator<Uint8Array, void>,
  name: string,
): AsyncIterable<Uint8Array> {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  const reader = readable.getReader();
  let sourceError: unknown;
  let packed = 0;
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      const { value } = await raw.next();
      return value ?? undefined;
    } catch (cause) {
      sourceError = cause;
      throw cause;
    }
  };
  // Each write is waited for: Node's own queue would take 16,384 chunks before it says that there is no room.
  const pump = async (): Promise<void> => {
    for (let chunk: Uint8Array | undefined = head; chunk !== undefined; chunk = await next()) {
      packed += chunk.length;
      await writer.write(Uint8Array.from(chunk));
    }
    await writer.close();
  };
  // What is wrong with the packed bytes, the reader is told.
  pump().catch((cause: unknown) => writer.abort(cause).catch(() => undefined));
  let unpacked = 0;
  try {
    for (;;) {
      const read = await reader.read().catch((cause: unknown) => {
        throw sourceError ?? new SourceCompressionError(name, cause);
      });
      if (read.done) return;
      unpacked += read.value.length;
      if (unpacked > FREE_BYTES && unpacked > MOST_EXPANSION * packed)
        throw new SourceExpansionError(name, packed, unpacked);
      yield read.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
