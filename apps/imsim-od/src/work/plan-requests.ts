/** Planning for a service: what requests come to, and what their catalogs hold. */
import {
  type LoadedCatalog,
  type LoadedSources,
  type Recipe,
  type Request,
  countSky,
  estimateRecipe,
  expandRequest,
  loadCatalog,
} from '@imsim-od/simulator';
import {
  CatalogFormatError,
  CatalogHeaderMissingError,
  CatalogHeaderValueError,
  CatalogIncludeError,
  SourceMissingError,
  UnsupportedModelError,
} from '@imsim-od/sky';
import { explainError, isSystemTrouble } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { type SkyFileKind, skyFileKind } from './sky-file-kind.js';
import { receivedAccess, storedAccess } from './stored-catalog.js';
import { loadStoredInputs, needOfRequest } from './stored-inputs.js';
import { summariseSurvey } from './survey-orders.js';
import { summariseTable } from './summarise-table.js';
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
    const loaded = await loadStoredInputs(request.sky, catalogs[index] ?? [], need, async (key, load) => {
      const catalog = cache.get(key) ?? (await load());
      // Requests of one survey follow each other with the same catalogs; more than a few sets would not fit.
      if (cache.size > 3) cache.clear();
      cache.set(key, catalog);
      return catalog;
    });
    visits.push(planVisit(request, loaded, origin, index === 0));
    onProgress((index + 1) / requests.length);
  }
  return visits;
}

function planVisit(
  request: Request,
  catalogs: readonly LoadedSources[],
  origin: string,
  wantsCounts: boolean,
): PlannedVisit {
  const { visit, recipes, notes } = expandRequest(request, catalogs, origin);
  const chosen = evenly(recipes, MAX_ESTIMATED);
  const estimates = chosen.map((recipe) => estimateRecipe(recipe, catalogs, request.products));
  const scale = recipes.length / chosen.length;
  const sum = (value: (estimate: (typeof estimates)[number]) => number): number =>
    scale * estimates.reduce((total, estimate) => total + value(estimate), 0);
  return {
    visit,
    ...(wantsCounts ? { sky: countSky(recipes.slice(0, recipes.length / request.snaps), catalogs) } : {}),
    tasks: recipes.length,
    cpuS: sum(({ cpuS }) => cpuS),
    memoryMb: Math.max(...estimates.map(({ memoryMb }) => memoryMb)),
    bytes: Math.round(sum(({ bytes }) => bytes)),
    sources: Math.round(sum(({ sources }) => sources)),
    notes: [
      ...notes,
      ...catalogs.flatMap((catalog) => catalog.notes.map((note) => `${catalog.path}: ${note}`)),
    ],
    catalogs: catalogs.map(({ files, seds }) => ({
      files: files.map(({ name, sha256, bytes }) => ({ name, sha256, bytes })),
      ...(seds === undefined ? {} : { seds }),
    })),
  };
}

/**
 * Reads a catalog, table, image or scheduler database whole, keeping none of it, and says what it holds. A file without a header is no catalog by itself but may be part of one;
 * what a catalog includes may still be on its way.
 */
export async function summariseCatalog(
  stored: StoredCatalog,
  onProgress: (objects: number) => void,
): Promise<CatalogSummary> {
  const kind = await kindOf(stored);
  if (kind === 'survey') return summariseSurvey(stored);
  if (kind !== 'catalog') return summariseTable(stored, kind);
  try {
    const { objectLines, skipped, notes, files } = await loadCatalog(stored.name, storedAccess(stored), {
      // Any band: it matters to magnitudes alone, and a part of a catalog has no filter of its own.
      band: 'r',
      checkOnly: true,
      onProgress: ({ objects }) => onProgress(objects),
    });
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
  return path === undefined ? 'catalog' : skyFileKind(path);
}

const LASTING_FAULTS = [CatalogFormatError, CatalogHeaderValueError, UnsupportedModelError];

function incomplete(note: string): CatalogSummary {
  return { kind: 'catalog', objects: null, skipped: {}, notes: [note], files: [] };
}

function evenly(recipes: readonly Recipe[], most: number): readonly Recipe[] {
  if (recipes.length <= most) return recipes;
  return Array.from({ length: most }, (_, i) => recipes[Math.floor(((i + 0.5) * recipes.length) / most)]!);
}
