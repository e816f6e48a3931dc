/** `imsim-od inspect`: what is in a file. */
import type { AddCommand } from '../command.js';

/** Adds the command. */
export const addInspect: AddCommand = (program) => {
  program
    .command('inspect')
    .description(
      'what is in a FITS file (from any program) or a recipe: HDUs, shapes, keywords, statistics, corners on the sky',
    )
    .argument('<file>', 'a FITS file or a recipe_*.json')
    .option('--json', 'one machine-readable document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: { json?: boolean }) => {
      const { inspectFile } = await import('../inspect/inspect-file.js');
      await inspectFile(file, options.json === true);
    });
};

const EXAMPLES = `
Examples:
  $ imsim-od inspect first-light/eimage_00000001-0-r-R22_S11-det094.fits
  $ imsim-od inspect first-light/amp_00000001-0-r-R22_S11-det094.fits.fz --json
  $ imsim-od inspect first-light/recipe_00000001-0-r-R22_S11-det094.json`;
