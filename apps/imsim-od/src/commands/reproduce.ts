/** `imsim-od reproduce`: makes the files of a recipe again and compares them. */
import type { AddCommand } from '../command.js';

/** Adds the command. */
export const addReproduce: AddCommand = (program, setExitCode) => {
  program
    .command('reproduce')
    .description('make the files of a recipe again and compare checksums')
    .argument('<recipe>', 'a recipe_*.json that simulate wrote')
    .option('--out <folder>', 'folder for the new files, which stay (default: a temporary one)')
    .option('--sed-dir <folder>', 'SED files (default: where they were, else SIMS_SED_LIBRARY_DIR)')
    .option('--keep', 'keep the temporary folder and say where it is')
    .option('--json', 'one machine-readable document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(
      async (recipe: string, options: { out?: string; sedDir?: string; keep?: boolean; json?: boolean }) => {
        const { reproduceRecipe } = await import('../reproduce/reproduce-recipe.js');
        setExitCode(await reproduceRecipe(recipe, options));
      },
    );
};

const EXAMPLES = `
Exit code 0 where every file is the same as recorded, 4 where one differs or was changed since. The first pixel that
differs is named where the earlier file still lies beside the recipe.

Examples:
  $ imsim-od reproduce first-light/recipe_00000001-0-r-R22_S11-det094.json
  $ imsim-od reproduce recipe.json --out again --json`;
