/** How much of a run is in the archive already: a task whose recipe has all its files there takes them, and draws nothing. */
import { recipesInStore, visitsInStore } from '@imsim-od/archive';
import { expandRequest, recipeHash } from '@imsim-od/simulator';
import { setImmediate as breath } from 'node:timers/promises';
import type { Prepared } from './prepare.js';
import type { Runs } from './runs.js';
import { typesOfProducts } from './task-recipes.js';

/** Recipes that are looked up for one estimate, at most: to hash them takes a sixth of a millisecond each. */
const MOST_RECIPES = 10_000;
/** Recipes that the store is asked for at once. */
const RECIPES_PER_QUERY = 2500;

/**
 * How many tasks of each visit will take their files from the archive, as it stands; `null` where these visits have too many tasks to be
 * looked up one by one.
 */
export async function countReusedTasks(
  runs: Runs,
  { requests, visits }: Prepared,
): Promise<readonly number[] | null> {
  const there = await visitsInStore(
    runs.archive,
    visits.map(({ visit }) => visit.visitId),
  );
  const isThere = (index: number): boolean => there.has(visits[index]!.visit.visitId);
  const tasks = visits.reduce((sum, visit, index) => sum + (isThere(index) ? visit.tasks : 0), 0);
  if (tasks > MOST_RECIPES) return null;
  /** The recipes that need the same types of files, each with the index of its visit. */
  const groups = new Map<
    string,
    { readonly types: readonly string[]; readonly recipes: [string, number][] }
  >();
  for (const [index, request] of requests.entries()) {
    if (!isThere(index)) continue;
    const catalogs = visits[index]!.catalogs.map(({ files, ...more }) => ({ ...more, files: [...files] }));
    const types = typesOfProducts(request.products);
    const key = types.toSorted().join(' ');
    const group = groups.get(key) ?? { types, recipes: [] };
    groups.set(key, group);
    for (const recipe of expandRequest(request, catalogs).recipes)
      group.recipes.push([recipeHash(recipe), index]);
    // Others ask this process, too.
    await breath();
  }
  const reused = requests.map(() => 0);
  for (const { types, recipes } of groups.values()) {
    for (let start = 0; start < recipes.length; start += RECIPES_PER_QUERY) {
      const asked = recipes.slice(start, start + RECIPES_PER_QUERY);
      const hashes = asked.map(([hash]) => hash);
      const known = await recipesInStore(runs.archive, hashes, types);
      for (const [hash, index] of asked) if (known.has(hash)) reused[index]!++;
    }
  }
  return reused;
}
