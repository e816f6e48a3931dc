/** The option that says how much of the machine to use; `simulate` and `plan` share it. */
import type { Command } from 'commander';
import { wholeNumber } from '../option-values.js';

/** Adds `--workers`. */
export function addRunOptions(command: Command): Command {
  return command.option(
    '--workers <n>',
    'detectors made at a time (default: one for each core)',
    wholeNumber(1, 1024),
  );
}
