/** `imsim-od explain`: what made a pixel. */
import type { AddCommand } from '../command.js';
import type { ExplainOptions } from '../explain/explain-recipe-pixel.js';
import { pixel, wholeNumber } from '../option-values.js';

/** Adds the command. */
export const addExplain: AddCommand = (program) => {
  program
    .command('explain')
    .description(
      'what made a pixel: its sources, the sky, the read-out, and how far the value is from what was expected',
    )
    .argument('<recipe>', 'a recipe_*.json that simulate wrote, or the folder of a run')
    .requiredOption('--pixel <x,y>', 'the pixel, counted from 0 as in the truth (FITS counts from 1)', pixel)
    .option('--detector <name>', 'which detector of the folder, such as R22_S11 or 94')
    .option('--sources <number>', 'how many sources are told one by one', wholeNumber(0, 1000), 10)
    .option('--sed-dir <folder>', 'SED files (default: where they were, else SIMS_SED_LIBRARY_DIR)')
    .option('--json', 'one machine-readable document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (recipe: string, options: ExplainOptions) => {
      const { explainRecipePixel } = await import('../explain/explain-recipe-pixel.js');
      await explainRecipePixel(recipe, options);
    });
};

const EXAMPLES = `
No image is needed: the expectation and the electrons follow from the recipe and its catalogs. Where the e-image and the raw
file still lie beside the recipe, their values are read and held against it.

Examples:
  $ imsim-od explain first-light/recipe_00000001-0-r-R22_S11-det094.json --pixel 2048,2002
  $ imsim-od explain first-light --detector R22_S11 --pixel 2048,2002 --json`;
