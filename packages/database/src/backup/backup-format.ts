/**
 * A backup is a gzip of lines. The first is a JSON header; then for every table a JSON line that names it and its columns, its rows as
 * PostgreSQL's text COPY writes them (one line a row), and a line `\.`; then a JSON line of sequences, and last a JSON line with the SHA-256
 * of everything before it. Text COPY is the same from PostgreSQL 15 to 18, so a backup of one restores into another.
 */
import { BackupError } from '../errors.js';

export const BACKUP_FORMAT = 'imsim-od-backup';
export const BACKUP_VERSION = 1;
/** The line that ends a table's rows. */
export const END_OF_ROWS = '\\.';

/** The first line. */
export interface BackupHeader {
  readonly format: typeof BACKUP_FORMAT;
  readonly version: number;
  readonly createdAtUtc: string;
  readonly postgresVersion: string;
  /** For each schema the migrations that were done, in order. */
  readonly schemas: Readonly<Record<string, readonly string[]>>;
}

/** The line before a table's rows. */
export interface TableLine {
  readonly table: { readonly schema: string; readonly name: string };
  readonly columns: readonly string[];
}

/** The line of sequences: the last value that each gave out, null where none was. */
export interface SequencesLine {
  readonly sequences: readonly {
    readonly schema: string;
    readonly name: string;
    readonly lastValue: string | null;
  }[];
}

/** The last line. */
export interface EndLine {
  readonly end: { readonly sha256: string; readonly rows: Readonly<Record<string, number>> };
}

/** What a backup or a restore did. */
export interface BackupReport {
  readonly createdAtUtc: string;
  /** Rows of each table, `schema.table`. */
  readonly rows: Readonly<Record<string, number>>;
  readonly bytes: number;
}

/** The header. @throws BackupError where it is none, or of a newer version */
export function parseHeader(line: string): BackupHeader {
  const header = parseLine(line) as Partial<BackupHeader> | null;
  if (header?.format !== BACKUP_FORMAT)
    throw new BackupError('This is not a backup: its first line says nothing of imsim-od-backup.');
  if (header.version !== BACKUP_VERSION) {
    throw new BackupError(
      `The backup has format version ${String(header.version)}; this program reads ${BACKUP_VERSION}.`,
    );
  }
  return header as BackupHeader;
}

/** A JSON line. @throws BackupError */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new BackupError(
      `The backup is damaged: a line of JSON was expected, found ${JSON.stringify(line.slice(0, 60))}.`,
    );
  }
}
