/** The `explain` command carried out. */
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { explainPixel } from '@imsim-od/simulator';
import { sourcesNear } from '../catalogs/open-catalog.js';
import { findRecipeInputs } from '../reproduce/recipe-inputs.js';
import { printJson, printResult } from '../standard-streams.js';
import { explanationText } from './explanation-text.js';
import { readFileValues } from './file-values.js';
import { findRecipe } from './recipe-file.js';

/** Options of `explain`. */
export interface ExplainOptions {
  readonly pixel: { readonly x: number; readonly y: number };
  readonly detector?: string;
  readonly sources: number;
  readonly sedDir?: string;
  readonly json?: boolean;
}

/** Says what made a pixel. */
export async function explainRecipePixel(path: string, options: ExplainOptions): Promise<void> {
  const { pixel, sources: mostSources } = options;
  const file = findRecipe(path, options.detector);
  const { document } = file;
  const { recipe } = document;
  const catalogs = await sourcesNear(await findRecipeInputs(document, file.path, options.sedDir), recipe);
  const kernel = await createKernel(await loadKernelAssets());
  const explained = explainPixel(recipe, pixel, { kernel, catalogs, mostSources });
  const files = await readFileValues(file, explained);
  if (options.json) printJson({ ...explained, files });
  else printResult(explanationText(explained, files));
}
