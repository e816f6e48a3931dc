/**
 * The files that the entries of a sky are read from, as the host loads and hands them over: one list, in the order of the
 * entries, of each its catalog or table, then its map of lensing. A synthetic sky has no catalog.
 */
import type { CatalogFile, Recipe } from '../recipe/recipe.js';
import type { EntryOptions } from '../request/entry-options-schema.js';

/** What says which files an entry has. */
export interface EntryKind {
  readonly type: string;
  readonly lensing?: { readonly map?: unknown };
}

/** An entry and what was loaded for it. */
export interface EntryInputs<Entry, Input> {
  readonly entry: Entry;
  /** Its catalog or table; undefined for a synthetic sky. */
  readonly sources: Input | undefined;
  /** Its map of lensing; undefined where it names none. */
  readonly map: Input | undefined;
}

/** True for entries whose sources come from files. */
export function hasSources(entry: EntryKind): boolean {
  return entry.type !== 'synthetic';
}

/** True for entries with a map of lensing. */
export function hasMap(entry: {
  readonly lensing?: EntryOptions['lensing'] | EntryKind['lensing'];
}): boolean {
  return entry.lensing?.map !== undefined;
}

/** The files that a recipe names, for each of its inputs in the order of `dealInputs`. */
export function recipeFiles({ sky }: Pick<Recipe, 'sky'>): readonly (readonly CatalogFile[])[] {
  return sky.flatMap((entry) => [
    ...(entry.type === 'synthetic' ? [] : [entry.files]),
    ...(entry.lensing?.map === undefined ? [] : [entry.lensing.map.files]),
  ]);
}

/** Deals out loaded files to their entries. */
export function dealInputs<Entry extends EntryKind, Input>(
  sky: readonly Entry[],
  inputs: readonly Input[],
): EntryInputs<Entry, Input>[] {
  let next = 0;
  const take = (index: number): Input => {
    const input = inputs[next++];
    if (input === undefined) throw new TypeError(`sky entry ${index} has a file that was not loaded`);
    return input;
  };
  return sky.map((entry, index) => ({
    entry,
    sources: hasSources(entry) ? take(index) : undefined,
    map: hasMap(entry) ? take(index) : undefined,
  }));
}
