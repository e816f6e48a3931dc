/** Opens a table of sources of a request: its SHA-256 for the recipe, and those of its rows that the visit needs. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Band } from '@imsim-od/astro';
import {
  type ByteSource,
  type RangeSource,
  readSkyTable,
  type SkyRegion,
  type SkyTable,
  streamOf,
} from '@imsim-od/sky';
import type { CatalogFile } from '../recipe/recipe.js';
import { HashedSource } from './hashed-source.js';
import type { TableSky } from '../request/request-schema.js';

/** How the host finds a table's bytes. */
export interface TableAccess {
  openTable(path: string): Promise<RangeSource>;
  /** Opens a file of a folder, by a path that stays inside; absent where there are no folders. */
  openInFolder?(folder: string, name: string): Promise<ByteSource>;
}

/** A table in memory, known by the content of its file. */
export interface LoadedTable extends SkyTable {
  /** Where the host found it. */
  readonly path: string;
  /** The table, then the stamps that its rows name, in the order of the first row of each. */
  readonly files: readonly CatalogFile[];
  /** Where the host found the stamps; absent where they lie beside the table. */
  readonly stampFolder?: string;
}

/** What a table is read for. */
export interface TableNeed {
  /** The visit's band. */
  readonly band: Band;
  /** Rows outside are not kept. */
  readonly region: SkyRegion;
  /** Told the number of rows seen so far. */
  readonly onProgress?: (rows: number) => void;
}

/** Reads a table as a request's sky or a recipe says. Throws what `readSkyTable` and the host throw. */
export async function loadTable(
  path: string,
  {
    strict,
    unlensedMagnitudes,
    format,
    table,
    columns,
    stampFolder,
  }: Pick<TableSky, 'strict' | 'unlensedMagnitudes' | 'format' | 'table' | 'columns' | 'stampFolder'>,
  access: TableAccess,
  need: TableNeed,
): Promise<LoadedTable> {
  const source = await access.openTable(path);
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  const folder = stampFolder ?? (slash < 0 ? '.' : path.slice(0, slash + 1));
  const opened = new Map<string, HashedSource>();
  const open = access.openInFolder?.bind(access);
  const openStamp = async (name: string): Promise<ByteSource> => {
    const stamp = new HashedSource(await open!(folder, name));
    opened.set(name, stamp);
    return stamp;
  };
  try {
    const digest = (await source.sha256?.()) ?? (await digestOf(source));
    const read = await readSkyTable(source, {
      ...need,
      strict,
      unlensedMagnitudes,
      format,
      table,
      columns,
      ...(open ? { openStamp } : {}),
    });
    // In the order of the first row of each, which the region that was read does not change.
    const stamps = read.sources.stamps.map(({ name }) => ({ name, ...opened.get(name)!.facts() }));
    return {
      ...read,
      path,
      files: [{ name: path.slice(slash + 1), bytes: source.bytes, sha256: digest }, ...stamps],
      ...(stampFolder === undefined ? {} : { stampFolder }),
    };
  } finally {
    await source.close();
  }
}

async function digestOf(source: RangeSource): Promise<string> {
  const hash = sha256.create();
  for await (const chunk of streamOf(source)) hash.update(chunk);
  return bytesToHex(hash.digest());
}
