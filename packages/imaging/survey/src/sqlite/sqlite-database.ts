/** A SQLite database opened for reading: its tables, and rows by query. */
import type { Database } from '@sqlite.org/sqlite-wasm';
import { SurveyDatabaseError } from '../errors.js';
import type { PageSource } from '../page-source.js';
import { loadSqlite } from './page-file-system.js';

/** A value as SQLite stores it. */
export type SqlValue = string | number | null;

/** A column of a table. */
export interface SqlColumn {
  readonly name: string;
  /** What its declared type makes of values; `any` where nothing is declared. */
  readonly holds: 'number' | 'text' | 'any';
}

/** A table; views are none. */
export interface SqlTable {
  readonly name: string;
  readonly columns: readonly SqlColumn[];
}

/** A database open for reading. */
export interface SqlDatabase {
  readonly name: string;
  readonly tables: readonly SqlTable[];
  /** Hands each row of a query to `take`. @throws SurveyDatabaseError where the file is damaged */
  rows(query: string, values: readonly SqlValue[], take: (row: readonly SqlValue[]) => void): void;
  close(): void;
}

const MAGIC = 'SQLite format 3\0';

/** A name as it stands in a query. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Opens a database. @throws SurveyDatabaseError where the bytes are none, or are damaged */
export async function openSqlDatabase(source: PageSource): Promise<SqlDatabase> {
  const head = new Uint8Array(MAGIC.length);
  const got = source.read(0, head);
  if (got < MAGIC.length || [...head].some((byte, at) => byte !== MAGIC.charCodeAt(at))) {
    throw new SurveyDatabaseError(
      source.name,
      got === 0 ? 'is empty; a SQLite database is expected' : 'is not a SQLite database',
    );
  }
  const { sqlite3, fileSystem, publish } = await loadSqlite();
  const file = publish(source);
  const said = (error: unknown): unknown => {
    const failure = file.failure();
    if (failure !== undefined) return failure;
    if (!(error instanceof sqlite3.SQLite3Error)) return error;
    const words = error.message.replace(/^SQLITE_\w+: (sqlite3 result code \d+: )?/, '');
    return new SurveyDatabaseError(source.name, `the database cannot be read: ${words}`, { cause: error });
  };
  let database: Database | undefined;
  const rows: SqlDatabase['rows'] = (query, values, take) => {
    try {
      const statement = database!.prepare(query);
      try {
        if (values.length > 0) statement.bind([...values]);
        while (statement.step()) take(statement.get([]).map(toPlain));
      } finally {
        statement.finalize();
      }
    } catch (error) {
      throw said(error);
    }
  };
  try {
    database = new sqlite3.oo1.DB({ filename: file.fileName, flags: 'r', vfs: fileSystem });
    // Functions and virtual tables that a hostile schema names are not run; pages are checked before they are believed.
    database.exec(
      'PRAGMA trusted_schema = off; PRAGMA cell_size_check = on; PRAGMA temp_store = memory; PRAGMA locking_mode = exclusive',
    );
    const tables: SqlTable[] = [];
    const names: string[] = [];
    rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", [], ([name]) =>
      names.push(String(name)),
    );
    for (const name of names) {
      const columns: SqlColumn[] = [];
      rows('SELECT name, type FROM pragma_table_info(?)', [name], ([column, type]) =>
        columns.push({ name: String(column), holds: held(String(type)) }),
      );
      tables.push({ name, columns });
    }
    return {
      name: source.name,
      tables,
      rows,
      close: () => {
        database?.close();
        file.withdraw();
      },
    };
  } catch (error) {
    database?.close();
    file.withdraw();
    throw said(error);
  }
}

/** SQLite's rule of affinity: what a declared type makes of the values. */
function held(declared: string): SqlColumn['holds'] {
  if (/INT|REAL|FLOA|DOUB|NUM|DEC/i.test(declared)) return 'number';
  return /CHAR|CLOB|TEXT/i.test(declared) ? 'text' : 'any';
}

function toPlain(value: unknown): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  return '(bytes)';
}
