/**
 * From a request to its recipes, by pure functions: one recipe for every snap and detector.
 */
import { SEQUENCE_NUMBERS } from '@imsim-od/astro';
import { leftOutOfSelection, selectDetectors } from '@imsim-od/camera';
import { cellsOf, MAX_MAGNIFICATION, sedDigestWithin, type SedDigest, type SkyRegion } from '@imsim-od/sky';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { Request } from '../request/request-schema.js';
import { simulationVersion } from '../simulation-version.js';
import { type Visit, resolveVisit } from '../visit/resolve-visit.js';
import type { Lensing } from '../request/entry-options-schema.js';
import { dealInputs, recipeFiles } from '../sky-input/entry-inputs.js';
import { recipeRegion } from '../sky-input/wanted-region.js';
import { snapTimes } from '../visit/snap-times.js';
import type { CatalogFile, Recipe, RecipeEntry, RecipeLensing, RecipeVisit } from './recipe.js';

/** What a request comes to. */
export interface Expansion {
  readonly visit: Visit;
  /** Ordered by snap, then by detector id. */
  readonly recipes: readonly Recipe[];
  /** What was decided for the user, in sentences. */
  readonly notes: readonly string[];
}

/**
 * What expanding needs of a loaded file: its content, and of a table with stamps or SED files what tells which of them a detector
 * needs.
 */
export interface ExpandedInput
  extends Pick<LoadedSources, 'files'>, Partial<Pick<LoadedSources, 'sources' | 'seds' | 'sedUses'>> {
  /** The SED files behind each recipe, in the order of `Expansion.recipes`, where they were worked out before. */
  readonly recipeSeds?: readonly (SedDigest | null)[] | undefined;
  /** Which files each recipe names, by their places in `files`, where that was worked out before. */
  readonly filesByRecipe?: readonly (readonly number[])[] | undefined;
}

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
        sky: recipeSky(request, catalogs, { snap, index: recipes.length }, () =>
          recipeRegion({ detector: { id, name }, visit: recipeVisit, sky: request.sky }),
        ),
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
  notes.push(...strongLensNotes(request));
  return { visit, recipes, notes };
}

/** Sources are taken from around a detector as far as a magnification of `MAX_MAGNIFICATION` lets their light reach. */
function strongLensNotes({ sky }: Pick<Request, 'sky'>): string[] {
  return sky.flatMap(({ lensing }, entry) => {
    if (lensing === undefined) return [];
    const { gamma1, gamma2, kappa } = lensing;
    const magnification = 1 / ((1 - kappa) * (1 - kappa) - gamma1 * gamma1 - gamma2 * gamma2);
    return magnification > MAX_MAGNIFICATION
      ? `sky.${entry}: its constant field of lensing magnifies ${Math.round(magnification)} times; light that more than ${MAX_MAGNIFICATION} times carries onto a detector from sources beyond its margin is missing`
      : [];
  });
}

function snapOf(visit: Visit, snap: number): RecipeVisit {
  const { exposureS, midMjdTai } = snapTimes(visit)[snap]!;
  return {
    ...visit,
    sequenceNumber: (visit.sequenceNumber + snap) % SEQUENCE_NUMBERS,
    snap,
    exposureS,
    obsMjdTai: midMjdTai,
  };
}

/** A recipe among those of its request. */
interface RecipePlace {
  readonly snap: number;
  readonly index: number;
}

/** The SED files of an entry that a recipe needs: of an instance catalog all, of others those behind rows that reach the detector. */
function sedsOf(
  { seds, sedUses, recipeSeds }: ExpandedInput,
  { snap, index }: RecipePlace,
  regionOf: () => SkyRegion,
): SedDigest | undefined {
  if (recipeSeds !== undefined) return recipeSeds[index] ?? undefined;
  if (sedUses === undefined) return seds;
  const uses = sedUses[snap] ?? sedUses[0];
  if (uses === undefined || uses.files.length === 0) return undefined;
  return sedDigestWithin(uses, regionOf());
}

/** `regionOf` is asked where a file may lie outside the region: it takes longer than all else of a recipe. */
function recipeSky(
  request: Request,
  inputs: readonly ExpandedInput[],
  place: RecipePlace,
  regionOf: () => SkyRegion,
): Recipe['sky'] {
  return dealInputs(request.sky, inputs).map(({ entry, sources, map }): RecipeEntry => {
    const { lensing, ...reading } = entry;
    const lens = lensing === undefined ? {} : { lensing: recipeLensing(lensing, map) };
    if (reading.type === 'synthetic') return { ...reading, ...lens };
    const { path: _place, stampFolder: _folder, ...rest } = { stampFolder: undefined, ...reading };
    const files =
      filesTold(sources!, place.index) ??
      filesCovering(rest.type === 'table' ? withNearStamps(sources!, regionOf) : sources!.files, regionOf);
    const seds = sedsOf(sources!, place, regionOf);
    return { ...rest, files, ...lens, ...(seds === undefined ? {} : { seds }) };
  });
}

/** The files of an input that was expanded before. */
function filesTold({ files, filesByRecipe }: ExpandedInput, index: number): CatalogFile[] | undefined {
  return filesByRecipe?.[index]?.map((place) => files[place]!);
}

/**
 * Which files of an input each recipe names, by their places among the input's files: what expands the same request again
 * without the input's sources. Undefined where every recipe names them all. @param input number in the order of `dealInputs`
 */
export function filesByRecipe(
  recipes: readonly Recipe[],
  input: number,
  files: readonly CatalogFile[],
): readonly (readonly number[])[] | undefined {
  const places = new Map(files.map(({ name }, place) => [name, place]));
  const named = recipes.map((recipe) => recipeFiles(recipe)[input] ?? []);
  if (named.every(({ length }) => length === files.length)) return undefined;
  return named.map((own) => own.map(({ name }) => places.get(name)!));
}

function recipeLensing(
  { map: wanted, ...lensing }: Lensing,
  map: Pick<LoadedSources, 'files'> | undefined,
): RecipeLensing {
  if (wanted === undefined || map === undefined) return lensing;
  const { path: _place, ...reading } = wanted;
  return { ...lensing, map: { ...reading, files: map.files } };
}

/** The files of a table: itself, and of its stamps those that rows reaching a region name, in the order of the first row of each. */
function withNearStamps(
  { files, sources }: ExpandedInput,
  regionOf: () => SkyRegion,
): LoadedSources['files'] {
  if (!sources || sources.stamps.length === 0) return files;
  const region = regionOf();
  const { raDeg, decDeg, lengthArcsec } = sources;
  const near = new Set<number>();
  for (let row = 0; row < sources.length; row++) {
    const stamp = sources.stamp[row]!;
    if (stamp < 0 || near.has(stamp)) continue;
    const place = { raDeg: raDeg[row]!, decDeg: decDeg[row]!, lengthArcsec: lengthArcsec[row]! };
    if (region.isReachedBy(place)) near.add(stamp);
  }
  const [table, ...stamps] = files;
  return [table!, ...[...near].map((stamp) => stamps[stamp]!)];
}

/** The files that a region needs, so that a recipe is the same whichever other detectors were asked for with it. */
function filesCovering(files: LoadedSources['files'], regionOf: () => SkyRegion): CatalogFile[] {
  if (files.every(({ cell }) => cell === undefined)) return [...files];
  const { circles } = regionOf();
  const cells = new Map<string, ReadonlySet<number>>();
  return files.flatMap(({ cell, ...file }) => {
    if (cell === undefined) return [file];
    const key = JSON.stringify(cell.partition);
    const touched = cells.get(key) ?? new Set(cellsOf(cell.partition, circles));
    cells.set(key, touched);
    return touched.has(cell.number) ? [file] : [];
  });
}
