/** Inputs of a sky whose files lie in a store under other names: as byte sources, as tables with stamps, as folders. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import type { CatalogAccess, FolderAccess, TableAccess } from '@imsim-od/simulator';
import {
  type ByteSource,
  type CatalogFolder,
  pathBelow,
  type RangeSource,
  SourceMissingError,
  SourceOutsideFolderError,
  SourceUnreadableError,
} from '@imsim-od/sky';
import { openRangeFile } from '@imsim-od/sky/node';
import type { StoredCatalog, StoredFile } from './work-messages.js';

const CHUNK_BYTES = 1 << 18;

/** Opens a stored catalog by its own name, and by name what it includes. */
export function storedAccess(catalog: StoredCatalog): CatalogAccess {
  const files = byName(catalog);
  return { open: (name) => Promise.resolve(new StoredSource(name, files)) };
}

/** As `storedAccess`, of a catalog that is still being received: what is there of it, up to the last end of a line. */
export function receivedAccess(catalog: StoredCatalog): CatalogAccess {
  const whole = storedAccess(catalog);
  return {
    open: async (name) => {
      const source = await whole.open(name);
      if (name !== catalog.name) return source;
      return {
        name,
        identity: source.identity,
        stream: () => untilLastLineEnd(source.stream()),
        sibling: (relative) => source.sibling(relative),
      };
    },
  };
}

/** Opens a stored table by the names that users know, and the stamps that its rows name. */
export function storedTableAccess(catalog: StoredCatalog): TableAccess {
  const files = byName(catalog);
  return {
    openTable: (name) => openStored(name, files.get(name)),
    openInFolder: (folder, name) => new StoredSource(posix.join(folder, '-'), files).sibling(name),
  };
}

/** Opens the folder that the files of a stored catalog make. */
export function storedFolderAccess(catalog: StoredCatalog): FolderAccess {
  const files = byName(catalog);
  return { openFolder: (path) => Promise.resolve(new StoredFolder(path, files)) };
}

type FilesByName = ReadonlyMap<string, StoredFile>;

function byName({ files }: StoredCatalog): FilesByName {
  return new Map(files.map((file) => [file.name, file]));
}

const LINE_END = 0x0a;

/** Of packed bytes this leaves a few out, which does no harm: they are cut somewhere anyway. */
async function* untilLastLineEnd(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let held: Uint8Array[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_END) + 1;
    if (end > 0) {
      yield* held;
      yield chunk.subarray(0, end);
      held = [];
    }
    held.push(chunk.subarray(end));
  }
}

/** A file that is read in order. What the store keeps under its content is not hashed again. */
class StoredSource implements ByteSource {
  readonly name: string;
  readonly identity: string;
  readonly #files: FilesByName;
  #digest: string | undefined;

  constructor(name: string, files: FilesByName) {
    this.name = name;
    this.identity = name;
    this.#files = files;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const file = this.#files.get(this.name);
    if (file === undefined) throw new SourceMissingError(this.name);
    const hash = file.sha256 === undefined ? createHash('sha256') : undefined;
    try {
      for await (const chunk of createReadStream(file.path, { highWaterMark: CHUNK_BYTES })) {
        hash?.update(chunk as Uint8Array);
        yield chunk as Uint8Array;
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown trouble';
      throw new SourceUnreadableError(this.name, `the store refuses (${code})`, { cause: error });
    }
    this.#digest = file.sha256 ?? hash?.digest('hex');
  }

  sha256(): string | undefined {
    return this.#digest;
  }

  sibling(relative: string): Promise<ByteSource> {
    const name = posix.normalize(posix.join(posix.dirname(this.name), relative));
    if (relative.startsWith('/') || name.startsWith('..'))
      return Promise.reject(new SourceOutsideFolderError(relative, 'of the uploaded files'));
    if (!this.#files.has(name)) return Promise.reject(new SourceMissingError(name));
    return Promise.resolve(new StoredSource(name, this.#files));
  }
}

class StoredFolder implements CatalogFolder {
  readonly name: string;
  readonly #files: FilesByName;

  constructor(name: string, files: FilesByName) {
    this.name = name;
    this.#files = files;
  }

  list(below = ''): Promise<readonly string[]> {
    const inside = pathBelow(this.name, below);
    const prefix = inside === '' ? '' : `${inside}/`;
    const names = [...this.#files.keys()]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
      .map((path) => path.slice(prefix.length));
    return Promise.resolve(names.sort());
  }

  open(path: string): Promise<RangeSource> {
    const name = pathBelow(this.name, path);
    return openStored(name, this.#files.get(name));
  }
}

/** Opens a file by the name that users know. */
async function openStored(name: string, file: StoredFile | undefined): Promise<RangeSource> {
  if (file === undefined) throw new SourceMissingError(name);
  const source = await openRangeFile(file.path);
  const { sha256 } = file;
  return {
    name,
    bytes: source.bytes,
    read: (start, end) => source.read(start, end),
    close: () => source.close(),
    sha256: () => (sha256 === undefined ? source.sha256!() : Promise.resolve(sha256)),
  };
}
