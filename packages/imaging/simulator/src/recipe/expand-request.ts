/**
 * From a request to its recipes, by pure functions: one recipe for every snap and detector.
 */
import { leftOutOfSelection, selectDetectors } from '@imsim-od/camera';
import { cellsOf, type SkyRegion } from '@imsim-od/sky';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { Request } from '../request/request-schema.js';
import { simulationVersion } from '../simulation-version.js';
import { SEQUENCE_NUMBERS, type Visit, resolveVisit } from '../visit/resolve-visit.js';
import { snapTimes } from '../visit/snap-times.js';
import { recipeRegion } from '../sky-input/wanted-region.js';
import type { CatalogFile, Recipe, RecipeCatalog, RecipeVisit } from './recipe.js';

/** What a request comes to. */
export interface Expansion {
  readonly visit: Visit;
  /** Ordered by snap, then by detector id. */
  readonly recipes: readonly Recipe[];
  /** What was decided for the user, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Expands a request. `catalogs` are its instance catalogs and tables, in the order of their sky entries.
 *
 * Throws {@link RequestError} for what cannot be observed, and the camera's errors for unknown detectors.
 */
export function expandRequest(
  request: Request,
  catalogs: readonly Pick<LoadedSources, 'files'>[],
  origin = 'request',
): Expansion {
  const { visit, notes } = resolveVisit(request, origin);
  const detectors = selectDetectors(request.detectors);
  const recipes: Recipe[] = [];
  for (let snap = 0; snap < request.snaps; snap++) {
    const recipeVisit = snapOf(visit, snap);
    for (const { id, name } of detectors) {
      recipes.push({
        schemaVersion: 1,
        simulationVersion,
        instrument: 'LSSTCamSim',
        visit: recipeVisit,
        detector: { id, name },
        sky: recipeSky(request, catalogs, recipeRegion({ detector: { id, name }, visit: recipeVisit })),
        effects: request.effects,
        seed: request.seed ?? request.visitId,
      });
    }
  }
  const leftOut = leftOutOfSelection(request.detectors).map(({ name }) => name);
  if (leftOut.length > 0) {
    notes.push(`left out: ${leftOut.join(', ')}; wavefront sensors stand out of focus, which is not drawn`);
  }
  return { visit, recipes, notes };
}

function snapOf(visit: Visit, snap: number): RecipeVisit {
  const { skyBrightnessFrom: _said, ...circumstances } = visit;
  const { exposureS, midMjdTai } = snapTimes(visit)[snap]!;
  return {
    ...circumstances,
    sequenceNumber: (visit.sequenceNumber + snap) % SEQUENCE_NUMBERS,
    snap,
    exposureS,
    obsMjdTai: midMjdTai,
  };
}

function recipeSky(
  request: Request,
  catalogs: readonly Pick<LoadedSources, 'files'>[],
  region: SkyRegion,
): Recipe['sky'] {
  let next = 0;
  return request.sky.map((entry) => {
    if (entry.type === 'synthetic') return entry;
    const catalog = catalogs[next++];
    if (!catalog) throw new TypeError(`expandRequest: no loaded catalog for ${entry.path}`);
    if (entry.type === 'table') {
      const { path: _place, ...reading } = entry;
      return { ...reading, files: catalog.files };
    }
    if (entry.type === 'skyCatalogs') {
      const { path: _place, ...reading } = entry;
      return { ...reading, files: filesCovering(catalog.files, region) };
    }
    const files: RecipeCatalog = { type: 'instanceCatalog', files: catalog.files, strict: entry.strict };
    return files;
  });
}

/** The files that a region needs, so that a recipe is the same whichever other detectors were asked for with it. */
function filesCovering(files: LoadedSources['files'], region: SkyRegion): CatalogFile[] {
  const cells = new Map<string, ReadonlySet<number>>();
  return files.flatMap(({ cell, ...file }) => {
    if (cell === undefined) return [file];
    const key = JSON.stringify(cell.partition);
    const touched = cells.get(key) ?? new Set(cellsOf(cell.partition, region.circles));
    cells.set(key, touched);
    return touched.has(cell.number) ? [file] : [];
  });
}
