/** `imsim-od work`: what sites run; people use `simulate`. */
import type { AddCommand } from '../command.js';
import { CliError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { printJson } from '../standard-streams.js';

interface WorkOptions {
  readonly serve?: boolean;
  readonly out?: string;
}

/** Adds the command. */
export const addWork: AddCommand = (program) => {
  program
    .command('work')
    .description('carry out tasks of a service (started by sites)')
    .argument('[task]', 'task file; its products and task-report.json go beside it')
    .option('--serve', 'take orders over the channel of the process that started this one')
    .option('--out <folder>', 'folder for the products')
    .addHelpText('after', EXAMPLES)
    .action(async (task: string | undefined, options: WorkOptions) => {
      if (options.serve === true) {
        const { serveWork } = await import('../work/serve-work.js');
        return serveWork();
      }
      if (task === undefined) throw new CliError('give a task file, or --serve', EXIT_CODE.usage);
      const { runTaskFile } = await import('../work/run-task-file.js');
      printJson(await runTaskFile(task, options.out));
    });
};

const EXAMPLES = `
Examples:
  $ imsim-od work /scratch/task-17/task.json`;
