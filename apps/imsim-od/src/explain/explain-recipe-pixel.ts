/** The `explain` command carried out. */
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { explainPixel } from '@imsim-od/simulator';
import { sourcesNear } from '../catalogs/open-catalog.js';
import { CliError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { findRecipeInputs } from '../reproduce/recipe-inputs.js';
import { printJson, printResult } from '../standard-streams.js';
import { explanationText } from './explanation-text.js';
import { readFileValues } from './file-values.js';
import { findRecipe } from './recipe-file.js';

/** Options of `explain`. */
export interface ExplainOptions {
  readonly pixel: string;
  readonly detector?: string;
  readonly sources: string;
  readonly sedDir?: string;
  readonly json?: boolean;
}

/** Most sources that are told one by one. */
const MOST_SOURCES = 1000;

/** Says what made a pixel. */
export async function explainRecipePixel(path: string, options: ExplainOptions): Promise<void> {
  const pixel = readPixel(options.pixel);
  const mostSources = readCount(options.sources);
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

function readPixel(text: string): { readonly x: number; readonly y: number } {
  const parts = /^\s*(\d{1,6})\s*[, ]\s*(\d{1,6})\s*$/.exec(text);
  if (!parts)
    throw new CliError(
      `--pixel ${text}: is not two whole numbers counted from 0; write it as --pixel 2048,2002`,
      EXIT_CODE.usage,
    );
  return { x: Number(parts[1]), y: Number(parts[2]) };
}

function readCount(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (count >= 0 && count <= MOST_SOURCES) return count;
  throw new CliError(`--sources ${text}: is not a whole number from 0 to ${MOST_SOURCES}`, EXIT_CODE.usage);
}
