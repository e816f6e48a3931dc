/** The files of a sky that lie in a store, loaded: instance catalogs, tables and maps of lensing, in the order of `dealInputs`. */
import {
  type LoadedCatalog,
  type LoadedSources,
  type Recipe,
  type Request,
  type TableAccess,
  dealInputs,
  loadCatalog,
  loadLensMap,
  loadTable,
  recipeRegion,
  recipeTime,
  requestRegion,
  requestTimes,
} from '@imsim-od/simulator';
import { type ExposureTime, type RangeSource, type SkyRegion, SourceMissingError } from '@imsim-od/sky';
import { openRangeFile } from '@imsim-od/sky/node';
import { CliError } from '../errors.js';
import { environmentSedLibrary } from '../request/sed-library.js';
import { storedAccess } from './stored-catalog.js';
import type { StoredCatalog } from './work-messages.js';

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
  const sedLibrary = bySpectra(entry) ? await environmentSedLibrary() : undefined;
  if (entry.type === 'table') {
    const need = { band, times, region: regionWith(), sedLibrary };
    return loadTable(source.name, entry, storedTableAccess(source), need);
  }
  if (entry.type !== 'instanceCatalog')
    throw new CliError(`a sky of type ${entry.type} is not read from a store`);
  const { strict, internalDust, galacticDust } = entry;
  const reading = { band, boresight: pointing, strict, internalDust, galacticDust };
  return keptCatalog(JSON.stringify([reading, sedLibrary?.name, source]), () =>
    loadCatalog(source.name, storedAccess(source), { ...reading, sedLibrary }),
  );
}

/** Opens the files of a stored catalog by the names that users know. */
export function storedTableAccess({ files }: StoredCatalog): TableAccess {
  return {
    openTable: async (name) => {
      const path = files.find((file) => file.name === name)?.path;
      if (path === undefined) throw new SourceMissingError(name);
      return named(name, await openRangeFile(path));
    },
  };
}

function named(name: string, source: RangeSource): RangeSource {
  return {
    name,
    bytes: source.bytes,
    read: (start, end) => source.read(start, end),
    close: () => source.close(),
    ...(source.sha256 ? { sha256: () => source.sha256!() } : {}),
  };
}
