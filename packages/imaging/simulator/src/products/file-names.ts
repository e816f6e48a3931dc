/**
 * File names by imSim's convention: `eimage_<visit, 8 digits>-<snap>-<band>-<detector name>-det<id, 3 digits>.fits`, and
 * the same stem for the other products.
 */
import type { Recipe } from '../recipe/recipe.js';

/** Names of the files of one recipe. */
export interface FileNames {
  readonly eimage: string;
  readonly raw: string;
  readonly truthFits: string;
  readonly truthParquet: string;
  readonly preview: string;
  readonly thumbnail: string;
  readonly recipe: string;
}

/** The file names of a recipe's products. */
export function fileNames({ visit, detector }: Pick<Recipe, 'visit' | 'detector'>): FileNames {
  const stem = `${String(visit.visitId).padStart(8, '0')}-${visit.snap}-${visit.band}-${detector.name}-det${String(detector.id).padStart(3, '0')}`;
  return {
    eimage: `eimage_${stem}.fits`,
    raw: `amp_${stem}.fits.fz`,
    truthFits: `truth_${stem}.fits`,
    truthParquet: `truth_${stem}.parquet`,
    preview: `preview_${stem}.png`,
    thumbnail: `thumbnail_${stem}.png`,
    recipe: `recipe_${stem}.json`,
  };
}
