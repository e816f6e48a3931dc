/** `imsim-od show`: a request with every default, and where each value came from. */
import type { AddCommand } from '../command.js';
import { type RequestOptions, addRequestOptions } from '../request/request-options.js';

interface ShowOptions extends RequestOptions {
  readonly json?: boolean;
}

/** Adds the command. */
export const addShow: AddCommand = (program) => {
  addRequestOptions(
    program.command('show').description('every value of a request, where it came from and what it means'),
  )
    .option('--json', 'one machine-readable document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string | undefined, options: ShowOptions) => {
      const { showRequest } = await import('../show/show-request.js');
      await showRequest(input, options, options.json === true);
    });
};

const EXAMPLES = `
Examples:
  $ imsim-od show examples/first-light.yaml
  $ imsim-od show examples/first-light.yaml --set band=i --json
  $ imsim-od show phosim_cat_398414.txt                  what the header of an instance catalog asks for
  $ imsim-od show --opsim baseline.db --visit 19500`;
