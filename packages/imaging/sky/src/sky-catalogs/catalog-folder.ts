/** A folder of catalog files: on a disk (in `@imsim-od/sky/node`), dropped on a page, or in memory. */
import { SourceMissingError, SourceOutsideFolderError } from '../byte-source.js';
import { BlobRangeSource, type BlobLike, MemoryRangeSource, type RangeSource } from '../range-source.js';

/** A named folder. */
export interface CatalogFolder {
  /** What messages call it. */
  readonly name: string;
  /** Names of the files directly in it, or in a folder below, ascending. Throws `SourceMissingError` or `SourceUnreadableError`. */
  list(below?: string): Promise<readonly string[]>;
  /**
   * A file by its path below the folder. Throws `SourceOutsideFolderError`, `SourceMissingError` or `SourceUnreadableError`.
   */
  open(path: string): Promise<RangeSource>;
}

/** A path below a folder without '.' and empty parts; throws `SourceOutsideFolderError` where it leads out of it. */
export function pathBelow(folder: string, path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || parts.includes('..')) throw new SourceOutsideFolderError(path, folder);
  return parts.join('/');
}

/** Files by their paths, '/' between folders: bytes in memory, or what a page was given. */
export class FilesFolder implements CatalogFolder {
  readonly name: string;
  private readonly files: ReadonlyMap<string, Uint8Array | BlobLike>;

  constructor(name: string, files: ReadonlyMap<string, Uint8Array | BlobLike>) {
    this.name = name;
    this.files = files;
  }

  list(below = ''): Promise<readonly string[]> {
    const inside = pathBelow(this.name, below);
    const prefix = inside === '' ? '' : `${inside}/`;
    const names = [...this.files.keys()]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
      .map((path) => path.slice(prefix.length));
    return Promise.resolve(names.sort());
  }

  open(path: string): Promise<RangeSource> {
    const inside = pathBelow(this.name, path);
    const content = this.files.get(inside);
    const name = `${this.name}/${inside}`;
    if (content === undefined) return Promise.reject(new SourceMissingError(name));
    return Promise.resolve(
      content instanceof Uint8Array
        ? new MemoryRangeSource(name, content)
        : new BlobRangeSource(name, content),
    );
  }
}
