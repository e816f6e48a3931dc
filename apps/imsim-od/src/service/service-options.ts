/** Options that commands of the service share. */
import type { Command } from 'commander';
import { cone, list, named, oneOf, visitNumbers } from '../option-values.js';

/** Adds `--url` and `--json`. */
export function addServiceOptions(command: Command): Command {
  return command
    .option('--url <address>', 'the service (default: $IMSIM_OD_URL, else the last login, else this machine)')
    .option('--json', 'one machine-readable document on stdout');
}

/** Adds the options that choose datasets. */
export function addSearchOptions(command: Command): Command {
  return command
    .option('--run <run>', 'what a run made: its id, the end of it, its name, or "last"', named)
    .option('--type <list>', 'eimage, raw, truth, preview, thumbnail, recipe, catalog', list)
    .option('--band <list>', 'u, g, r, i, z, y', list)
    .option('--detector <list>', 'as R22_S11', list)
    .option('--visit <list>', 'visit numbers', visitNumbers)
    .option('--folder <folder>', 'folder of the archive, from /', named)
    .option('--collection <name>', 'a collection of yours or shared with you', named)
    .option('--cone <ra,dec,radius>', 'degrees, ICRS', cone)
    .option('--from <whose>', 'mine or shared (default: both)', oneOf('mine', 'shared'));
}
