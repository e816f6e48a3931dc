/** What the files of a recipe's sky put on its detector, before anything is drawn. */
import { emptySourceTable } from '@imsim-od/sky';
import type { Recipe } from '../recipe/recipe.js';
import { hasSources } from '../sky-input/entry-inputs.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { DuplicateCounts } from '../sky-input/without-duplicates.js';
import { settleDetector } from './detector-setting.js';
import { sourcesOf } from './draw-charge.js';

/** Sources of files on a detector. */
export interface FileSources {
  /** Components whose light reaches the detector: those that will be drawn. */
  readonly sources: number;
  /** Objects that stand twice. */
  readonly duplicates: DuplicateCounts;
}

/**
 * Counts the sources of files as drawing will, offsets, lensing and limits applied; what of them stands in a synthetic sky too is found when that is
 * drawn. `inputs` are in the order of `dealInputs`, with the sources near the detector.
 */
export function countFileSources(recipe: Recipe, inputs: readonly LoadedSources[]): FileSources {
  if (!recipe.sky.some(hasSources))
    return { sources: 0, duplicates: { betweenEntries: [], repeatedIds: [] } };
  const { placed, gathered } = sourcesOf(settleDetector(recipe), inputs, { drawSky: emptySourceTable });
  return { sources: placed.length, duplicates: gathered.duplicates() };
}
