/**
 * From a request to its recipes, by pure functions: one recipe for every snap and detector.
 */
import { SEQUENCE_NUMBERS } from '@imsim-od/astro';
import { leftOutOfSelection, selectDetectors } from '@imsim-od/camera';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { Request } from '../request/request-schema.js';
import { simulationVersion } from '../simulation-version.js';
import { type Visit, resolveVisit } from '../visit/resolve-visit.js';
import type { SourceTable } from '@imsim-od/sky';
import { recipeRegion } from '../sky-input/wanted-region.js';
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

/** What expanding needs of a loaded file: its content, and of a table with stamps the sources that name them. */
export type ExpandedInput = Pick<LoadedSources, 'files'> & Partial<Pick<LoadedSources, 'sources'>>;

/** Seconds between the snaps of a visit, for the read-out. */
const SNAP_READOUT_S = 3;
const SECONDS_PER_DAY = 86_400;
/** Seeds are 32 bits. */
const SEEDS = 0x1_0000_0000;

/**
 * Expands a request. `catalogs` are its files, in the order of `dealInputs`.
 *
 * Throws {@link RequestError} for what cannot be observed, and the camera's errors for unknown detectors.
 */
export function expandRequest(
  request: Request,
  catalogs: readonly ExpandedInput[],
  origin = 'request',
): Expansion {
  const { visit, notes } = resolveVisit(request, origin);
  const detectors = selectDetectors(request.detectors);
  const sky = recipeSky(request, catalogs);
  const stamps = stampedTables(request, catalogs);
  const recipes: Recipe[] = [];
  for (let snap = 0; snap < request.snaps; snap++) {
    const recipeVisit = snapOf(visit, snap);
    for (const { id, name } of detectors) {
      const place = { detector: { id, name }, visit: recipeVisit, sky };
      recipes.push({
        schemaVersion: 1,
        simulationVersion,
        instrument: 'LSSTCamSim',
        visit: recipeVisit,
        detector: { id, name },
        sky: stamps ? sky.map((entry, index) => withNearStamps(entry, stamps[index], place)) : sky,
        ...(request.duplicates ? { duplicates: request.duplicates } : {}),
        effects: request.effects,
        seed: request.seed ?? request.visitId % SEEDS,
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
  const exposureS = visit.exposureS / visit.snaps;
  const offsetS = (snap - (visit.snaps - 1) / 2) * (exposureS + SNAP_READOUT_S);
  return {
    ...circumstances,
    sequenceNumber: (visit.sequenceNumber + snap) % SEQUENCE_NUMBERS,
    snap,
    exposureS,
    obsMjdTai: visit.obsMjdTai + offsetS / SECONDS_PER_DAY,
  };
}

/** The sources of each entry that is a table with stamps; undefined where no entry is. */
function stampedTables(
  request: Request,
  inputs: readonly ExpandedInput[],
): (SourceTable | undefined)[] | undefined {
  const tables = dealInputs(request.sky, inputs).map(({ entry, sources }) =>
    entry.type === 'table' && (sources?.sources?.stamps.length ?? 0) > 0 ? sources?.sources : undefined,
  );
  return tables.some((table) => table !== undefined) ? tables : undefined;
}

/** A table's entry with those of its stamps that rows near the detector name, in the order of the first row of each. */
function withNearStamps(
  entry: RecipeEntry,
  sources: SourceTable | undefined,
  place: Pick<Recipe, 'detector' | 'visit' | 'sky'>,
): RecipeEntry {
  if (sources === undefined || entry.type !== 'table') return entry;
  const region = recipeRegion(place);
  const near = new Set<number>();
  for (let row = 0; row < sources.length; row++) {
    const stamp = sources.stamp[row]!;
    if (stamp >= 0 && !near.has(stamp) && region.holds(sources.raDeg[row]!, sources.decDeg[row]!))
      near.add(stamp);
  }
  const [table, ...stamps] = entry.files;
  return { ...entry, files: [table!, ...[...near].map((stamp) => stamps[stamp]!)] };
}

function recipeSky(request: Request, inputs: readonly ExpandedInput[]): Recipe['sky'] {
  return dealInputs(request.sky, inputs).map(({ entry, sources, map }): RecipeEntry => {
    const { lensing, ...reading } = entry;
    const lens = lensing === undefined ? {} : { lensing: recipeLensing(lensing, map) };
    if (reading.type === 'synthetic') return { ...reading, ...lens };
    const { path: _place, stampFolder: _folder, ...rest } = { stampFolder: undefined, ...reading };
    return { ...rest, files: sources!.files, ...lens };
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
