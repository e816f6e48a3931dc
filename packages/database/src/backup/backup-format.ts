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

/** The header. @throws BackupError where it is none, or of another version */
export function parseHeader(line: string): BackupHeader {
  const { format, version, createdAtUtc, postgresVersion, schemas } = parseLine(line);
  if (format !== BACKUP_FORMAT)
    throw new BackupError('This is not a backup: its first line says nothing of imsim-od-backup.');
  if (version !== BACKUP_VERSION)
    throw new BackupError(
      `The backup has format version ${String(version)}; this program reads ${BACKUP_VERSION}.`,
    );
  if (
    typeof createdAtUtc !== 'string' ||
    typeof postgresVersion !== 'string' ||
    !isObject(schemas) ||
    !Object.values(schemas).every(isListOfTexts)
  )
    throw damaged('a header was expected', line);
  return {
    format,
    version,
    createdAtUtc,
    postgresVersion,
    schemas: schemas as Readonly<Record<string, readonly string[]>>,
  };
}

/** A line of JSON after the header. @throws BackupError where it is of no known kind */
export function parsePart(line: string): TableLine | SequencesLine | EndLine {
  const { table, columns, sequences, end } = parseLine(line);
  if (isNamed(table) && isListOfTexts(columns) && columns.length > 0)
    return { table: { schema: table.schema, name: table.name }, columns };
  if (Array.isArray(sequences) && sequences.every(isSequence)) return { sequences };
  if (isObject(end) && typeof end['sha256'] === 'string' && isObject(end['rows']))
    return { end: { sha256: end['sha256'], rows: end['rows'] as Readonly<Record<string, number>> } };
  throw damaged('a table, sequences or the end were expected', line);
}

/** A text of a backup in a message: quoted, and not all of it. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(line);
    if (isObject(document)) return document;
  } catch {
    // Told below.
  }
  throw damaged('a line of JSON was expected', line);
}

function damaged(expectation: string, line: string): BackupError {
  return new BackupError(
    `The backup is damaged: ${expectation}, found ${quoted(line)}. Nothing was restored.`,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isNamed(value: unknown): value is { readonly schema: string; readonly name: string } {
  return isObject(value) && typeof value['schema'] === 'string' && typeof value['name'] === 'string';
}

function isSequence(value: unknown): value is SequencesLine['sequences'][number] {
  if (!isNamed(value)) return false;
  const { lastValue } = value as { readonly lastValue?: unknown };
  return lastValue === null || (typeof lastValue === 'string' && /^-?\d{1,19}$/.test(lastValue));
}
