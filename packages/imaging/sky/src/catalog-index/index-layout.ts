/**
 * The spatial index of an instance catalog, one file: the object lines themselves, in segments that each belong to one
 * HEALPix cell, a directory of the segments, and what the whole catalog was found to hold. Detectors then read the few
 * segments near them, packed catalogs are unpacked once, and the catalog itself is gone through in a single pass.
 *
 * Layout: `MAGIC`; segments; the directory, `SEGMENT_BYTES` each; the summary, JSON; a trailer of `TRAILER_BYTES`. Numbers
 * are little-endian. A record of a segment is its number among the catalog's objects (uint32), its file (uint16), its line
 * (uint32), the line and a line end. Segments, directory and summary carry their Adler-32.
 */
import { Adler32 } from '@imsim-od/fits';
import type { InstanceCatalogHeader } from '../instance-catalog/header.js';
import type { SkippedObjects, SkipReason } from '../instance-catalog/skipped.js';

/** Changes with the layout. */
export const MAGIC = 'IMSIMODINDEX0001';
/** Nested HEALPix order of the cells: 13.7 arcmin, about a detector. */
export const INDEX_ORDER = 8;
/** The cell of objects whose light reaches far: every detector reads it. */
export const FAR_CELL = 0xffffffff;
/** Bytes of a record before its line. */
export const RECORD_HEAD_BYTES = 10;

const SEGMENT_BYTES = 24;
const TRAILER_BYTES = 48;

/** A run of records of one cell. */
export interface Segment {
  readonly cell: number;
  /** Place in the file. */
  readonly offset: number;
  readonly bytes: number;
  readonly records: number;
  readonly checksum: number;
}

/** A file of the catalog as it was when the index was made. */
export interface IndexedFile {
  /** As messages name it. */
  readonly name: string;
  /** Relative to the catalog's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What is known of the whole catalog. */
export interface IndexSummary {
  /** The program that made it: another one may read lines differently. */
  readonly version: string;
  readonly header: Omit<InstanceCatalogHeader, 'given'> & { readonly given: readonly string[] };
  readonly objectLines: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, SkippedObjects>>>;
  /** The first faulty object, at which reading stops where `strict` asks for it. */
  readonly firstFault?: { readonly file: string; readonly line: number; readonly reason: string };
  readonly notes: readonly string[];
  /** The SED names of all object lines: a recipe holds their files by content, whatever part of the catalog is read. */
  readonly sedNames: readonly string[];
  readonly sedObjects: readonly number[];
  readonly files: readonly IndexedFile[];
}

/** An index that cannot be used: cut off, damaged, or of another layout. It can be made again from the catalog. */
export class CatalogIndexError extends Error {
  readonly code = 'SKY_CATALOG_INDEX';
  readonly file: string;
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file}: ${reason}; remove it, and it is made again.`, options);
    this.name = 'CatalogIndexError';
    this.file = file;
  }
}

/** The Adler-32 of bytes, as a number. */
export function checksumOf(bytes: Uint8Array): number {
  return new Adler32().update(bytes).value;
}

/** Directory, summary and trailer of an index whose segments end at `end`. */
export function indexTail(segments: readonly Segment[], summary: IndexSummary, end: number): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(summary));
  const directoryBytes = segments.length * SEGMENT_BYTES;
  const tail = new Uint8Array(directoryBytes + text.length + TRAILER_BYTES);
  const view = new DataView(tail.buffer);
  segments.forEach(({ cell, offset, bytes, records, checksum }, i) => {
    const at = i * SEGMENT_BYTES;
    view.setUint32(at, cell, true);
    view.setFloat64(at + 4, offset, true);
    view.setUint32(at + 12, bytes, true);
    view.setUint32(at + 16, records, true);
    view.setUint32(at + 20, checksum, true);
  });
  tail.set(text, directoryBytes);
  const trailer = directoryBytes + text.length;
  view.setFloat64(trailer, end, true);
  view.setFloat64(trailer + 8, directoryBytes, true);
  view.setFloat64(trailer + 16, text.length, true);
  view.setUint32(trailer + 24, checksumOf(tail.subarray(0, trailer)), true);
  tail.set(new TextEncoder().encode(MAGIC), trailer + 32);
  return tail;
}

/** Where directory and summary stand; undefined where the bytes are no trailer of a file of `fileBytes`. */
export interface IndexTrailer {
  readonly directoryStart: number;
  readonly directoryBytes: number;
  readonly summaryBytes: number;
  readonly checksum: number;
}

/** Bytes at the end of a file that `readTrailer` needs. */
export const trailerBytes = TRAILER_BYTES;

/** Reads the trailer. */
export function readTrailer(trailer: Uint8Array, fileBytes: number): IndexTrailer | undefined {
  if (trailer.length !== TRAILER_BYTES) return undefined;
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.length);
  const [directoryStart, directoryBytes, summaryBytes] = [0, 8, 16].map((at) => view.getFloat64(at, true));
  const magic = String.fromCharCode(...trailer.subarray(32));
  if (magic !== MAGIC || directoryStart === undefined || directoryBytes === undefined) return undefined;
  if (summaryBytes === undefined || !(directoryStart >= MAGIC.length) || directoryBytes % SEGMENT_BYTES !== 0)
    return undefined;
  if (directoryStart + directoryBytes + summaryBytes + TRAILER_BYTES !== fileBytes) return undefined;
  return { directoryStart, directoryBytes, summaryBytes, checksum: view.getUint32(24, true) };
}

/** Reads the directory. */
export function readDirectory(bytes: Uint8Array): Segment[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / SEGMENT_BYTES) }, (_, i) => {
    const at = i * SEGMENT_BYTES;
    return {
      cell: view.getUint32(at, true),
      offset: view.getFloat64(at + 4, true),
      bytes: view.getUint32(at + 12, true),
      records: view.getUint32(at + 16, true),
      checksum: view.getUint32(at + 20, true),
    };
  });
}
