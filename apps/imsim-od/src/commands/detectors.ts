/** `imsim-od detectors`: the CCDs of the camera. */
import type { AddCommand } from '../command.js';

/** Adds the command. */
export const addDetectors: AddCommand = (program) => {
  program
    .command('detectors')
    .description('list the CCDs of the camera')
    .argument(
      '[pattern]',
      'names, rafts, wildcards, ids, ranges, all or guiders (default: all that can be drawn)',
    )
    .option('--json', 'one machine-readable document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (pattern: string | undefined, options: { json?: boolean }) => {
      const { listDetectors } = await import('../detectors/list-detectors.js');
      listDetectors(pattern, options.json === true);
    });
};

const EXAMPLES = `
Examples:
  $ imsim-od detectors R22
  $ imsim-od detectors "R*_S11"
  $ imsim-od detectors 90..98,guiders --json`;
