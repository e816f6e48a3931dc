/** The options that take visits from a scheduler's database. */
import { type Command, InvalidArgumentError } from 'commander';

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
    .option('--visit <ids>', 'with --opsim: these visits; comma-separated or repeated', collectIds)
    .option(
      '--where <condition>',
      `with --opsim: visits that meet it, such as "band = 'r' and airmass < 1.2"`,
    )
    .option('--limit <n>', 'with --opsim: at most so many visits, the earliest first', visitCount);
}

function collectIds(value: string, before: readonly number[] = []): readonly number[] {
  const ids = value.split(',').map((text) => {
    if (!/^\s*\d{1,15}\s*$/.test(text))
      throw new InvalidArgumentError('Visits are whole numbers with commas between them.');
    return Number(text);
  });
  return [...before, ...ids];
}

function visitCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
