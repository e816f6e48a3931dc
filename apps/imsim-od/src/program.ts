/** The command tree: the list below joins the commands, one file each. */
import { Command } from 'commander';
import type { AddCommand, SetExitCode } from './command.js';
import { addAccount } from './commands/account.js';
import { addAdmin } from './commands/admin.js';
import { addCompletion } from './commands/completion.js';
import { addDatasets } from './commands/datasets.js';
import { addDetectors } from './commands/detectors.js';
import { addDraw } from './commands/draw.js';
import { addExplain } from './commands/explain.js';
import { addLibrary } from './commands/library.js';
import { addInspect } from './commands/inspect.js';
import { addPlan } from './commands/plan.js';
import { addReproduce } from './commands/reproduce.js';
import { addRuns } from './commands/runs.js';
import { addServe } from './commands/serve.js';
import { addServiceExamples } from './commands/service-examples.js';
import { addShow } from './commands/show.js';
import { addSimulate } from './commands/simulate.js';
import { addWork } from './commands/work.js';

const RUN_COMMANDS = [
  'submit',
  'estimate',
  'status',
  'watch',
  'cancel',
  'pause',
  'resume',
  'retry',
  'clone',
  'delete',
  'log',
];

/** Who adds which commands, in the order of the help. */
const COMMANDS: readonly { readonly names: readonly string[]; readonly add: AddCommand }[] = [
  { names: ['simulate'], add: addSimulate },
  { names: ['draw'], add: addDraw },
  { names: ['plan'], add: addPlan },
  { names: ['show'], add: addShow },
  { names: ['detectors'], add: addDetectors },
  { names: ['inspect'], add: addInspect },
  { names: ['explain'], add: addExplain },
  { names: ['reproduce'], add: addReproduce },
  { names: ['serve'], add: addServe },
  { names: ['login', 'logout', 'account', 'portal', 'token'], add: addAccount },
  { names: RUN_COMMANDS, add: addRuns },
  { names: ['ls', 'get', 'share', 'drop', 'upload', 'query'], add: addDatasets },
  { names: ['library'], add: addLibrary },
  { names: ['admin'], add: addAdmin },
  { names: ['work'], add: addWork },
  { names: ['completion'], add: addCompletion },
];

/** A command that needs the others: it writes scripts about all of them. */
const NEEDS_ALL = 'completion';

/**
 * Builds the command tree; nothing of the simulator is loaded by it.
 * @param asked the first word of the command line: where it names a command, that one is built without the others, which takes a
 * fraction of the time
 */
export function createProgram(setExitCode: SetExitCode, asked?: string): Command {
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
  const wanted = COMMANDS.filter(({ names }) => asked !== NEEDS_ALL && names.includes(asked ?? ''));
  for (const { add } of wanted.length > 0 ? wanted : COMMANDS) add(program, setExitCode);
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
