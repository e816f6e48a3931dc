/** A database of its own for a test, copied from a template that has the schemas: made in some tens of milliseconds, empty, dropped after. */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { testServerUrl } from './postgres-server.js';

/** What the template of a test's database holds. */
export interface TestSchemas {
  /** Brings the schemas into an empty database. */
  readonly migrate: (url: string) => Promise<void>;
  /** Text that changes whenever the schemas do, such as the source of the migrations: it names the template. */
  readonly source: string;
}

/** A test's database. */
export interface TestDatabase {
  readonly url: string;
  /** Ends what is still connected and drops the database. */
  drop(): Promise<void>;
}

const TEMPLATE_LOCK = 5_120_334_871;

/** Makes a database with the schemas and no rows, or an empty one where none are named. */
export async function testDatabase(schemas?: TestSchemas): Promise<TestDatabase> {
  const serverUrl = await testServerUrl();
  const name = `imsim_test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, async (client) => {
    const template = schemas === undefined ? 'template0' : await makeTemplate(client, serverUrl, schemas);
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    url: databaseUrl(serverUrl, name),
    drop: async () => {
      await withClient(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** The template, named by what is in it; made by the first who needs it. */
async function makeTemplate(
  client: pg.Client,
  serverUrl: string,
  { migrate, source }: TestSchemas,
): Promise<string> {
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
    await migrate(databaseUrl(serverUrl, name));
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
