/**
 * From a request to its recipes, by pure functions: one recipe for every snap and detector.
 */
import { leftOutOfSelection, selectDetectors } from '@imsim-od/camera';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { Request } from '../request/request-schema.js';
import { simulationVersion } from '../simulation-version.js';
import { SEQUENCE_NUMBERS, type Visit, resolveVisit } from '../visit/resolve-visit.js';
import type { Lensing } from '../request/entry-options-schema.js';
import { dealInputs } from '../sky-input/entry-inputs.js';
import type { Recipe, RecipeEntry, RecipeLensing, RecipeVisit } from './recipe.js';

/** What a request comes to. */
export interface Expansion {
  readonly visit: Visit;
  /** Ordered by snap, then by detector id. */
  readonly recipes: readonly Recipe[];
  /** What was decided for the user, in sentences. */
  readonly notes: readonly string[];
}

/** Seconds between the snaps of a visit, for the read-out. */
const SNAP_READOUT_S = 3;
const SECONDS_PER_DAY = 86_400;

/**
 * Expands a request. `catalogs` are its files, in the order of `dealInputs`.
 *
 * Throws {@link RequestError} for what cannot be observed, and the camera's errors for unknown detectors.
 */
export function expandRequest(
  request: Request,
  catalogs: readonly Pick<LoadedSources, 'files' | 'seds'>[],
  origin = 'request',
): Expansion {
  const { visit, notes } = resolveVisit(request, origin);
  const detectors = selectDetectors(request.detectors);
  const sky = recipeSky(request, catalogs);
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
        sky,
        ...(request.duplicates ? { duplicates: request.duplicates } : {}),
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
  const exposureS = visit.exposureS / visit.snaps;
  const offsetS = (snap - (visit.snaps - 1) / 2) * (exposureS + SNAP_READOUT_S);
  return {
    ...visit,
    sequenceNumber: (visit.sequenceNumber + snap) % SEQUENCE_NUMBERS,
    snap,
    exposureS,
    obsMjdTai: visit.obsMjdTai + offsetS / SECONDS_PER_DAY,
  };
}

function recipeSky(
  request: Request,
  inputs: readonly Pick<LoadedSources, 'files' | 'seds'>[],
): Recipe['sky'] {
  return dealInputs(request.sky, inputs).map(({ entry, sources, map }): RecipeEntry => {
    const { lensing, ...reading } = entry;
    const lens = lensing === undefined ? {} : { lensing: recipeLensing(lensing, map) };
    if (reading.type === 'synthetic') return { ...reading, ...lens };
    const { path: _place, ...rest } = reading;
    const { files, seds } = sources!;
    if (rest.type === 'table') return { ...rest, files, ...lens };
    return { ...rest, files, ...lens, ...(seds === undefined ? {} : { seds }) };
  });
}

function recipeLensing(
  { map: wanted, ...lensing }: Lensing,
  map: Pick<LoadedSources, 'files'> | undefined,
): RecipeLensing {
  if (wanted === undefined || map === undefined) return lensing;
  const { path: _place, ...reading } = wanted;
  return { ...lensing, map: { ...reading, files: map.files } };
}
