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

/** The unpacked bytes in chunks. Throws `SourceCompressionError` and what the source throws. */
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
  let sourceError: unknown;
  const stream = new ReadableStream<BufferSource>({
    start(controller) {
      controller.enqueue(Uint8Array.from(head));
    },
    async pull(controller) {
      try {
        const next = await raw.next();
        if (next.done === true) controller.close();
        else controller.enqueue(Uint8Array.from(next.value));
      } catch (cause) {
        sourceError = cause;
        controller.error(cause);
      }
    },
  });
  const reader = stream.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const next = await reader.read().catch((cause: unknown) => {
        throw sourceError ?? new SourceCompressionError(name, cause);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
