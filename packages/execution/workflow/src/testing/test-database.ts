/** A database of its own for a test, copied from a template that has the schema: made in some tens of milliseconds, empty, dropped after. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { openDatabase, type WorkflowDatabase } from '../database.js';
import { migrateWorkflow } from '../migrations.js';
import { testServerUrl } from './postgres-server.js';

/** A test's database. */
export interface TestDatabase {
  readonly url: string;
  readonly db: WorkflowDatabase;
  /** Closes the pool, ends what is still connected and drops the database. */
  drop(): Promise<void>;
}

const TEMPLATE_LOCK = 5_120_334_871;

/** Makes an empty database with the schema `workflow`, or without (`migrated: false`). */
export async function testDatabase(options: { readonly migrated?: boolean } = {}): Promise<TestDatabase> {
  const serverUrl = await testServerUrl();
  const name = `imsim_test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, async (client) => {
    const template = options.migrated === false ? 'template0' : await makeTemplate(client, serverUrl);
    await client.query(`create database ${name} template ${template}`);
  });
  const url = databaseUrl(serverUrl, name);
  const db = openDatabase(url, { maxConnections: 12 });
  return {
    url,
    db,
    drop: async () => {
      await db.destroy();
      await withClient(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** The template, named by what is in it; made by the first who needs it. */
async function makeTemplate(client: pg.Client, serverUrl: string): Promise<string> {
  const source = readFileSync(new URL('../migrations.ts', import.meta.url));
  const name = `imsim_template_${createHash('sha256').update(source).digest('hex').slice(0, 16)}`;
  await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const found = await client.query<{ datistemplate: boolean }>(
      'select datistemplate from pg_database where datname = $1',
      [name],
    );
    if (found.rows[0]?.datistemplate === true) return name;
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name} template template0`);
    const db = openDatabase(databaseUrl(serverUrl, name));
    try {
      await migrateWorkflow(db);
    } finally {
      await db.destroy();
    }
    await client.query(`alter database ${name} is_template true`);
    return name;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
