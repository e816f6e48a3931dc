/** PostgreSQL for every stateful package: pools, migrations, wake-ups, an embedded server, backup and restore. */
export { BackupError, EmbeddedServerError, MigrationError } from './errors.js';
export { isDatabaseAway } from './database-away.js';
export { openDatabase, type DatabaseOptions } from './open-database.js';
export { migrateSchema, type SchemaMigrations } from './migrate-schema.js';
export { listenForWakeups, type Wakeups } from './wakeups.js';
export {
  startEmbeddedServer,
  type EmbeddedServer,
  type EmbeddedServerOptions,
} from './embedded/embedded-server.js';
export { backupDatabase } from './backup/backup-database.js';
export { restoreDatabase } from './backup/restore-database.js';
export type { BackupReport } from './backup/backup-format.js';
