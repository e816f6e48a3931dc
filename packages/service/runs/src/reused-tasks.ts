/** How much of a run is in the archive already: a task whose recipe has all its files there takes them, and draws nothing. */
import { recipesInStore, visitsInStore } from '@imsim-od/archive';
import { expandRequest, recipeHash } from '@imsim-od/simulator';
import { setImmediate as breath } from 'node:timers/promises';
import type { Prepared } from './prepare.js';
import type { Runs } from './runs.js';
import { typesOfProducts } from './task-recipes.js';

/** Recipes that are looked up for one estimate, at most: to hash them takes a sixth of a millisecond each. */
const MOST_RECIPES = 10_000;

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
  const reused: number[] = [];
  for (const [index, request] of requests.entries()) {
    if (!isThere(index)) {
      reused.push(0);
      continue;
    }
    const catalogs = visits[index]!.catalogs.map(({ files, ...more }) => ({ ...more, files: [...files] }));
    const hashes = expandRequest(request, catalogs).recipes.map(recipeHash);
    const known = await recipesInStore(runs.archive, hashes, typesOfProducts(request.products));
    reused.push(hashes.filter((hash) => known.has(hash)).length);
    // Others ask this process, too.
    await breath();
  }
  return reused;
}
