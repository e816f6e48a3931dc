/** Objects that the detectors of a visit see, for those who design it. */
import {
  countSky,
  dealInputs,
  joinSkyCounts,
  type LoadedSources,
  type Recipe,
  scaleSkyCounts,
  type SkyCounts,
} from '@imsim-od/simulator';
import { evenly } from './evenly.js';
import { storedSourcesNear } from './stored-inputs.js';
import type { StoredCatalog } from './work-messages.js';

/** Detectors whose parts of an indexed catalog are read for the counts; of more they would take minutes. */
const MOST_INDEXED = 25;

/**
 * Counts them. Of catalogs with an index that lie under more detectors than can be looked at while somebody waits, evenly chosen detectors
 * stand for all, and the counts say so.
 * @param recipes of one snap
 */
export async function countObjects(
  recipes: readonly Recipe[],
  catalogs: readonly LoadedSources[],
  stored: readonly StoredCatalog[],
): Promise<SkyCounts> {
  const [first] = recipes;
  if (first === undefined || catalogs.every(({ index }) => index === undefined))
    return countSky(recipes, catalogs);
  const parts: SkyCounts[] = [];
  for (const recipe of evenly(recipes, MOST_INDEXED))
    parts.push(countSky([recipe], await storedSourcesNear(catalogs, stored, recipe)));
  const counted = joinSkyCounts(parts);
  if (recipes.length <= MOST_INDEXED) return counted;
  const inputs = dealInputs(first.sky, catalogs);
  // A catalog with an index holds no sources itself.
  return scaleSkyCounts(
    countSky(recipes, catalogs),
    counted,
    (entry) => inputs[entry]?.sources?.index !== undefined,
  );
}
