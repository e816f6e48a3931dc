/** What stands twice on a detector, before anything is drawn. */
import { emptySourceTable } from '@imsim-od/sky';
import type { Recipe } from '../recipe/recipe.js';
import { hasSources } from '../sky-input/entry-inputs.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { DuplicateCounts } from '../sky-input/without-duplicates.js';
import { settleDetector } from './detector-setting.js';
import { sourcesOf } from './draw-charge.js';

/**
 * Counts the objects of files that stand twice on a recipe's detector, as drawing it will; what stands in a synthetic sky too
 * is found when that is drawn. `inputs` are in the order of `dealInputs`, with the sources near the detector.
 */
export function countDuplicates(recipe: Recipe, inputs: readonly LoadedSources[]): DuplicateCounts {
  if (!recipe.sky.some(hasSources)) return { betweenEntries: [], repeatedIds: [] };
  return sourcesOf(settleDetector(recipe), inputs, { drawSky: emptySourceTable }).gathered.duplicates();
}
