/** Runs at a service: `submit`, `estimate`, `status`, `watch`, `cancel`, `pause`, `resume`, `retry`, `clone`, `delete`, `log`. */
import type { AddCommand } from '../command.js';
import { addRequestOptions, type RequestOptions } from '../request/request-options.js';
import type { ServiceOptions } from '../service/connection.js';
import { collect, oneOf, wholeNumber } from '../option-values.js';
import { addServiceOptions } from '../service/service-options.js';
import type { StatusOptions, Steering } from '../service/steer-runs.js';
import type { SubmitOptions } from '../service/submit.js';

const RUN = 'a run: its id, the end of it, its name, or "last"';

/** Adds the commands. */
export const addRuns: AddCommand = (program, setExitCode) => {
  addServiceOptions(
    addRequestOptions(
      program.command('submit').description('have a service make the images of one or more visits'),
      true,
    ),
  )
    .option('--name <name>', 'a name for the run')
    .option('--site <site>', 'where to run it (default: the first site)')
    .option('--priority <n>', '-100 to 100 among your own runs', wholeNumber(-100, 100))
    .option('--paused', 'accept it without starting')
    .option('--wait', 'watch until it ends')
    .option('--out <folder>', 'watch until it ends, then fetch its files')
    .option('--key <uuid>', 'idempotency key: submitting again under it makes no second run')
    .addHelpText('after', SUBMIT_EXAMPLES)
    .action(async (inputs: readonly string[], options: SubmitOptions) => {
      const { submit } = await import('../service/submit.js');
      setExitCode(await submit(inputs, options));
    });
  addServiceOptions(
    addRequestOptions(
      program.command('estimate').description('what visits would cost at each site of a service'),
      true,
    ),
  ).action(async (inputs: readonly string[], options: RequestOptions & ServiceOptions) => {
    const { estimate } = await import('../service/submit.js');
    await estimate(inputs, options);
  });
  addServiceOptions(program.command('status').description('a run, or the recent ones'))
    .argument('[run]', RUN)
    .option('--tasks', 'with every task')
    .option('--from <whose>', 'mine, shared or all (default: mine)', oneOf('mine', 'shared', 'all'))
    .option('--state <state>', 'only runs in this state')
    .option('--limit <n>', 'how many runs', wholeNumber(1, 200), 20)
    .action(async (run: string | undefined, options: StatusOptions) => {
      const { showStatus } = await import('../service/steer-runs.js');
      await showStatus(run, options);
    });
  addServiceOptions(program.command('watch').description('watch a run to its end'))
    .argument('[run]', RUN, 'last')
    .action(async (run: string, options: ServiceOptions) => {
      const { watch } = await import('../service/steer-runs.js');
      setExitCode(await watch(run, options));
    });
  for (const [name, description] of Object.entries(STEERING)) {
    addServiceOptions(program.command(name).description(description))
      .argument('<runs...>', RUN)
      .action(async (runs: readonly string[], options: ServiceOptions) => {
        const { steer } = await import('../service/steer-runs.js');
        await steer(name as Steering, runs, options);
      });
  }
  addServiceOptions(program.command('clone').description('submit the requests of a run anew, with changes'))
    .argument('<run>', RUN)
    .option(
      '--set <key=value>',
      'change of every request, dotted key, value as YAML; may be repeated',
      collect,
      [],
    )
    .option('--name <name>', 'a name for the new run')
    .action(
      async (
        run: string,
        options: ServiceOptions & { readonly set: readonly string[]; readonly name?: string },
      ) => {
        const { cloneRun } = await import('../service/steer-runs.js');
        await cloneRun(run, options);
      },
    );
  addServiceOptions(
    program.command('delete').description('delete ended runs; what they made stays in the archive'),
  )
    .argument('<runs...>', RUN)
    .option('--with-data', 'and remove what they made')
    .action(async (runs: readonly string[], options: ServiceOptions & { readonly withData?: boolean }) => {
      const { deleteRuns } = await import('../service/steer-runs.js');
      await deleteRuns(runs, options);
    });
  addServiceOptions(program.command('log').description('the log of a task'))
    .argument('<run>', RUN)
    .argument('[task]', 'its number or detector', '0')
    .action(async (run: string, task: string, options: ServiceOptions) => {
      const { showLog } = await import('../service/steer-runs.js');
      await showLog(run, task, options);
    });
};

const STEERING: Readonly<Record<Steering, string>> = {
  cancel: 'stop runs; what is finished stays',
  pause: 'start nothing more of runs until they are resumed',
  resume: 'go on with paused runs',
  retry: 'try the failed and cancelled tasks of runs again',
};

const SUBMIT_EXAMPLES = `
Several inputs become one run of several visits. Instance catalogs are uploaded with all that they include, once.
Exit codes with --wait or --out: 0 all done, 4 partly or cancelled, 5 nothing came of it.

Examples:
  $ imsim-od submit examples/first-light.yaml --wait
  $ imsim-od submit visit-*.yaml --name "deep field" --out deep-field
  $ imsim-od submit phosim_cat_398414.txt --detectors R22
  $ imsim-od submit deep.yaml --opsim baseline.db --where "band = 'r' and airmass < 1.2" --limit 100`;
