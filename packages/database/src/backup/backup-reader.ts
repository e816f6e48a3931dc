/** Reading a backup: its parts in order, each checked, and the checksum at the end. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BackupError } from '../errors.js';
import {
  type BackupHeader,
  END_OF_ROWS,
  parseHeader,
  parsePart,
  quoted,
  type SequencesLine,
  type TableLine,
} from './backup-format.js';

/** Longest line of JSON, bytes: tables have some tens of columns. */
const MOST_JSON = 1_048_576;
/** Longest row, bytes: many times what the longest request or recipe takes. */
const MOST_ROW = 268_435_456;
const NEWLINE = 10;
const END = Buffer.from(END_OF_ROWS);

/** A table of a backup. */
export interface TablePart extends TableLine {
  /** Its rows, each as text COPY has it without the end of its line; to be taken to the end before the next part. Throws `BackupError`. */
  readonly rows: AsyncIterable<Buffer>;
}

/** A backup that is read once, from its beginning. */
export class BackupReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  readonly #counts: Record<string, number> = {};
  #rest: Buffer = Buffer.alloc(0);
  #bytes = 0;

  constructor(input: Readable) {
    input.on('data', (chunk: Buffer) => (this.#bytes += chunk.length));
    const gunzip = createGunzip();
    input.on('error', (error) => gunzip.destroy(error));
    this.#chunks = input.pipe(gunzip)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Bytes of the input so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rows so far of each table, `schema.table`. */
  get counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** The first line. Throws `BackupError`. */
  async header(): Promise<BackupHeader> {
    return parseHeader((await this.#line(MOST_JSON)).toString());
  }

  /** What follows the header, to the end. Throws `BackupError` for what is none or of none of these schemas, and for a wrong checksum. */
  async *parts(schemas: readonly string[]): AsyncGenerator<TablePart | SequencesLine> {
    for (;;) {
      const sha256 = this.#hash.copy().digest('hex');
      const part = parsePart((await this.#line(MOST_JSON)).toString());
      if ('end' in part) {
        if (part.end.sha256 !== sha256)
          throw new BackupError('The backup is damaged: its checksum differs. Nothing was restored.');
        return;
      }
      for (const { schema } of 'table' in part ? [part.table] : part.sequences)
        if (!schemas.includes(schema))
          throw new BackupError(
            `The backup is damaged: its header does not name the schema ${quoted(schema)}. Nothing was restored.`,
          );
      yield 'table' in part ? { ...part, rows: this.#rows(`${part.table.schema}.${part.table.name}`) } : part;
    }
  }

  async *#rows(table: string): AsyncGenerator<Buffer> {
    let count = 0;
    this.#counts[table] = 0;
    for (let row = await this.#line(MOST_ROW); !row.equals(END); row = await this.#line(MOST_ROW)) {
      this.#counts[table] = ++count;
      yield row;
    }
  }

  /** The next line without its end. */
  async #line(most: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      const part = end < 0 ? this.#rest : this.#rest.subarray(0, end);
      parts.push(part);
      length += part.length;
      if (length > most)
        throw new BackupError(
          `The backup is damaged: a line is longer than ${most} bytes. Nothing was restored.`,
        );
      if (end < 0) {
        this.#rest = await this.#more();
        continue;
      }
      this.#rest = this.#rest.subarray(end + 1);
      const line = parts.length === 1 ? part : Buffer.concat(parts);
      this.#hash.update(line).update('\n');
      return line;
    }
  }

  async #more(): Promise<Buffer> {
    try {
      const { value, done } = await this.#chunks.next();
      if (done !== true) return value;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new BackupError(`The backup cannot be read: ${reason}. Nothing was restored.`, { cause: error });
    }
    throw new BackupError('The backup is cut short: its last line is missing. Nothing was restored.');
  }
}
