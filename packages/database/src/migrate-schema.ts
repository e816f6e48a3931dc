/**
 * Migrations, forward only: each stateful package owns one schema and the list of its migrations. One that was released is never edited; a
 * new one follows it. All migrations of a start run under one advisory lock, so that any number of servers may start at once.
 */
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { MigrationError } from './errors.js';

/** Any fixed number will do; it is the key of the advisory lock that servers take while they migrate. */
const MIGRATION_LOCK = 7_305_411_823;

/** A package's schema and how it came to be. */
export interface SchemaMigrations {
  /** Name of the schema; the table of migrations done lies in it, too. */
  readonly schema: string;
  /** In the order of their names: `0001-…`. */
  readonly migrations: Readonly<Record<string, Migration>>;
}

/**
 * Brings a schema up to date; does nothing when it is. Needs a pool of at least two connections, one of which holds the lock.
 * @throws MigrationError when a migration fails (none of it stays) or the database was written by a newer version
 */
export async function migrateSchema<Tables>(
  db: Kysely<Tables>,
  { schema, migrations }: SchemaMigrations,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: schema,
  });
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(connection);
    try {
      const { error, results } = await migrator.migrateToLatest();
      if (error !== undefined) {
        const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
        const reason = error instanceof Error ? error.message : String(error);
        throw new MigrationError(schema, failed === undefined ? reason : `${failed}: ${reason}`, error);
      }
    } finally {
      await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`.execute(connection);
    }
  });
}
