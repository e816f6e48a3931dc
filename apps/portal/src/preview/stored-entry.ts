/**
 * The files of an entry of a sky: what `dataset:ID` or `library:NAME` and its neighbours in the archive are, as a run takes
 * them, and the ways in which the readers of catalogs, tables and folders ask for them.
 */
import type { Client } from '@imsim-od/api';
import type { FolderAccess, TableAccess } from '@imsim-od/simulator';
import {
  type ByteSource,
  joinInside,
  pathBelow,
  SourceMissingError,
  SourceOutsideFolderError,
} from '@imsim-od/sky';
import type { EntryReading, StoredFile } from './stored-bytes.js';

const LIBRARY = /^library:(.+)$/;
const DATASET = /^dataset:(.+)$/;
const PAGE = 1000;
/** Files beside a catalog or a table, and in a folder of sky catalogs, that a run looks at. */
const MOST_NEIGHBOURS = 1000;
const MOST_IN_FOLDER = 20_000;
/** What a path led to is asked for anew after this time: a file beside it may have come. */
const KNOWN_FOR_MS = 60_000;

/** An entry's file and what lies beside and below it. */
export interface StoredEntry {
  /** Its own name, one of those of `files`. */
  readonly name: string;
  readonly files: ReadonlyMap<string, StoredFile>;
  /** The same for the same names with the same contents. */
  readonly key: string;
}

/** Finds the files of paths, and remembers them for a while. */
export class StoredEntries {
  readonly #client: Client;
  readonly #known = new Map<string, { readonly entry: StoredEntry; readonly sinceMs: number }>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** @param isFolder whether all of the folder may belong to it. Throws `ApiError`, and Error where a path leads to no file */
  async find(path: string, isFolder: boolean): Promise<StoredEntry> {
    const key = `${isFolder} ${path}`;
    const known = this.#known.get(key);
    if (known !== undefined && performance.now() - known.sinceMs < KNOWN_FOR_MS) return known.entry;
    const entry = await this.#ask(path, isFolder ? MOST_IN_FOLDER : MOST_NEIGHBOURS);
    this.#known.set(key, { entry, sinceMs: performance.now() });
    return entry;
  }

  async #ask(path: string, most: number): Promise<StoredEntry> {
    const own = await this.#datasetOf(path);
    if (own.state !== 'present') throw new Error(`The bytes of ${own.name} are ${own.state} in the store.`);
    const prefix = own.folder === '/' ? '/' : `${own.folder}/`;
    const files = new Map<string, StoredFile>();
    let after: string | undefined;
    do {
      const { items, next } = await this.#client.call('searchDatasets', {
        query: { type: ['catalog'], folder: own.folder, limit: PAGE, ...(after ? { after } : {}) },
      });
      for (const { id, name, folder, ownerId, state, bytes, sha256 } of items) {
        if (ownerId !== own.ownerId) continue;
        const below = `${folder}/${name}`.replace('//', '/').slice(prefix.length);
        // The newest comes first; the file itself stands for its name whatever came later.
        if (files.has(below) || (below === own.name && id !== own.id)) continue;
        if (state === 'present') files.set(below, { name: below, datasetId: id, bytes, sha256 });
      }
      if (files.size >= most)
        throw new Error(
          `The folder ${own.folder} has ${most} catalog files or more; a preview takes fewer. The run draws it.`,
        );
      after = next ?? undefined;
    } while (after !== undefined);
    const contents = [...files.values()].map(({ name, sha256 }) => `${name} ${sha256}`);
    return { name: own.name, files, key: `${own.name} ${own.sha256} ${contents.sort().join(' ')}` };
  }

  async #datasetOf(path: string) {
    const name = LIBRARY.exec(path)?.[1];
    if (name !== undefined) {
      const { items } = await this.#client.call('listLibrary', {});
      const entry = items.find((one) => one.name === name);
      if (entry === undefined) throw new Error(`The library has nothing called ${name}.`);
      return entry.dataset;
    }
    const id = DATASET.exec(path)?.[1];
    if (id === undefined)
      throw new Error(`${path} is on no service: upload the file, or choose one of the library.`);
    return this.#client.call('readDataset', { params: { id } });
  }
}

/** The top file of an entry in order of its bytes, and what it includes. */
export function catalogSource({ name, files }: StoredEntry, reading: EntryReading): ByteSource {
  const open = (path: string): ByteSource => {
    const file = files.get(path);
    if (file === undefined) throw new SourceMissingError(path);
    return reading.stream(file, async (relative) => {
      const slash = path.lastIndexOf('/');
      const inside = joinInside(slash < 0 ? '' : path.slice(0, slash), relative);
      if (inside === undefined)
        throw await Promise.resolve(new SourceOutsideFolderError(relative, 'of the uploaded files'));
      return open(inside);
    });
  };
  return open(name);
}

/** How a table, its light curves and its stamps are opened. */
export function tableAccess({ files }: StoredEntry, reading: EntryReading): TableAccess {
  return {
    openTable: (name) => Promise.resolve().then(() => reading.open(fileOf(files, name))),
    openInFolder: (folder, name) =>
      Promise.resolve().then(() => {
        const path = joinInside(folder === '.' ? '' : folder, name);
        if (path === undefined) throw new SourceOutsideFolderError(name, 'of the uploaded files');
        return catalogSource({ name: path, files, key: '' }, reading);
      }),
  };
}

/** How the folder of a sky catalog is opened. */
export function folderAccess({ files }: StoredEntry, reading: EntryReading): FolderAccess {
  return {
    openFolder: (name) =>
      Promise.resolve({
        name,
        list: (below = '') => {
          const inside = pathBelow(name, below);
          const prefix = inside === '' ? '' : `${inside}/`;
          const names = [...files.keys()]
            .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
            .map((path) => path.slice(prefix.length));
          return Promise.resolve(names.sort());
        },
        open: (path) => Promise.resolve().then(() => reading.open(fileOf(files, pathBelow(name, path)))),
      }),
  };
}

function fileOf(files: StoredEntry['files'], name: string): StoredFile {
  const file = files.get(name);
  if (file === undefined) throw new SourceMissingError(name);
  return file;
}
