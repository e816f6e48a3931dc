/**
 * Instance catalogs of any size. One of up to `MOST_HELD_OBJECTS` objects is held in memory; a larger one is gone through
 * once to make its spatial index, and each detector reads from that what lies near it. The index is trusted by the SHA-256
 * of every file of the catalog, and one that is damaged is made again.
 */
import {
  type LoadedCatalog,
  type LoadedSources,
  type LoadOptions,
  type Recipe,
  type SourcesIndex,
  indexedRegion,
  loadCatalog,
  simulationVersion,
} from '@imsim-od/simulator';
import {
  type ByteSource,
  CatalogIndexError,
  CatalogObjectError,
  CatalogTooLongError,
  emptySourceTable,
  type IndexSummary,
  readIndexedObjects,
  sedNotesOfNames,
  type SourceTable,
} from '@imsim-od/sky';
import {
  findCatalogIndex,
  type IndexFile,
  makeCatalogIndex,
  openCatalogIndex,
  openFileSource,
} from '@imsim-od/sky/node';
import { CliError } from '../errors.js';
import { sedLibraryIn } from '../request/sed-library.js';
import { indexPlaces } from './index-places.js';

/** Objects that are held in memory at most, by every worker. */
export const MOST_HELD_OBJECTS = 200_000;

/** A catalog's bytes, and where its index may be. */
export interface CatalogFiles {
  readonly top: ByteSource;
  /** Where an index is made, the best place first. */
  readonly places: readonly string[];
  /** Where an index may be found; default: where it is made. */
  readonly found?: readonly string[];
  /** What messages call the index; default its path. */
  readonly index?: string;
  /** How the content of an index is held against the catalog's; default: by reading the catalog. */
  readonly isCurrent?: (summary: IndexSummary) => boolean;
}

/** The files of a catalog on this machine. */
export async function catalogFiles(path: string): Promise<CatalogFiles> {
  const top = await openFileSource(path);
  return { top, places: indexPlaces(top.identity) };
}

/** Opens a catalog; throws what `loadCatalog` throws. */
export async function openCatalog(
  path: string,
  files: CatalogFiles,
  options: Omit<LoadOptions, 'checkOnly' | 'mostObjects'> = {},
  mostHeld = MOST_HELD_OBJECTS,
): Promise<LoadedCatalog> {
  const { top, places, isCurrent } = files;
  const found = await findCatalogIndex(top, files.found ?? places, simulationVersion, isCurrent);
  if (found !== undefined) return ofIndex(path, found, options, files.index);
  const access = { open: () => Promise.resolve(top) };
  try {
    return await loadCatalog(path, access, { ...options, mostObjects: mostHeld });
  } catch (error) {
    if (!(error instanceof CatalogTooLongError)) throw error;
  }
  const made = await makeCatalogIndex(top, places, simulationVersion, options);
  if (made !== undefined) return ofIndex(path, made, options, files.index);
  const held = await loadCatalog(path, access, options);
  const note = `${path}: no index can be written (${files.index ?? places.join(', ')}); every worker holds the whole catalog in memory.`;
  return { ...held, notes: [...held.notes, note] };
}

/** The catalogs with the sources that a recipe's detector needs. */
export async function sourcesNear(
  catalogs: readonly LoadedSources[],
  recipe: Recipe,
  filesOf: (catalog: LoadedSources) => Promise<CatalogFiles> = ({ path }) => catalogFiles(path),
): Promise<readonly LoadedSources[]> {
  const near: LoadedSources[] = [];
  for (const catalog of catalogs) {
    const { index } = catalog;
    near.push(
      index === undefined
        ? catalog
        : { ...catalog, sources: await readNear(catalog, index, recipe, await filesOf(catalog)) },
    );
  }
  return near;
}

async function ofIndex(
  path: string,
  { path: indexPath, summary }: IndexFile,
  { band, boresight, strict = false, internalDust = true, galacticDust = 'F19', sedLibrary }: LoadOptions,
  shown: string | undefined,
): Promise<LoadedCatalog> {
  const { header, objectLines, skipped, notes, sedNames, sedObjects, files, firstFault } = summary;
  if (strict && firstFault !== undefined)
    throw new CatalogObjectError(firstFault.file, firstFault.line, firstFault.reason);
  const seds = await sedLibrary?.digest(sedNames);
  const more = [`${path}: ${objectLines} objects, read by region from ${shown ?? `the index ${indexPath}`}.`];
  if (sedLibrary !== undefined)
    more.push(
      `${path}: ${seds?.files ?? 0} SED files of ${shown === undefined ? sedLibrary.name : 'the library'} stand behind the catalog's ${sedNames.length} names; where one is missing, the colour of its family is taken.`,
    );
  more.push(...(await sedNotesOfNames(path, band ?? header.band, sedNames, sedObjects, sedLibrary)));
  return {
    header: { ...header, given: new Set(header.given) },
    sources: emptySourceTable(),
    objectLines,
    outside: 0,
    skipped,
    firstFault,
    notes: [...notes, ...more],
    sedNames,
    sedObjects,
    seds,
    path,
    files: files.map(({ path: name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    index: {
      path: indexPath,
      band: band ?? header.band,
      boresight: boresight ?? { raDeg: header.raDeg, decDeg: header.decDeg },
      strict,
      internalDust,
      galacticDust,
      ...(seds === undefined ? {} : { sedDir: sedLibrary?.name }),
    },
  };
}

async function readNear(
  catalog: LoadedSources,
  index: SourcesIndex,
  recipe: Recipe,
  { top, places }: CatalogFiles,
): Promise<SourceTable> {
  try {
    return await readRegion(catalog, index, recipe, top);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'SKY_FILE_MISSING';
    if (!(error instanceof CatalogIndexError) && !isGone) throw error;
  }
  const made = await makeCatalogIndex(top, places, simulationVersion, index);
  if (made === undefined)
    throw new CliError(`${index.path}: the index was damaged or removed, and cannot be made again`);
  return readRegion(catalog, { ...index, path: made.path }, recipe, top);
}

async function readRegion(
  { path, files, seds }: LoadedSources,
  { path: indexPath, sedDir, ...circumstances }: SourcesIndex,
  recipe: Recipe,
  top: ByteSource,
): Promise<SourceTable> {
  const region = indexedRegion(recipe);
  const index = await openCatalogIndex(indexPath);
  try {
    const isSame =
      index.summary.files.length === files.length &&
      index.summary.files.every(({ sha256 }, i) => sha256 === files[i]?.sha256);
    const sedLibrary = sedDir === undefined ? undefined : await sedLibraryIn(sedDir);
    const { sedNames } = index.summary;
    const found = await sedLibrary?.digest(sedNames);
    if (!isSame) throw new CliError(`${path}: changed while it was in use; run the command again`);
    if (found?.sha256 !== seds?.sha256) {
      const why =
        sedLibrary !== undefined && seds !== undefined
          ? `: ${await sedLibrary.explainDifference(sedNames, seds)}`
          : '';
      throw new CliError(
        `${sedDir ?? 'the SED files'}: changed while it was in use${why}; run the command again`,
      );
    }
    const { sources } = await readIndexedObjects(index, top, region.circles, {
      ...circumstances,
      sedLibrary,
      keep: (raDeg, decDeg) => region.holds(raDeg, decDeg),
    });
    return sources;
  } finally {
    await index.close();
  }
}
