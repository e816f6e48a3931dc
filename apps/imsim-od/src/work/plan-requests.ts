/** Planning for a service: what requests come to, and what their catalogs hold. */
import {
  type DuplicateCounts,
  type LoadedCatalog,
  type LoadedSources,
  type Recipe,
  type RecipeEstimate,
  type Request,
  countFileSources,
  estimateRecipe,
  expandRequest,
  filesByRecipe,
  hasSources,
  loadCatalog,
  simulationVersion,
} from '@imsim-od/simulator';
import {
  CatalogFormatError,
  CatalogHeaderMissingError,
  CatalogHeaderValueError,
  CatalogIncludeError,
  CatalogTooLongError,
  type SedDigest,
  SourceExpansionError,
  SourceMissingError,
  UnsupportedModelError,
} from '@imsim-od/sky';
import { findCatalogIndex, makeCatalogIndex } from '@imsim-od/sky/node';
import { MOST_HELD_OBJECTS } from '../catalogs/open-catalog.js';
import { duplicateNotes } from '../simulate/duplicate-notes.js';
import { explainError, isSystemTrouble } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { countObjects } from './count-objects.js';
import { evenly } from './evenly.js';
import { type SkyFileKind, skyFileKind } from './sky-file-kind.js';
import { receivedAccess, storedAccess } from './stored-catalog.js';
import { indexedFiles } from './stored-index.js';
import { loadStoredInputs, needOfRequest, storedSourcesNear } from './stored-inputs.js';
import { summariseSurvey } from './survey-orders.js';
import { summarisePart, summariseTable } from './summarise-table.js';
import type { CatalogSummary, PlannedVisit, PlanOrder, StoredCatalog } from './work-messages.js';

/** Recipes of one request that are estimated one by one; beyond, evenly chosen ones stand for all. */
const MAX_ESTIMATED = 25;

/** Plans requests in order. Throws what is wrong with the first that cannot be observed, its index in the message's origin. */
export async function planRequests(
  { requests, catalogs }: PlanOrder,
  onProgress: (fraction: number) => void,
): Promise<readonly PlannedVisit[]> {
  const visits: PlannedVisit[] = [];
  const cache = new Map<string, LoadedCatalog>();
  for (const [index, request] of requests.entries()) {
    const origin = `requests[${index}]`;
    const need = needOfRequest(request, origin);
    const stored = catalogs[index] ?? [];
    const loaded = await loadStoredInputs(request.sky, stored, need, async (key, load) => {
      const catalog = cache.get(key) ?? (await load());
      // Requests of one survey follow each other with the same catalogs; more than a few sets would not fit.
      if (cache.size > 3) cache.clear();
      cache.set(key, catalog);
      return catalog;
    });
    visits.push(await planVisit(request, loaded, stored, origin, index === 0));
    onProgress((index + 1) / requests.length);
  }
  return visits;
}

async function planVisit(
  request: Request,
  catalogs: readonly LoadedSources[],
  stored: readonly StoredCatalog[],
  origin: string,
  wantsCounts: boolean,
): Promise<PlannedVisit> {
  const { visit, recipes, notes } = expandRequest(request, catalogs, origin);
  const chosen = evenly(recipes, MAX_ESTIMATED);
  const estimates: RecipeEstimate[] = [];
  const duplicates: DuplicateCounts[] = [];
  for (const recipe of chosen) {
    const near = await storedSourcesNear(catalogs, stored, recipe);
    const ofFiles = countFileSources(recipe, near);
    estimates.push(estimateRecipe(recipe, ofFiles.sources, request.products));
    duplicates.push(ofFiles.duplicates);
  }
  const scale = recipes.length / chosen.length;
  const where = chosen.length < recipes.length ? ` (on ${chosen.length} of ${recipes.length} detectors)` : '';
  const twice = duplicateNotes(duplicates);
  const sum = (value: (estimate: RecipeEstimate) => number): number =>
    scale * estimates.reduce((total, estimate) => total + value(estimate), 0);
  const firstSnap = recipes.slice(0, recipes.length / request.snaps);
  const sky = wantsCounts ? await countObjects(firstSnap, catalogs, stored) : undefined;
  return {
    visit,
    ...(sky === undefined ? {} : { sky }),
    tasks: recipes.length,
    cpuS: sum(({ cpuS }) => cpuS),
    memoryMb: Math.max(...estimates.map(({ memoryMb }) => memoryMb)),
    bytes: Math.round(sum(({ bytes }) => bytes)),
    sources: Math.round(sum(({ sources }) => sources)),
    notes: [
      ...notes,
      ...twice.map((note) => note + where),
      ...catalogs.flatMap((catalog) =>
        catalog.notes.map((note) =>
          note.startsWith(`${catalog.path}: `) ? note : `${catalog.path}: ${note}`,
        ),
      ),
    ],
    catalogs: catalogs.map(({ files, seds, sedUses }, input) => {
      const byRecipe = filesByRecipe(recipes, input, files);
      return {
        files: files.map(({ name, sha256, bytes }) => ({ name, sha256, bytes })),
        ...(byRecipe === undefined ? {} : { filesByRecipe: byRecipe }),
        ...(seds === undefined ? {} : { seds }),
        ...(seds === undefined || sedUses === undefined
          ? {}
          : { recipeSeds: recipes.map((recipe) => sedsOfInput(recipe, input)) }),
      };
    }),
  };
}

/** The SED files that a recipe names of an input, which is counted as by `dealInputs`. */
function sedsOfInput({ sky }: Recipe, input: number): SedDigest | null {
  const numbers = sky.flatMap((entry) => [
    ...(hasSources(entry) ? [entry] : []),
    ...(entry.lensing?.map === undefined ? [] : [undefined]),
  ]);
  const entry = numbers[input];
  return entry !== undefined && 'seds' in entry ? (entry.seds ?? null) : null;
}

/**
 * Reads a catalog, table, image, scheduler database or part of a folder of sky catalogs whole, keeping none of it, and says what it holds. A file without a header is no catalog by itself but may be part of one;
 * what a catalog includes may still be on its way.
 */
export async function summariseCatalog(
  stored: StoredCatalog,
  onProgress: (objects: number) => void,
): Promise<CatalogSummary> {
  const kind = await kindOf(stored);
  if (kind === 'survey') return summariseSurvey(stored);
  if (kind === 'yaml' || kind === 'hdf5') return summarisePart(stored, kind);
  if (kind !== 'catalog') return summariseTable(stored, kind);
  try {
    const { objectLines, skipped, notes, files } = await checkCatalog(stored, onProgress);
    return {
      kind,
      objects: objectLines,
      skipped: Object.fromEntries(Object.entries(skipped).map(([reason, { count }]) => [reason, count])),
      notes,
      files: files.map(({ name, sha256 }) => ({ name, sha256 })),
    };
  } catch (error) {
    if (error instanceof CatalogHeaderMissingError)
      return incomplete(`It is no catalog by itself, but others may include it: ${error.message}`);
    if (error instanceof CatalogIncludeError && error.cause instanceof SourceMissingError)
      return incomplete(`Upload what it includes to the same folder, too: ${error.message}`);
    throw error;
  }
}

/** Goes through an instance catalog; the index of a large one is made on the way, for all that will read it. */
async function checkCatalog(
  stored: StoredCatalog,
  onProgress: (objects: number) => void,
): Promise<Pick<LoadedCatalog, 'objectLines' | 'skipped' | 'notes' | 'files'>> {
  const options = {
    // Any band: it matters to magnitudes alone, and a part of a catalog has no filter of its own.
    band: 'r',
    onProgress: ({ objects }: { readonly objects: number }) => onProgress(objects),
  } as const;
  const indexed = await indexedFiles(stored);
  const check = (mostObjects?: number) =>
    loadCatalog(stored.name, storedAccess(stored), {
      ...options,
      checkOnly: true,
      ...(mostObjects === undefined ? {} : { mostObjects }),
    });
  if (indexed === undefined) return check();
  const { top, places, found = places, isCurrent } = indexed;
  const known = await findCatalogIndex(top, found, simulationVersion, isCurrent);
  if (known !== undefined) return known.summary;
  try {
    return await check(MOST_HELD_OBJECTS);
  } catch (error) {
    if (!(error instanceof CatalogTooLongError)) throw error;
  }
  const made = await makeCatalogIndex(top, places, simulationVersion, options);
  return made?.summary ?? check();
}

/**
 * Reads what was received of a catalog so far; of a table nothing can be said before it is whole. Throws what no further bytes can mend: a line that cannot be. What may still come, as a header,
 * the rest of packed bytes or an included file, is no fault yet.
 */
export async function checkBeginning(stored: StoredCatalog): Promise<void> {
  if ((await kindOf(stored)) !== 'catalog') return;
  try {
    await loadCatalog(stored.name, receivedAccess(stored), { band: 'r', checkOnly: true });
  } catch (error) {
    if (isSystemTrouble(error) || LASTING_FAULTS.some((kind) => error instanceof kind)) throw error;
    if (explainError(error).exitCode !== EXIT_CODE.badInput) throw error;
  }
}

async function kindOf({ name, files }: StoredCatalog): Promise<SkyFileKind> {
  const path = files.find((file) => file.name === name)?.path;
  return path === undefined ? 'catalog' : skyFileKind(path, name);
}

const LASTING_FAULTS = [
  CatalogFormatError,
  CatalogHeaderValueError,
  SourceExpansionError,
  UnsupportedModelError,
];

function incomplete(note: string): CatalogSummary {
  return { kind: 'catalog', objects: null, skipped: {}, notes: [note], files: [] };
}
