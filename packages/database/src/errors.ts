/** What can go wrong with the database itself. */

/** A schema could not be brought up to date, or is newer than this program. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code = 'DATABASE_MIGRATION';
  readonly schema: string;

  constructor(schema: string, detail: string, cause: unknown) {
    super(
      `The schema "${schema}" could not be brought up to date: ${detail}. A database written by a newer version needs that version.`,
      { cause },
    );
    this.schema = schema;
  }
}

/** The embedded server could not be started. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
  readonly code = 'DATABASE_EMBEDDED';
  readonly folder: string;

  constructor(folder: string, detail: string, cause?: unknown) {
    super(`The embedded PostgreSQL in ${folder} did not start: ${detail}`, { cause });
    this.folder = folder;
  }
}

/** A backup cannot be read, or may not be restored here. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code = 'DATABASE_BACKUP';
}
