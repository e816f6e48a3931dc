/**
 * Whole lines of text from a byte source in blocks, still as bytes: plain or gzip (told by the magic bytes 1f 8b, not by the
 * name). UTF-8; a byte 0, bytes that are no UTF-8 and lines beyond `MAX_LINE_BYTES` are refused with the file and the line.
 * Nothing is copied but the lines that two chunks share, and no more than one chunk and one line is held.
 */
import type { ByteSource } from '../byte-source.js';
import { type ByteCount, SourceCompressionError, unpackedBytes } from '../gzip-stream.js';
import { CatalogCompressionError, CatalogFormatError } from './errors.js';

/** Longest line taken, in bytes; real object lines have about 200. */
export const MAX_LINE_BYTES = 65_536;

const NEWLINE = 10;

/** How many lines were taken of a file: whoever takes them counts, and errors of reading on name the next one. */
export interface LineCount {
  lines: number;
}

/**
 * The lines of a source in blocks of whole lines, each with its newline: one is put behind the last line where it has none.
 * `count` is kept up to date; `taken` is to hold, whenever the next block is asked for, the number of lines before it.
 * Throws `CatalogFormatError`, `CatalogCompressionError` and what the source throws.
 */
export async function* readLineBlocks(
  source: ByteSource,
  count: ByteCount,
  taken: LineCount,
): AsyncIterable<Uint8Array> {
  const { name } = source;
  const check = new TextCheck(name);
  let rest: Uint8Array = new Uint8Array(0);
  const chunks = unpackedBytes(source, count)[Symbol.asyncIterator]();
  try {
    for (let isFirst = true; ; isFirst = false) {
      const next = await nextChunk(chunks, taken);
      if (next.done === true) break;
      const chunk = isFirst ? withoutByteOrderMark(next.value) : next.value;
      const line = taken.lines + 1;
      check.take(chunk, line);
      const head = chunk.indexOf(NEWLINE) + 1;
      if (rest.length + (head === 0 ? chunk.length : head) > MAX_LINE_BYTES + 1) {
        if (head === 0) throw tooLong(name, line);
        checkLength(name, line, rest.length + head - 1);
      }
      if (head === 0) {
        rest = joined(rest, chunk);
        continue;
      }
      yield joined(rest, chunk.subarray(0, head));
      const tail = chunk.lastIndexOf(NEWLINE) + 1;
      if (tail > head) {
        const bytes = chunk.subarray(head, tail);
        checkLines(name, bytes, taken.lines + 1);
        yield bytes;
      }
      rest = chunk.slice(tail);
      checkLength(name, taken.lines + 1, rest.length);
    }
  } finally {
    await chunks.return?.();
  }
  check.finish(taken.lines + 1);
  if (rest.length > 0) yield joined(rest, Uint8Array.of(NEWLINE));
}

/** The next chunk; a broken gzip is told with the line that reading had come to. */
async function nextChunk(
  chunks: AsyncIterator<Uint8Array>,
  taken: LineCount,
): Promise<IteratorResult<Uint8Array, unknown>> {
  try {
    return await chunks.next();
  } catch (cause) {
    if (!(cause instanceof SourceCompressionError)) throw cause;
    throw new CatalogCompressionError(cause.file, taken.lines, { cause });
  }
}

/** Holds a stream of chunks to be UTF-8 without a byte 0; decodes them only from the first that is not ASCII. */
class TextCheck {
  private readonly file: string;
  private decoder: TextDecoder | undefined;

  constructor(file: string) {
    this.file = file;
  }

  /** @param line the line that the chunk begins in */
  take(chunk: Uint8Array, line: number): void {
    const zero = chunk.indexOf(0);
    if (zero >= 0)
      throw notText(this.file, line + newlines(chunk.subarray(0, zero)), 'it contains a zero byte');
    if (this.decoder === undefined && isAscii(chunk)) return;
    this.decoder ??= new TextDecoder('utf-8', { fatal: true });
    this.decode(chunk, line);
  }

  finish(line: number): void {
    if (this.decoder !== undefined) this.decode(undefined, line);
  }

  private decode(chunk: Uint8Array | undefined, line: number): void {
    try {
      this.decoder?.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw notText(this.file, line, 'its bytes are not UTF-8', cause);
    }
  }
}

/** True where no byte is above 127; four at a time where the bytes stand at a multiple of four. */
function isAscii(bytes: Uint8Array): boolean {
  const start = Math.min(bytes.length, -bytes.byteOffset & 3);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, (bytes.length - start) >> 2);
  let seen = 0;
  const whole = words.length & ~3;
  for (let i = 0; i < whole; i += 4) seen |= words[i]! | words[i + 1]! | words[i + 2]! | words[i + 3]!;
  for (let i = whole; i < words.length; i++) seen |= words[i]!;
  for (let i = 0; i < start; i++) seen |= bytes[i]!;
  for (let i = start + 4 * words.length; i < bytes.length; i++) seen |= bytes[i]!;
  return (seen & 0x80808080) === 0;
}

function withoutByteOrderMark(chunk: Uint8Array): Uint8Array {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
}

function newlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Checks the lengths of whole lines: where all are short, so is the way between any place and the last newline not far behind it. */
function checkLines(file: string, bytes: Uint8Array, firstLine: number): void {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.lastIndexOf(NEWLINE, start + MAX_LINE_BYTES);
    if (newline < start) throw tooLong(file, firstLine + newlines(bytes.subarray(0, start)));
    start = newline + 1;
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const both = new Uint8Array(head.length + tail.length);
  both.set(head);
  both.set(tail, head.length);
  return both;
}

function notText(file: string, line: number, why: string, cause?: unknown): CatalogFormatError {
  return new CatalogFormatError(
    file,
    line,
    `this is not a text file (${why}); an instance catalog is plain text, or text packed with gzip`,
    { cause },
  );
}

function checkLength(file: string, line: number, length: number): void {
  if (length > MAX_LINE_BYTES) throw tooLong(file, line);
}

function tooLong(file: string, line: number): CatalogFormatError {
  return new CatalogFormatError(
    file,
    line,
    `the line is longer than ${MAX_LINE_BYTES} bytes; an instance catalog has one short command per line`,
  );
}
