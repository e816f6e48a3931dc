/**
 * Restoring a backup into an empty database: each schema is migrated as far as it was when the backup was made, filled, and migrated on.
 * All rows come in one transaction that commits when the checksum has proved right; a restore that fails leaves empty schemas.
 */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isDatabaseAway } from '../database-away.js';
import { BackupError } from '../errors.js';
import { migrateSchema, type SchemaMigrations } from '../migrate-schema.js';
import { openDatabase } from '../open-database.js';
import { type BackupHeader, type BackupReport, quoted, type SequencesLine } from './backup-format.js';
import { BackupReader, type TablePart } from './backup-reader.js';

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
  const reader = new BackupReader(input);
  const header = await reader.header();
  for (const name of Object.keys(header.schemas)) {
    if (!schemas.some(({ schema }) => schema === name))
      throw new BackupError(`The backup holds the schema "${name}", which this program does not know.`);
  }
  await refuseFull(url, Object.keys(header.schemas));
  await migrate(url, header, schemas);
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    await fill(client, reader, Object.keys(header.schemas));
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
  return { createdAtUtc: header.createdAtUtc, rows: reader.counts, bytes: reader.bytes };
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
      const unknown = done.find((name) => !Object.hasOwn(known, name));
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

/** Fills tables and sequences. @throws BackupError where the backup is damaged, or the database refuses what it holds */
async function fill(client: pg.Client, reader: BackupReader, schemas: readonly string[]): Promise<void> {
  for await (const part of reader.parts(schemas)) {
    try {
      if ('table' in part) await copyTable(client, part);
      else await setSequences(client, part);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || isDatabaseAway(error)) throw error;
      const what = 'table' in part ? `the table ${quoted(part.table.name)}` : 'the sequences';
      throw new BackupError(
        `The backup is damaged: the database does not take ${what}: ${error.message}. Nothing was restored.`,
        { cause: error },
      );
    }
  }
}

async function copyTable(client: pg.Client, { table, columns, rows }: TablePart): Promise<void> {
  const name = `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
  const stream = client.query(copyFrom(`copy ${name} (${list}) from stdin`));
  const finished = once(stream, 'finish');
  finished.catch(() => undefined);
  for await (const row of rows) {
    if (stream.destroyed) break;
    stream.write(row);
    if (!stream.write('\n')) await Promise.race([once(stream, 'drain'), finished]);
  }
  stream.end();
  await finished;
}

async function setSequences(client: pg.Client, { sequences }: SequencesLine): Promise<void> {
  for (const { schema, name, lastValue } of sequences) {
    if (lastValue === null) continue;
    const sequence = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
    await client.query('select setval($1::regclass, $2)', [sequence, lastValue]);
  }
}
