/** Opens a folder of sky catalogs of a request: those of its files that the visit needs, each known by its SHA-256. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Band } from '@imsim-od/astro';
import {
  type CatalogFolder,
  type ExposureTime,
  type RangeSource,
  readSkyCatalog,
  type SedDigest,
  sedDigestWithin,
  type SedLibrary,
  type SedUses,
  type SkyCatalog,
  type SkyCatalogFile,
  type SkyRegion,
  type SourceTable,
  streamOf,
} from '@imsim-od/sky';
import type { CatalogFile } from '../recipe/recipe.js';
import type { SkyCatalogsSky } from '../request/request-schema.js';

/** How the host finds a folder. */
export interface FolderAccess {
  openFolder(path: string): Promise<CatalogFolder>;
}

/** A file of a folder by its content, and the part of the sky that it covers. */
export interface PartFile extends CatalogFile, Pick<SkyCatalogFile, 'cell'> {}

/** What a folder holds for a visit. */
export interface LoadedSkyCatalog extends Omit<SkyCatalog, 'files' | 'sedUses'> {
  /** Where the host found it. */
  readonly path: string;
  readonly files: readonly PartFile[];
  /** Sources at the middle of each snap, where there is more than one. */
  readonly bySnap?: readonly SourceTable[];
  /** As of a `LoadedTable`. */
  readonly seds?: SedDigest;
  readonly sedNames?: readonly string[];
  readonly sedUses?: readonly (SedUses | undefined)[];
}

/** What a folder is read for. */
export interface SkyCatalogNeed {
  readonly band: Band;
  /** Sources outside are not kept, and cells outside not opened. */
  readonly region: SkyRegion;
  /** The exposures, one for each snap. */
  readonly times: readonly ExposureTime[];
  /** Where the SED files of stars are looked for; default: nowhere, families stand in. */
  readonly sedLibrary?: SedLibrary | undefined;
  /** Told the number of rows seen so far. */
  readonly onProgress?: (rows: number) => void;
}

/** How a folder is read. */
type SkyCatalogReading = Pick<
  SkyCatalogsSky,
  'config' | 'objectTypes' | 'fluxes' | 'fluxThroughputs' | 'strict'
>;

/** Reads a folder as a request's sky or a recipe says. Throws what `readSkyCatalog` and the host throw. */
export async function loadSkyCatalog(
  path: string,
  { config: named, objectTypes, fluxes, fluxThroughputs, strict }: SkyCatalogReading,
  access: FolderAccess,
  { times, ...need }: SkyCatalogNeed,
): Promise<LoadedSkyCatalog> {
  // A configuration can be named in place of its folder.
  const [, parent = '', file] = /^(?:(.*)[/\\])?([^/\\]+\.ya?ml)$/i.exec(path) ?? [];
  const folder = await access.openFolder(file === undefined ? path : parent === '' ? '.' : parent);
  const reading = { config: named ?? file, objectTypes, fluxes, fluxThroughputs, strict };
  const read: SkyCatalog[] = [];
  for (const time of times) read.push(await readSkyCatalog(folder, { ...reading, ...need, time }));
  const [first] = read;
  if (first === undefined) throw new TypeError('loadSkyCatalog: at least one exposure is needed');
  const files: PartFile[] = [];
  for (const { path: name, cell } of first.files) {
    const source = await folder.open(name);
    try {
      const digest = (await source.sha256?.()) ?? (await digestOf(source));
      files.push({ name, bytes: source.bytes, sha256: digest, ...(cell ? { cell } : {}) });
    } finally {
      await source.close();
    }
  }
  const { sedUses, ...rest } = first;
  const seds = sedUses && sedDigestWithin(sedUses);
  return {
    ...rest,
    path,
    files,
    ...(read.length > 1 ? { bySnap: read.map(({ sources }) => sources) } : {}),
    ...(sedUses === undefined ? {} : { sedNames: sedUses.names, sedUses: read.map((snap) => snap.sedUses) }),
    ...(seds === undefined ? {} : { seds }),
  };
}

async function digestOf(source: RangeSource): Promise<string> {
  const hash = sha256.create();
  for await (const chunk of streamOf(source)) hash.update(chunk);
  return bytesToHex(hash.digest());
}
