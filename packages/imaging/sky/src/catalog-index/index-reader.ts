/** Reading a catalog's index: the summary at once, records by region. */
import { queryCone } from '@imsim-od/astro';
import type { RangeSource } from '../range-source.js';
import type { RegionCircle } from '../tables/sky-region.js';
import {
  CatalogIndexError,
  checksumOf,
  FAR_CELL,
  INDEX_ORDER,
  type IndexSummary,
  readDirectory,
  readTrailer,
  RECORD_HEAD_BYTES,
  type Segment,
  trailerBytes,
} from './index-layout.js';
import { type IndexPart, indexOfSegments } from './index-part.js';

/** Bytes of a directory and a summary that are believed. */
const MOST_TAIL_BYTES = 1_073_741_824;
const NEWLINE = 10;

/** A record of the index. */
export interface IndexRecord {
  /** The object line is `bytes` from `start` up to `end`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Number among the catalog's object lines. */
  readonly order: number;
  /** The file's name, and the line. */
  readonly file: string;
  readonly line: number;
  /** True where the record stands among those of every region. */
  readonly isFar: boolean;
}

/** An index that was opened. */
export class CatalogIndex {
  readonly summary: IndexSummary;
  private readonly source: RangeSource;
  private readonly byCell = new Map<number, Segment[]>();

  private constructor(source: RangeSource, summary: IndexSummary, segments: readonly Segment[]) {
    this.source = source;
    this.summary = summary;
    for (const segment of segments) {
      const same = this.byCell.get(segment.cell);
      if (same === undefined) this.byCell.set(segment.cell, [segment]);
      else same.push(segment);
    }
  }

  /** Opens an index. Throws `CatalogIndexError` for one that cannot be used, and what the source throws. */
  static async open(source: RangeSource): Promise<CatalogIndex> {
    const { name, bytes } = source;
    const trailer = readTrailer(await source.read(Math.max(0, bytes - trailerBytes), bytes), bytes);
    if (trailer === undefined)
      throw new CatalogIndexError(name, 'the index of a catalog is cut off or damaged');
    const { directoryStart, directoryBytes, summaryBytes, checksum } = trailer;
    if (directoryBytes + summaryBytes > MOST_TAIL_BYTES)
      throw new CatalogIndexError(name, 'the index of a catalog is too large to be one');
    const tail = await source.read(directoryStart, directoryStart + directoryBytes + summaryBytes);
    if (checksumOf(tail) !== checksum) throw new CatalogIndexError(name, 'the index of a catalog is damaged');
    const summary = JSON.parse(new TextDecoder().decode(tail.subarray(directoryBytes))) as IndexSummary;
    return new CatalogIndex(source, summary, readDirectory(tail.subarray(0, directoryBytes)));
  }

  /** Number of records that `records` would give. */
  count(circles: readonly RegionCircle[]): number {
    return this.segmentsNear(circles).reduce((sum, { records }) => sum + records, 0);
  }

  /**
   * The records of all cells that the circles touch, and those that reach far; in no order. An object is passed over again
   * in the next step, so that `record` need not be kept. Throws `CatalogIndexError` and what the source throws.
   */
  async *records(circles: readonly RegionCircle[]): AsyncIterable<readonly IndexRecord[]> {
    for (const segment of this.segmentsNear(circles)) yield this.readSegment(segment);
  }

  /** An index of the records that `records` would give, as one file; to be read before `close`. */
  part(circles: readonly RegionCircle[]): IndexPart {
    return indexOfSegments(this.source, this.segmentsNear(circles), this.summary);
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private segmentsNear(circles: readonly RegionCircle[]): Segment[] {
    const cells = new Set([FAR_CELL]);
    for (const { centre, radiusDeg } of circles)
      for (const cell of queryCone(centre.raDeg, centre.decDeg, radiusDeg, INDEX_ORDER)) cells.add(cell);
    const segments: Segment[] = [];
    for (const cell of cells) segments.push(...(this.byCell.get(cell) ?? []));
    return segments.sort((a, b) => a.offset - b.offset);
  }

  private async readSegment({
    offset,
    bytes: length,
    records,
    checksum,
    cell,
  }: Segment): Promise<IndexRecord[]> {
    if (offset + length > this.source.bytes) throw this.damaged();
    const bytes = await this.source.read(offset, offset + length);
    if (checksumOf(bytes) !== checksum) throw this.damaged();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const found: IndexRecord[] = [];
    for (let at = 0; at < length;) {
      const start = at + RECORD_HEAD_BYTES;
      const end = bytes.indexOf(NEWLINE, start);
      const file = start <= length ? this.summary.files[view.getUint16(at + 4, true)]?.name : undefined;
      if (end < 0 || file === undefined) throw this.damaged();
      const [order, line] = [view.getUint32(at, true), view.getUint32(at + 6, true)];
      found.push({ bytes, start, end, order, file, line, isFar: cell === FAR_CELL });
      at = end + 1;
    }
    if (found.length !== records) throw this.damaged();
    return found;
  }

  private damaged(): CatalogIndexError {
    return new CatalogIndexError(this.source.name, 'the index of a catalog is damaged');
  }
}
