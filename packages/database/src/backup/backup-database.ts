/** Writing a backup: all schemas as they stood at one moment, while the service works on. */
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  type BackupHeader,
  type BackupReport,
  END_OF_ROWS,
  type EndLine,
  type SequencesLine,
  type TableLine,
} from './backup-format.js';
import { listTables, type TableColumns } from './table-list.js';

/**
 * Writes a backup of these schemas to a stream and ends it. One read-only transaction sees one moment; memory is that of a few rows.
 * @param schemas names; schemas that are not there are left out
 */
export async function backupDatabase(
  url: string,
  schemas: readonly string[],
  output: Writable,
): Promise<BackupReport> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    const writer = new BackupWriter(output);
    const header = await readHeader(client, schemas);
    await writer.line(header);
    for (const table of await listTables(client, Object.keys(header.schemas))) {
      const start: TableLine = { table: { schema: table.schema, name: table.name }, columns: table.columns };
      await writer.line(start);
      writer.rows[`${table.schema}.${table.name}`] = await copyRows(client, table, writer);
      await writer.text(`${END_OF_ROWS}\n`);
    }
    await writer.line(await readSequences(client, Object.keys(header.schemas)));
    const bytes = await writer.end();
    await client.query('commit');
    return { createdAtUtc: header.createdAtUtc, rows: writer.rows, bytes };
  } finally {
    await client.end();
  }
}

async function readHeader(client: pg.Client, schemas: readonly string[]): Promise<BackupHeader> {
  const { rows } = await client.query<{ now: Date; version: string; present: string[] }>(
    `select transaction_timestamp() as now, current_setting('server_version') as version,
       array(select nspname::text from pg_namespace where nspname = any($1) order by nspname) as present`,
    [schemas],
  );
  const [first] = rows;
  const done: Record<string, string[]> = {};
  for (const schema of first?.present ?? []) {
    const { rows: migrations } = await client.query<{ name: string }>(
      `select name from ${pg.escapeIdentifier(schema)}.kysely_migration order by name`,
    );
    done[schema] = migrations.map(({ name }) => name);
  }
  return {
    format: BACKUP_FORMAT,
    version: BACKUP_VERSION,
    createdAtUtc: (first?.now ?? new Date(0)).toISOString(),
    postgresVersion: first?.version ?? '',
    schemas: done,
  };
}

async function copyRows(client: pg.Client, table: TableColumns, writer: BackupWriter): Promise<number> {
  const columns = table.columns.map((name) => pg.escapeIdentifier(name)).join(', ');
  const name = `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
  const stream = client.query(copyTo(`copy ${name} (${columns}) to stdout`));
  for await (const chunk of stream) await writer.bytes(chunk as Buffer);
  return stream.rowCount;
}

async function readSequences(client: pg.Client, schemas: readonly string[]): Promise<SequencesLine> {
  const { rows } = await client.query<{ schema: string; name: string; lastValue: string | null }>(
    `select schemaname as schema, sequencename as name, last_value::text as "lastValue"
     from pg_sequences where schemaname = any($1) order by 1, 2`,
    [schemas],
  );
  return { sequences: rows };
}

/** Lines into a gzip, with the SHA-256 of what went before. */
class BackupWriter {
  readonly rows: Record<string, number> = {};
  readonly #gzip = createGzip({ level: 6 });
  readonly #hash = createHash('sha256');
  readonly #written: Promise<unknown>;
  #bytes = 0;

  constructor(output: Writable) {
    this.#gzip.on('data', (chunk: Buffer) => (this.#bytes += chunk.length));
    this.#written = Promise.all([once(output, 'finish'), once(this.#gzip, 'end')]);
    this.#written.catch(() => undefined);
    output.on('error', (error) => this.#gzip.destroy(error));
    this.#gzip.pipe(output);
  }

  async line(document: object): Promise<void> {
    await this.text(`${JSON.stringify(document)}\n`);
  }

  async text(text: string): Promise<void> {
    await this.bytes(Buffer.from(text));
  }

  async bytes(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    if (this.#gzip.destroyed) throw this.#gzip.errored ?? new Error('the backup was given up');
    if (!this.#gzip.write(chunk)) await once(this.#gzip, 'drain');
  }

  async end(): Promise<number> {
    const last: EndLine = { end: { sha256: this.#hash.digest('hex'), rows: this.rows } };
    this.#gzip.end(`${JSON.stringify(last)}\n`);
    await this.#written;
    return this.#bytes;
  }
}
