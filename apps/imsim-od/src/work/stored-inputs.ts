/** The files of a sky that lie in a store, loaded: instance catalogs, tables, folders of sky catalogs and maps of lensing, in the order of `dealInputs`. */
import {
  type LoadedCatalog,
  type LoadedSources,
  type Recipe,
  type Request,
  dealInputs,
  loadCatalog,
  loadLensMap,
  loadSkyCatalog,
  loadTable,
  recipeRegion,
  recipeTime,
  requestRegion,
  requestTimes,
} from '@imsim-od/simulator';
import { type ExposureTime, SedArchiveError, type SedLibrary, type SkyRegion } from '@imsim-od/sky';
import { openCatalog, sourcesNear } from '../catalogs/open-catalog.js';
import { CliError } from '../errors.js';
import { environmentSedLibrary, sedLibraryIn } from '../request/sed-library.js';
import { storedAccess, storedFolderAccess, storedTableAccess } from './stored-catalog.js';
import { indexedFiles } from './stored-index.js';
import type { StoredCatalog } from './work-messages.js';

/** A configuration of sky catalogs can be named in place of its folder. */
const CONFIGURATION = /\.ya?ml$/i;

type Entry = Request['sky'][number] | Recipe['sky'][number];

/** For whom the files are loaded. */
export interface InputNeed extends Pick<Request, 'band' | 'pointing'> {
  /** The exposures, one for each snap. */
  readonly times: readonly ExposureTime[];
  /** Where sources of tables are wanted, and cells of maps. */
  readonly regionWith: (moreDeg?: number) => SkyRegion;
  /** Whether an entry is to be drawn by what SED files there are. */
  readonly bySpectra: (entry: Entry) => boolean;
}

/** What a request needs. */
export function needOfRequest(request: Request, origin: string): InputNeed {
  const { band, pointing } = request;
  return {
    band,
    pointing,
    times: requestTimes(request, origin),
    regionWith: (moreDeg) => requestRegion(request, origin, moreDeg),
    bySpectra: () => true,
  };
}

/** What a recipe needs. */
export function needOfRecipe(recipe: Recipe): InputNeed {
  const { band, raDeg, decDeg } = recipe.visit;
  const pointing = { raDeg, decDeg };
  return {
    band,
    pointing,
    times: [recipeTime(recipe)],
    regionWith: (moreDeg) => recipeRegion(recipe, moreDeg),
    // A recipe without spectra was drawn by families, whatever lies here.
    bySpectra: (entry) => 'seds' in entry && entry.seds !== undefined,
  };
}

/** Loaded files with the sources that a recipe's detector needs, where an index gives them. @param stored in the same order */
export function storedSourcesNear(
  loaded: readonly LoadedSources[],
  stored: readonly StoredCatalog[],
  recipe: Recipe,
): Promise<readonly LoadedSources[]> {
  return sourcesNear(loaded, recipe, async (catalog) => {
    const files = await indexedFiles(stored[loaded.indexOf(catalog)]!);
    if (files === undefined) throw new TypeError('a catalog with an index and no place for one');
    return files;
  });
}

/**
 * Loads the files of a sky. @param keptCatalog takes the loading of an instance catalog, which is the same for all
 * detectors, and may give back what it kept
 */
export async function loadStoredInputs(
  sky: readonly Entry[],
  stored: readonly StoredCatalog[],
  need: InputNeed,
  keptCatalog: (key: string, load: () => Promise<LoadedCatalog>) => Promise<LoadedCatalog>,
): Promise<readonly LoadedSources[]> {
  const loaded: LoadedSources[] = [];
  for (const { entry, sources, map } of dealInputs(sky, stored)) {
    if (sources !== undefined) loaded.push(await loadSources(entry, sources, need, keptCatalog));
    const wanted = entry.lensing?.map;
    if (map !== undefined && wanted !== undefined)
      loaded.push(await loadLensMap(map.name, wanted, storedTableAccess(map), need.regionWith));
  }
  return loaded;
}

async function loadSources(
  entry: Entry,
  source: StoredCatalog,
  { band, pointing, times, regionWith, bySpectra }: InputNeed,
  keptCatalog: Parameters<typeof loadStoredInputs>[3],
): Promise<LoadedSources> {
  const sedLibrary = bySpectra(entry) ? await sedLibraryFor(source) : undefined;
  const need = () => ({ band, times, region: regionWith(), sedLibrary });
  if (entry.type === 'table') {
    return loadTable(source.name, entry, storedTableAccess(source), need());
  }
  if (entry.type === 'skyCatalogs') {
    const path = CONFIGURATION.test(source.name) ? source.name : `the folder of ${source.name}`;
    return loadSkyCatalog(path, entry, storedFolderAccess(source), need());
  }
  if (entry.type !== 'instanceCatalog')
    throw new CliError(`a sky of type ${entry.type} is not read from a store`);
  const { strict, internalDust, galacticDust } = entry;
  const reading = { band, boresight: pointing, strict, internalDust, galacticDust };
  return keptCatalog(JSON.stringify([reading, sedLibrary?.name, source]), async () => {
    const files = await indexedFiles(source);
    return files === undefined
      ? loadCatalog(source.name, storedAccess(source), { ...reading, sedLibrary })
      : openCatalog(source.name, files, { ...reading, sedLibrary });
  });
}

/** The SED files that a stored input is drawn by: those of its archive, else those that the environment names, if any. */
export async function sedLibraryFor(stored: StoredCatalog | undefined): Promise<SedLibrary | undefined> {
  const archive = stored?.sedArchive;
  if (archive === undefined) return environmentSedLibrary();
  try {
    return await sedLibraryIn(archive.path);
  } catch (error) {
    // Users know it by its name, and not by where the store has it.
    throw error instanceof SedArchiveError ? new SedArchiveError(archive.name, error.reason) : error;
  }
}
