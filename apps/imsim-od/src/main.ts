/**
 * Entry of the `imsim-od` command: reads the arguments, runs one command and turns its end into an exit code.
 * Commands load what they need when they run, so that a light one starts at once.
 */
import { CommanderError } from 'commander';
import { explainError } from './errors.js';
import { EXIT_CODE, type ExitCode } from './exit-code.js';
import { listenForInterruption } from './interruption.js';
import { createProgram } from './program.js';
import { guardStandardStreams, printRemark } from './standard-streams.js';

async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.done;
  const program = createProgram((code) => {
    exitCode = code;
  }, args[0]);
  try {
    if (args[0] === '--version' || args[0] === '-V') {
      const { printVersion } = await import('./version.js');
      await printVersion();
      return exitCode;
    }
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.done : EXIT_CODE.usage;
    const explanation = explainError(error);
    printRemark(`imsim-od: ${explanation.message}`);
    if (program.opts<{ debug?: boolean }>().debug && error instanceof Error) printRemark(String(error.stack));
    return explanation.exitCode;
  }
}

guardStandardStreams();
listenForInterruption();
process.exitCode = await runCommandLine(process.argv.slice(2));
