/** Opens a table of sources of a request: its SHA-256 for the recipe, and those of its rows that the visit needs. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Band } from '@imsim-od/astro';
import {
  type ByteSource,
  type ExposureTime,
  type RangeSource,
  readLightCurves,
  readSkyTable,
  type SedDigest,
  sedDigestWithin,
  type SedLibrary,
  type SedUses,
  type SkyRegion,
  type SkyTable,
  type SourceTable,
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
export interface LoadedTable extends Omit<SkyTable, 'sedUses'> {
  /** Where the host found it. */
  readonly path: string;
  /** The table, its light curves, then the stamps that its rows name, in the order of the first row of each. */
  readonly files: readonly CatalogFile[];
  /** Sources at the middle of each snap, where they move or vary and there is more than one. */
  readonly bySnap?: readonly SourceTable[];
  /** The SED files behind all its rows; absent where there are none. */
  readonly seds?: SedDigest;
  /** The SED names of its rows. */
  readonly sedNames?: readonly string[];
  /** The SED files behind its rows, for each snap that was read. */
  readonly sedUses?: readonly (SedUses | undefined)[];
  /** Where the host found the stamps; absent where they lie beside the table. */
  readonly stampFolder?: string;
}

/** What a table is read for. */
export interface TableNeed {
  /** The visit's band. */
  readonly band: Band;
  /** The exposures, one for each snap. */
  readonly times: readonly ExposureTime[];
  /** Rows outside are not kept. */
  readonly region: SkyRegion;
  /** Where the SED files of rows are looked for; default: nowhere, families stand in. */
  readonly sedLibrary?: SedLibrary | undefined;
  /** Told the number of rows seen so far. */
  readonly onProgress?: (rows: number) => void;
}

/** How a table is read. */
type TableReading = Pick<
  TableSky,
  | 'strict'
  | 'unlensedMagnitudes'
  | 'format'
  | 'table'
  | 'columns'
  | 'magnitudesFrom'
  | 'epoch'
  | 'stampFolder'
  | 'lightCurves'
>;

/** Reads a table as a request's sky or a recipe says. Throws what `readSkyTable` and the host throw. */
export async function loadTable(
  path: string,
  {
    strict,
    unlensedMagnitudes,
    format,
    table,
    columns,
    magnitudesFrom,
    epoch,
    stampFolder,
    lightCurves: curvePath,
  }: TableReading,
  access: TableAccess,
  { times, ...need }: TableNeed,
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
    const curves =
      curvePath === undefined
        ? undefined
        : await loadCurves(path.slice(0, slash + 1), curvePath, access, need.band);
    const readAt = (time: ExposureTime | undefined): Promise<SkyTable> =>
      readSkyTable(source, {
        ...need,
        strict,
        unlensedMagnitudes,
        format,
        table,
        columns,
        magnitudesFrom,
        epoch,
        time,
        lightCurves: curves?.lightCurves,
        ...(open ? { openStamp } : {}),
      });
    const { sedUses, ...read } = await readAt(times[0]);
    const bySnap = [read.sources];
    const usesBySnap = [sedUses];
    for (const time of read.isOfTime ? times.slice(1) : []) {
      const again = await readAt(time);
      bySnap.push(again.sources);
      usesBySnap.push(again.sedUses);
    }
    const seds = sedUses && sedDigestWithin(sedUses);
    // In the order of the first row of each, which the region that was read does not change.
    const stamps = read.sources.stamps.map(({ name }) => ({ name, ...opened.get(name)!.facts() }));
    return {
      ...read,
      path,
      notes: [...read.notes, ...(curves === undefined ? [] : [curves.note])],
      files: [
        { name: path.slice(slash + 1), bytes: source.bytes, sha256: digest },
        ...(curves === undefined ? [] : [curves.file]),
        ...stamps,
      ],
      ...(bySnap.length > 1 ? { bySnap } : {}),
      ...(sedUses === undefined ? {} : { sedNames: sedUses.names, sedUses: usesBySnap }),
      ...(seds === undefined ? {} : { seds }),
      ...(stampFolder === undefined ? {} : { stampFolder }),
    };
  } finally {
    await source.close();
  }
}

async function loadCurves(folder: string, path: string, access: TableAccess, band: Band) {
  const source = await access.openTable(folder + path);
  try {
    const lightCurves = await readLightCurves(source, band);
    const sha256 = (await source.sha256?.()) ?? (await digestOf(source));
    const note = `${source.name}: light curves of ${lightCurves.size} sources in ${band}.`;
    return { lightCurves, file: { name: path, bytes: source.bytes, sha256 }, note };
  } finally {
    await source.close();
  }
}

async function digestOf(source: RangeSource): Promise<string> {
  const hash = sha256.create();
  for await (const chunk of streamOf(source)) hash.update(chunk);
  return bytesToHex(hash.digest());
}
