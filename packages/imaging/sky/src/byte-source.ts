/**
 * Where readers take bytes from: a named source that can be streamed and that knows its neighbours (files an instance
 * catalog includes). Files of a disk are in `@imsim-od/sky/node`; `MemoryByteSource` serves browsers and tests.
 */

/** A named stream of bytes. */
export interface ByteSource {
  /** What messages call it: a path or a file name. */
  readonly name: string;
  /** The same for the same bytes however it was reached (a real path); guards against include loops. */
  readonly identity: string;
  /**
   * The bytes in order, in chunks of any size. May be called again.
   * Throws `SourceMissingError` or `SourceUnreadableError`.
   */
  stream(): AsyncIterable<Uint8Array>;
  /**
   * The source at a path relative to this one's folder, kept inside the top catalog's folder.
   * Throws `SourceOutsideFolderError`, `SourceMissingError` or `SourceUnreadableError`.
   */
  sibling(relative: string): Promise<ByteSource>;
  /** Lower-case hexadecimal SHA-256 of the bytes, once they were streamed to their end; otherwise undefined. */
  sha256?(): string | undefined;
}

/** A file that was asked for is not there. */
export class SourceMissingError extends Error {
  readonly code = 'SKY_FILE_MISSING';
  readonly file: string;
  constructor(file: string) {
    super(`${file} does not exist; check the path.`);
    this.name = 'SourceMissingError';
    this.file = file;
  }
}

/** A file is there but cannot be read. */
export class SourceUnreadableError extends Error {
  readonly code = 'SKY_FILE_UNREADABLE';
  readonly file: string;
  readonly reason: string;
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file} cannot be read: ${reason}.`, options);
    this.name = 'SourceUnreadableError';
    this.file = file;
    this.reason = reason;
  }
}

/** A catalog names a file outside its own folder. */
export class SourceOutsideFolderError extends Error {
  readonly code = 'SKY_FILE_OUTSIDE_FOLDER';
  readonly file: string;
  readonly folder: string;
  constructor(file: string, folder: string) {
    super(
      `${file} lies outside the catalog's folder ${folder}; a catalog may only name files beside or below it. Copy the file there.`,
    );
    this.name = 'SourceOutsideFolderError';
    this.file = file;
    this.folder = folder;
  }
}

/** Joins a folder and a relative path, resolving '.' and '..'; undefined where the result leaves the top. */
export function joinInside(folder: string, relative: string): string | undefined {
  if (relative.startsWith('/')) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else parts.push(part);
  }
  return parts.join('/');
}

/** Byte sources of a small set of files held in memory, named by '/'-separated paths below a common top folder. */
export class MemoryByteSource implements ByteSource {
  readonly name: string;
  readonly identity: string;
  private readonly files: ReadonlyMap<string, Uint8Array>;

  /** @param files all files by path; @param name the path of this one */
  constructor(files: ReadonlyMap<string, Uint8Array>, name: string) {
    this.files = files;
    this.name = name;
    this.identity = name;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const bytes = this.files.get(this.name);
    if (bytes === undefined) throw new SourceMissingError(this.name);
    const chunk = 1 << 16;
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }

  sibling(relative: string): Promise<ByteSource> {
    const slash = this.name.lastIndexOf('/');
    const path = joinInside(slash < 0 ? '' : this.name.slice(0, slash), relative);
    if (path === undefined)
      return Promise.reject(new SourceOutsideFolderError(relative, 'of the uploaded files'));
    if (!this.files.has(path)) return Promise.reject(new SourceMissingError(path));
    return Promise.resolve(new MemoryByteSource(this.files, path));
  }
}
