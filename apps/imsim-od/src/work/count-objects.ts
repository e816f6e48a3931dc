/** Objects that the detectors of a visit see, for those who design it. */
import {
  countSky,
  joinSkyCounts,
  type LoadedSources,
  type Recipe,
  type SkyCounts,
} from '@imsim-od/simulator';
import { storedSourcesNear } from './stored-inputs.js';
import type { StoredCatalog } from './work-messages.js';

/** Detectors whose parts of an indexed catalog are read for the counts; of more they would take minutes. */
const MOST_INDEXED = 25;

/**
 * Counts them, or gives undefined where a catalog with an index lies under more detectors than can be looked at while somebody waits.
 * @param recipes of one snap
 */
export async function countObjects(
  recipes: readonly Recipe[],
  catalogs: readonly LoadedSources[],
  stored: readonly StoredCatalog[],
): Promise<SkyCounts | undefined> {
  if (catalogs.every(({ index }) => index === undefined)) return countSky(recipes, catalogs);
  if (recipes.length > MOST_INDEXED) return undefined;
  const parts: SkyCounts[] = [];
  for (const recipe of recipes)
    parts.push(countSky([recipe], await storedSourcesNear(catalogs, stored, recipe)));
  return joinSkyCounts(parts);
}
