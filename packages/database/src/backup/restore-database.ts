/**
 * Restoring a backup into an empty database: each schema is migrated as far as it was when the backup was made, filled, and migrated on.
 * All rows come in one transaction that commits when the checksum has proved right; a restore that fails leaves empty schemas.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BackupError } from '../errors.js';
import { migrateSchema, type SchemaMigrations } from '../migrate-schema.js';
import { openDatabase } from '../open-database.js';
import {
  type BackupHeader,
  type BackupReport,
  END_OF_ROWS,
  type EndLine,
  parseHeader,
  parseLine,
  type SequencesLine,
  type TableLine,
} from './backup-format.js';

/**
 * Restores a backup.
 * @param schemas every schema that the backup may hold, with its migrations
 * @throws BackupError where the backup is damaged, cut short or of a newer program, or the database is not empty
 */
export async function restoreDatabase(
  url: string,
  input: Readable,
  schemas: readonly SchemaMigrations[],
): Promise<BackupReport> {
  const lines = new LineReader(input);
  const header = parseHeader(await lines.next());
  for (const name of Object.keys(header.schemas)) {
    if (!schemas.some(({ schema }) => schema === name))
      throw new BackupError(`The backup holds the schema "${name}", which this program does not know.`);
  }
  await refuseFull(url, Object.keys(header.schemas));
  await migrate(url, header, schemas);
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  let rows: Readonly<Record<string, number>>;
  try {
    await client.query('begin');
    rows = await restoreRows(client, lines);
    await client.query('commit');
  } finally {
    await client.end();
  }
  const db = openDatabase<Record<string, never>>(url, { maxConnections: 2 });
  try {
    for (const schema of schemas) await migrateSchema(db, schema);
  } finally {
    await db.destroy();
  }
  return { createdAtUtc: header.createdAtUtc, rows, bytes: lines.bytes };
}

async function refuseFull(url: string, schemas: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ table: string }>(
      `select format('%I.%I', schemaname, tablename) as table from pg_tables
       where schemaname = any($1) and tablename not like 'kysely_migration%' order by 1`,
      [schemas],
    );
    for (const { table } of rows) {
      const { rowCount } = await client.query(`select 1 from ${table} limit 1`);
      if (rowCount !== 0) {
        throw new BackupError(
          `The database is not empty: ${table} holds rows. Restore into a new one; nothing was changed.`,
        );
      }
    }
  } finally {
    await client.end();
  }
}

/** Brings each schema to where the backup was. */
async function migrate(
  url: string,
  header: BackupHeader,
  schemas: readonly SchemaMigrations[],
): Promise<void> {
  const db = openDatabase<Record<string, never>>(url, { maxConnections: 2 });
  try {
    for (const [schema, done] of Object.entries(header.schemas)) {
      const known = schemas.find((candidate) => candidate.schema === schema)?.migrations ?? {};
      const unknown = done.find((name) => !(name in known));
      if (unknown !== undefined) {
        throw new BackupError(
          `The backup was written by a newer version: schema "${schema}" has the migration ${unknown}.`,
        );
      }
      await migrateSchema(db, {
        schema,
        migrations: Object.fromEntries(Object.entries(known).filter(([name]) => done.includes(name))),
      });
    }
  } finally {
    await db.destroy();
  }
}

async function restoreRows(client: pg.Client, lines: LineReader): Promise<Readonly<Record<string, number>>> {
  for (;;) {
    const sha256 = lines.sha256();
    const document = parseLine(await lines.next()) as Partial<TableLine & SequencesLine & EndLine>;
    if (document.table !== undefined && document.columns !== undefined) {
      await copyTable(client, { table: document.table, columns: document.columns }, lines);
    } else if (document.sequences !== undefined) {
      for (const { schema, name, lastValue } of document.sequences) {
        if (lastValue === null) continue;
        const sequence = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
        await client.query('select setval($1::regclass, $2)', [sequence, lastValue]);
      }
    } else if (document.end !== undefined) {
      if (document.end.sha256 !== sha256)
        throw new BackupError('The backup is damaged: its checksum differs. Nothing was restored.');
      return document.end.rows;
    } else {
      throw new BackupError('The backup is damaged: a line is of no known kind. Nothing was restored.');
    }
  }
}

async function copyTable(client: pg.Client, { table, columns }: TableLine, lines: LineReader): Promise<void> {
  const name = `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
  const stream = client.query(copyFrom(`copy ${name} (${list}) from stdin`));
  const finished = once(stream, 'finish');
  finished.catch(() => undefined);
  for (let row = await lines.next(); row !== END_OF_ROWS; row = await lines.next()) {
    if (stream.destroyed) break;
    if (!stream.write(`${row}\n`)) await Promise.race([once(stream, 'drain'), finished]);
  }
  stream.end();
  await finished;
}

/** Lines out of a gzip, and the SHA-256 of those taken so far. */
class LineReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  #rest: Buffer = Buffer.alloc(0);
  bytes = 0;

  constructor(input: Readable) {
    input.on('data', (chunk: Buffer) => (this.bytes += chunk.length));
    const gunzip = createGunzip();
    input.on('error', (error) => gunzip.destroy(error));
    this.#chunks = input.pipe(gunzip)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next line without its end. @throws BackupError at the end of the input, or where it is no gzip */
  async next(): Promise<string> {
    const parts: Buffer[] = [];
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) {
        parts.push(this.#rest.subarray(0, end));
        this.#rest = this.#rest.subarray(end + 1);
        const line = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
        this.#hash.update(line).update('\n');
        return line.toString('utf8');
      }
      parts.push(this.#rest);
      this.#rest = await this.#more();
    }
  }

  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  async #more(): Promise<Buffer> {
    try {
      const { value, done } = await this.#chunks.next();
      if (done !== true) return value;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new BackupError(`The backup cannot be read: ${reason}. Nothing was restored.`);
    }
    throw new BackupError('The backup is cut short: its last line is missing. Nothing was restored.');
  }
}
