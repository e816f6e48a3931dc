/** Opens a table of sources of a request: its SHA-256 for the recipe, and those of its rows that the visit needs. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Band } from '@imsim-od/astro';
import { type RangeSource, readSkyTable, type SkyRegion, type SkyTable, streamOf } from '@imsim-od/sky';
import type { CatalogFile } from '../recipe/recipe.js';
import type { TableSky } from '../request/request-schema.js';

/** How the host finds a table's bytes. */
export interface TableAccess {
  openTable(path: string): Promise<RangeSource>;
}

/** A table in memory, known by the content of its file. */
export interface LoadedTable extends SkyTable {
  /** Where the host found it. */
  readonly path: string;
  readonly files: readonly [CatalogFile];
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
  }: Pick<TableSky, 'strict' | 'unlensedMagnitudes' | 'format' | 'table' | 'columns'>,
  access: TableAccess,
  need: TableNeed,
): Promise<LoadedTable> {
  const source = await access.openTable(path);
  try {
    const digest = (await source.sha256?.()) ?? (await digestOf(source));
    const read = await readSkyTable(source, { ...need, strict, unlensedMagnitudes, format, table, columns });
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    return { ...read, path, files: [{ name, bytes: source.bytes, sha256: digest }] };
  } finally {
    await source.close();
  }
}

async function digestOf(source: RangeSource): Promise<string> {
  const hash = sha256.create();
  for await (const chunk of streamOf(source)) hash.update(chunk);
  return bytesToHex(hash.digest());
}
