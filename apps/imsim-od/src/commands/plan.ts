/** `imsim-od plan`: what a request will cost, before anything runs. */
import type { AddCommand } from '../command.js';
import { type RequestOptions, addRequestOptions } from '../request/request-options.js';
import { addRunOptions } from '../request/run-options.js';

interface PlanOptions extends RequestOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

/** Adds the command. */
export const addPlan: AddCommand = (program) => {
  const command = program
    .command('plan')
    .description('detectors, objects, time, memory and bytes of a request, before it runs');
  addRunOptions(addRequestOptions(command))
    .option('--json', 'one machine-readable document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string | undefined, options: PlanOptions) => {
      const { planRequest } = await import('../plan/plan-request.js');
      await planRequest(input, options);
    });
};

const EXAMPLES = `
Examples:
  $ imsim-od plan examples/whole-focal-plane.yaml
  $ imsim-od plan examples/whole-focal-plane.yaml --products raw --workers 16
  $ imsim-od plan phosim_cat_398414.txt --detectors R22 --json
  $ imsim-od plan --opsim baseline.db --where "night = 26" --detectors all      a line for each visit, and the total`;
