/** What can go wrong in the archive. */

/** There is no such thing, or none that the asker may see: the two are never told apart. */
export class NotInArchiveError extends Error {
  override readonly name = 'NotInArchiveError';
  readonly code = 'ARCHIVE_NOT_FOUND';
  readonly id: string;

  constructor(what: 'dataset' | 'collection' | 'restoration' | 'library entry', id: string) {
    super(`There is no ${what} ${JSON.stringify(id.slice(0, 80))} that you may see.`);
    this.id = id;
  }
}

/** The asker may see it, but it is another's: it may not be changed. */
export class NotOwnerError extends Error {
  override readonly name = 'NotOwnerError';
  readonly code = 'ARCHIVE_NOT_OWNER';
  readonly id: string;

  constructor(id: string) {
    super(`${id} belongs to another user; its owner or an administrator may change it.`);
    this.id = id;
  }
}

/** A value breaks a rule. */
export class ArchiveInputError extends Error {
  override readonly name = 'ArchiveInputError';
  readonly code = 'ARCHIVE_INPUT';
  readonly field: string;
  readonly rule: string;

  constructor(field: string, rule: string) {
    super(`${field} ${rule}.`);
    this.field = field;
    this.rule = rule;
  }
}

/** More would be stored than the user may. */
export class QuotaError extends Error {
  override readonly name = 'QuotaError';
  readonly code = 'ARCHIVE_QUOTA';
  readonly quotaBytes: number;
  readonly usedBytes: number;
  readonly wantedBytes: number;
  /** What is on its way: of runs, uploads and restorations. */
  readonly reservedBytes: number;

  constructor(quotaBytes: number, usedBytes: number, wantedBytes: number, reservedBytes = 0) {
    const reserved = reservedBytes === 0 ? '' : ` ${reservedBytes} are on their way,`;
    super(
      `The quota is ${quotaBytes} bytes, ${usedBytes} are used,${reserved} and ${wantedBytes} more are wanted; remove or drop some, or ask an administrator.`,
    );
    this.reservedBytes = reservedBytes;
    this.quotaBytes = quotaBytes;
    this.usedBytes = usedBytes;
    this.wantedBytes = wantedBytes;
  }
}

/** A file of the store is not what its name says. */
export class BlobError extends Error {
  override readonly name = 'BlobError';
  readonly code = 'ARCHIVE_BLOB';
  readonly sha256: string;

  constructor(sha256: string, detail: string) {
    super(`The stored file ${sha256}: ${detail}.`);
    this.sha256 = sha256;
  }
}

/** The folder of contents is not the one that the database speaks of. */
export class ArchiveAwayError extends Error {
  override readonly name = 'ArchiveAwayError';
  readonly code = 'ARCHIVE_AWAY';
  readonly folder: string;

  constructor(folder: string, token: string) {
    super(
      `${folder} does not hold the files of this database: its store.json is missing or another's. Mount the file system that has them; ` +
        `where they are lost for good, a store.json of {"token":"${token}"} lets the service go on without them.`,
    );
    this.folder = folder;
  }
}

/** A dataset without a recipe was to be dropped, or its pixels made again. */
export class NoRecipeError extends Error {
  override readonly name = 'NoRecipeError';
  readonly code = 'ARCHIVE_NO_RECIPE';
  readonly id: string;

  constructor(id: string) {
    super(`${id} has no recipe, so what is dropped could not be made again; remove it instead.`);
    this.id = id;
  }
}
