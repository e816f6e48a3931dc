/**
 * Records of a CSV file: lines of UTF-8 text, joined where a quoted field (RFC 4180) goes on over the end of a line. A
 * record beyond `MAX_RECORD_CHARACTERS`, a byte 0 and bytes that are no UTF-8 are refused with the line.
 */
import { type ByteCount, unpackedBytes } from '../../gzip-stream.js';
import { asByteSource, type RangeSource } from '../../range-source.js';
import { TableFormatError } from '../errors.js';

/** Longest record taken, in characters. */
export const MAX_RECORD_CHARACTERS = 1_048_576;

/** Records that stand together, and the line on which each begins. */
export interface RecordBatch {
  readonly records: string[];
  readonly lines: number[];
}

/** The records of a source, plain or gzip, in batches, without their line ends; lines count from 1. */
export async function* readRecords(source: RangeSource, count: ByteCount): AsyncIterable<RecordBatch> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const splitter = new RecordSplitter(source.name);
  const decode = (chunk: Uint8Array | undefined): string => {
    if (chunk?.includes(0) === true) throw notText(source.name, splitter.line, 'it contains a zero byte');
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw notText(source.name, splitter.line, 'its bytes are not UTF-8', cause);
    }
  };
  for await (const chunk of unpackedBytes(asByteSource(source), count)) {
    const batch = splitter.take(decode(chunk));
    if (batch.records.length > 0) yield batch;
  }
  const last = splitter.finish(decode(undefined));
  if (last.records.length > 0) yield last;
}

class RecordSplitter {
  /** The line that comes next. */
  line = 1;
  private readonly file: string;
  /** The characters after the last line end. */
  private rest = '';
  /** The lines of a record whose quotes are still open, their length with line ends, and where it began. */
  private open: string[] = [];
  private openLength = 0;
  private openLine = 0;

  constructor(file: string) {
    this.file = file;
  }

  take(text: string): RecordBatch {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    this.check(this.rest.length + this.openLength);
    return this.join(lines);
  }

  finish(text: string): RecordBatch {
    const lines = (this.rest + text).split('\n');
    if (lines[lines.length - 1] === '') lines.pop();
    this.rest = '';
    const batch = this.join(lines);
    if (this.open.length > 0) {
      throw new TableFormatError(
        this.file,
        `the quotes that are opened in the record at line ${this.openLine} are never closed`,
      );
    }
    return batch;
  }

  private join(lines: readonly string[]): RecordBatch {
    const batch: RecordBatch = { records: [], lines: [] };
    for (const line of lines) {
      const number = this.line++;
      const isFirst = this.open.length === 0;
      if (isFirst) this.openLine = number;
      this.check(this.openLength + line.length);
      // Only the new line is looked at: a record may go on over a great many.
      if (changesQuotes(line, isFirst) === isFirst) {
        this.open.push(line);
        this.openLength += line.length + 1;
        continue;
      }
      const record = isFirst ? line : `${this.open.join('\n')}\n${line}`;
      if (!isFirst) this.open = [];
      this.openLength = 0;
      batch.records.push(record.endsWith('\r') ? record.slice(0, -1) : record);
      batch.lines.push(this.openLine);
    }
    return batch;
  }

  private check(length: number): void {
    if (length <= MAX_RECORD_CHARACTERS) return;
    throw new TableFormatError(
      this.file,
      `the record at line ${this.open.length === 0 ? this.line : this.openLine} is longer than ${MAX_RECORD_CHARACTERS} characters; is this a CSV file, with its line ends and closed quotes?`,
    );
  }
}

/** True where a line holds an odd number of quotes, and so begins or ends a record's quoting. Comments are not looked into. */
function changesQuotes(line: string, isFirst: boolean): boolean {
  let at = line.indexOf('"');
  if (at < 0 || (isFirst && line.startsWith('#'))) return false;
  let isOdd = false;
  for (; at >= 0; at = line.indexOf('"', at + 1)) isOdd = !isOdd;
  return isOdd;
}

function notText(file: string, line: number, why: string, cause?: unknown): TableFormatError {
  return new TableFormatError(
    file,
    `line ${line}: this is not a text file (${why}); a table is CSV, Parquet, FITS or VOTable`,
    { cause },
  );
}
