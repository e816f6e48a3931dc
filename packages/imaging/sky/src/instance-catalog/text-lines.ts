/**
 * Lines of text from a byte source, plain or gzip (told by the magic bytes 1f 8b, not by the name). UTF-8; a byte 0, bytes
 * that are no UTF-8 and lines beyond `MAX_LINE_CHARACTERS` are refused with the file and the line.
 */
import type { ByteSource } from '../byte-source.js';
import { type ByteCount, SourceCompressionError, unpackedBytes } from '../gzip-stream.js';
import { CatalogCompressionError, CatalogFormatError } from './errors.js';

/** Longest line taken, in characters; real object lines have about 200. */
export const MAX_LINE_CHARACTERS = 65_536;

/**
 * The lines of a source in batches, without their line ends; `count` is kept up to date.
 * Throws `CatalogFormatError`, `CatalogCompressionError` and what the source throws.
 */
export async function* readLineBatches(source: ByteSource, count: ByteCount): AsyncIterable<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 0;
  const decode = (chunk: Uint8Array | undefined): string => {
    if (chunk !== undefined && chunk.includes(0)) {
      throw new CatalogFormatError(source.name, line + 1, notText('it contains a zero byte'));
    }
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new CatalogFormatError(source.name, line + 1, notText('its bytes are not UTF-8'), { cause });
    }
  };
  const chunks = unpackedBytes(source, count)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await nextChunk(chunks, () => line);
      if (next.done === true) break;
      const lines = (rest + decode(next.value)).split('\n');
      rest = lines.pop() ?? '';
      checkLength(source.name, line + lines.length + 1, rest);
      for (let i = 0; i < lines.length; i++) {
        const text = lines[i] ?? '';
        if (text.length > MAX_LINE_CHARACTERS) checkLength(source.name, line + i + 1, text);
      }
      yield lines;
      line += lines.length;
    }
  } finally {
    await chunks.return?.();
  }
  rest += decode(undefined);
  if (rest !== '') yield [rest];
}

/** The next chunk; a broken gzip is told with the line that reading had come to. */
async function nextChunk(
  chunks: AsyncIterator<Uint8Array>,
  lineNow: () => number,
): Promise<IteratorResult<Uint8Array, unknown>> {
  try {
    return await chunks.next();
  } catch (cause) {
    if (!(cause instanceof SourceCompressionError)) throw cause;
    throw new CatalogCompressionError(cause.file, lineNow(), { cause });
  }
}

function notText(why: string): string {
  return `this is not a text file (${why}); an instance catalog is plain text, or text packed with gzip`;
}

function checkLength(file: string, line: number, text: string): void {
  if (text.length <= MAX_LINE_CHARACTERS) return;
  throw new CatalogFormatError(
    file,
    line,
    `the line is longer than ${MAX_LINE_CHARACTERS} characters; an instance catalog has one short command per line`,
  );
}
