/** The command tree: the list below joins the commands, one file each. */
import { Command } from 'commander';
import type { AddCommand, SetExitCode } from './command.js';
import { addAccount } from './commands/account.js';
import { addAdmin } from './commands/admin.js';
import { addCompletion } from './commands/completion.js';
import { addDatasets } from './commands/datasets.js';
import { addDetectors } from './commands/detectors.js';
import { addDraw } from './commands/draw.js';
import { addInspect } from './commands/inspect.js';
import { addPlan } from './commands/plan.js';
import { addReproduce } from './commands/reproduce.js';
import { addRuns } from './commands/runs.js';
import { addServe } from './commands/serve.js';
import { addServiceExamples } from './commands/service-examples.js';
import { addShow } from './commands/show.js';
import { addSimulate } from './commands/simulate.js';
import { addWork } from './commands/work.js';

const COMMANDS: readonly AddCommand[] = [
  addSimulate,
  addDraw,
  addPlan,
  addShow,
  addDetectors,
  addInspect,
  addReproduce,
  addServe,
  addAccount,
  addRuns,
  addDatasets,
  addAdmin,
  addWork,
  addCompletion,
];

/** Builds the whole command tree; nothing of the simulator is loaded by it. */
export function createProgram(setExitCode: SetExitCode): Command {
  const program = new Command('imsim-od')
    .description('Realistic Rubin/LSST images on demand: a visit in, images, truth and recipe out.')
    .option('--debug', 'show the stack of an error')
    .option('-V, --version', 'versions of the program, of its physics and of Node')
    .helpOption('-h, --help', 'this help')
    .helpCommand('help [command]', 'help on a command')
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError('(imsim-od --help lists the commands and options)')
    .exitOverride()
    .addHelpText('after', PROGRAM_EXAMPLES);
  for (const add of COMMANDS) add(program, setExitCode);
  addServiceExamples(program);
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError(`(imsim-od ${command.name()} --help shows how)`);
    command.option('--debug', 'show the stack of an error');
    command.on('option:debug', () => program.setOptionValue('debug', true));
  }
  return program;
}

const PROGRAM_EXAMPLES = `
Examples:
  $ imsim-od simulate examples/first-light.yaml          one CCD with a synthetic sky
  $ imsim-od simulate phosim_cat_398414.txt              an instance catalog, as PhoSim and imSim read it
  $ imsim-od plan examples/whole-focal-plane.yaml        what it will cost, before anything runs
  $ imsim-od show examples/first-light.yaml              every value, and where it came from
  $ imsim-od inspect first-light/eimage_*.fits           what is in a file
  $ imsim-od serve                                       a service for many, here
  $ imsim-od submit visit.yaml --out images              the same as simulate, at a service

Exit codes: 0 done, 1 our bug, 2 usage, 3 bad input, 4 partly done (reproduce: files differ), 5 machine, site or service,
130 interrupted. Results go to stdout, progress and remarks to stderr.`;
