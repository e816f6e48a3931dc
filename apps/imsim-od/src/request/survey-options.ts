/** The options that take visits from a scheduler's database. */
import type { Command } from 'commander';
import { visitNumbers, wholeNumber } from '../option-values.js';

/** Values of these options as the command line gave them. */
export interface SurveyOptions {
  readonly opsim?: string;
  readonly visit?: readonly number[];
  readonly where?: string;
  readonly limit?: number;
}

/** Adds `--opsim`, `--visit`, `--where` and `--limit`. */
export function addSurveyOptions(command: Command): Command {
  return command
    .option('--opsim <file>', 'take the visits from a scheduler database (SQLite: OpSim, rubin_scheduler)')
    .option('--visit <ids>', 'with --opsim: these visits; comma-separated or repeated', visitNumbers)
    .option(
      '--where <condition>',
      `with --opsim: visits that meet it, such as "band = 'r' and airmass < 1.2"`,
    )
    .option(
      '--limit <n>',
      'with --opsim: at most so many visits, the earliest first; alone: of all',
      wholeNumber(1, 999_999_999),
    );
}
