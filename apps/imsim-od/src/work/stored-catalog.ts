/** Instance catalogs whose files lie in a store under other names, as byte sources. */
import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import type { CatalogAccess } from '@imsim-od/simulator';
import {
  type ByteSource,
  SourceMissingError,
  SourceOutsideFolderError,
  SourceUnreadableError,
} from '@imsim-od/sky';
import type { StoredCatalog } from './work-messages.js';

const CHUNK_BYTES = 1 << 18;

/** Opens a stored catalog by its own name, and by name what it includes. */
export function storedAccess(catalog: StoredCatalog): CatalogAccess {
  const paths = new Map(catalog.files.map(({ name, path }) => [name, path]));
  return { open: (name) => Promise.resolve(new StoredSource(name, paths)) };
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

class StoredSource implements ByteSource {
  readonly name: string;
  readonly identity: string;
  readonly #paths: ReadonlyMap<string, string>;

  constructor(name: string, paths: ReadonlyMap<string, string>) {
    this.name = name;
    this.identity = name;
    this.#paths = paths;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const path = this.#paths.get(this.name);
    if (path === undefined) throw new SourceMissingError(this.name);
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }))
        yield chunk as Uint8Array;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown trouble';
      throw new SourceUnreadableError(this.name, `the store refuses (${code})`, { cause: error });
    }
  }

  sibling(relative: string): Promise<ByteSource> {
    const name = posix.normalize(posix.join(posix.dirname(this.name), relative));
    if (relative.startsWith('/') || name.startsWith('..'))
      return Promise.reject(new SourceOutsideFolderError(relative, 'of the uploaded files'));
    if (!this.#paths.has(name)) return Promise.reject(new SourceMissingError(name));
    return Promise.resolve(new StoredSource(name, this.#paths));
  }
}
