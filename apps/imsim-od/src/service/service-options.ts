/** Options that commands of the service share. */
import { type Command, InvalidArgumentError } from 'commander';

/** Adds `--url` and `--json`. */
export function addServiceOptions(command: Command): Command {
  return command
    .option('--url <address>', 'the service (default: $IMSIM_OD_URL, else the last login, else this machine)')
    .option('--json', 'one machine-readable document on stdout');
}

/** Adds the options that choose datasets. */
export function addSearchOptions(command: Command): Command {
  return command
    .option('--run <run>', 'what a run made: its id, the end of it, its name, or "last"')
    .option('--type <list>', 'eimage, raw, truth, preview, thumbnail, recipe, catalog', list)
    .option('--band <list>', 'u, g, r, i, z, y', list)
    .option('--detector <list>', 'as R22_S11', list)
    .option('--visit <list>', 'visit numbers', list)
    .option('--folder <folder>', 'folder of the archive, from /')
    .option('--collection <name>', 'a collection of yours or shared with you')
    .option('--cone <ra,dec,radius>', 'degrees, ICRS')
    .option('--from <whose>', 'mine or shared (default: both)', oneOf('mine', 'shared'));
}

/** Reads a comma-separated list of an option. */
export function list(text: string, before: readonly string[] = []): readonly string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ];
}

/** Reads a whole number, 1 to `most`. */
export function countUpTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,9}$/.test(text) || value < 1 || value > most)
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    return value;
  };
}

/** Reads one of some words. */
export function oneOf<const T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new InvalidArgumentError(`It must be ${words.join(' or ')}.`);
    return found;
  };
}
