/** Writing a catalog's index while the catalog is read: lines go to their cells, and full cells to the file. */
import { angToPixNest } from '@imsim-od/astro';
import {
  checksumOf,
  FAR_CELL,
  INDEX_ORDER,
  indexTail,
  type IndexSummary,
  MAGIC,
  RECORD_HEAD_BYTES,
  type Segment,
} from './index-layout.js';

/** Bytes that a cell gathers before they are written. */
const SEGMENT_BYTES = 65_536;
const FIRST_BYTES = 2048;
/** Bytes that all cells gather together; beyond, all are written. */
const MOST_HELD_BYTES = 67_108_864;
const NEWLINE = 10;

/** Takes the bytes of the file in order. */
export interface IndexOutput {
  write(bytes: Uint8Array): void;
}

/** An object line on its way to its cell. */
export interface IndexedLine {
  /** The line is `bytes` from `start` up to `end`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly raDeg: number;
  readonly decDeg: number;
  readonly isFar: boolean;
  /** Number among the catalog's object lines, from 0. */
  readonly order: number;
  /** Index of the file among the catalog's files, and the line, from 1. */
  readonly file: number;
  readonly line: number;
}

interface Gathered {
  bytes: Uint8Array;
  view: DataView;
  length: number;
  records: number;
}

/** Writes one index; `finish` ends it. */
export class CatalogIndexWriter {
  private readonly output: IndexOutput;
  private readonly cells = new Map<number, Gathered>();
  private readonly segments: Segment[] = [];
  private offset = 0;
  private held = 0;

  constructor(output: IndexOutput) {
    this.output = output;
    this.write(new TextEncoder().encode(MAGIC));
  }

  /** Takes a line. */
  take({ bytes, start, end, raDeg, decDeg, isFar, order, file, line }: IndexedLine): void {
    const cell = isFar ? FAR_CELL : angToPixNest(raDeg, decDeg, INDEX_ORDER);
    const record = RECORD_HEAD_BYTES + end - start + 1;
    let gathered = this.cells.get(cell);
    if (gathered !== undefined && gathered.length + record > SEGMENT_BYTES) {
      this.flush(cell, gathered);
      gathered = undefined;
    }
    if (gathered === undefined) {
      if (this.held > MOST_HELD_BYTES) this.flushAll();
      gathered = this.makeRoom(cell, undefined, Math.max(FIRST_BYTES, record));
    } else if (gathered.length + record > gathered.bytes.length) {
      gathered = this.makeRoom(cell, gathered, Math.max(gathered.bytes.length * 2, gathered.length + record));
    }
    const at = gathered.length;
    gathered.view.setUint32(at, order, true);
    gathered.view.setUint16(at + 4, file, true);
    gathered.view.setUint32(at + 6, line, true);
    gathered.bytes.set(bytes.subarray(start, end), at + RECORD_HEAD_BYTES);
    gathered.bytes[at + record - 1] = NEWLINE;
    gathered.length += record;
    gathered.records++;
  }

  /** Writes what is left, the directory and the summary. */
  finish(summary: IndexSummary): void {
    this.flushAll();
    this.segments.sort((a, b) => a.cell - b.cell || a.offset - b.offset);
    this.write(indexTail(this.segments, summary, this.offset));
  }

  private makeRoom(cell: number, before: Gathered | undefined, size: number): Gathered {
    const bytes = new Uint8Array(size);
    if (before !== undefined) bytes.set(before.bytes.subarray(0, before.length));
    this.held += size - (before?.bytes.length ?? 0);
    const made = {
      bytes,
      view: new DataView(bytes.buffer),
      length: before?.length ?? 0,
      records: before?.records ?? 0,
    };
    this.cells.set(cell, made);
    return made;
  }

  private flushAll(): void {
    for (const [cell, gathered] of [...this.cells].sort((a, b) => a[0] - b[0])) this.flush(cell, gathered);
  }

  private flush(cell: number, { bytes, length, records }: Gathered): void {
    const part = bytes.subarray(0, length);
    this.segments.push({ cell, offset: this.offset, bytes: length, records, checksum: checksumOf(part) });
    this.write(part);
    this.held -= bytes.length;
    this.cells.delete(cell);
  }

  private write(bytes: Uint8Array): void {
    this.output.write(bytes);
    this.offset += bytes.length;
  }
}
