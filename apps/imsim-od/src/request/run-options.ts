/** The option that says how much of the machine to use; `simulate` and `plan` share it. */
import { type Command, InvalidArgumentError } from 'commander';

/** Adds `--workers`. */
export function addRunOptions(command: Command): Command {
  return command.option(
    '--workers <n>',
    'detectors made at a time (default: one for each core)',
    workerCount,
  );
}

function workerCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,4}$/.test(text) || count < 1 || count > 1024) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1024.');
  }
  return count;
}
