/** The options that say what to observe; `simulate`, `plan` and `show` share them. */
import type { Command } from 'commander';
import { collect, list, wholeNumber } from '../option-values.js';
import { type SurveyOptions, addSurveyOptions } from './survey-options.js';

/** Values of the shared options as the command line gave them. */
export interface RequestOptions extends SurveyOptions {
  readonly catalog: readonly string[];
  readonly table: readonly string[];
  readonly skyCatalog: readonly string[];
  readonly detectors: readonly string[];
  readonly products: readonly string[];
  readonly phosimCommands?: string;
  readonly seed?: number;
  readonly strict?: boolean;
  readonly sedDir?: string;
  readonly set: readonly string[];
  /** The request goes to a service, which reads what it keeps itself. */
  readonly isForService?: boolean;
}

/** Adds the shared argument and options to a command. @param takesSeveral any number of inputs, one visit each */
export function addRequestOptions(command: Command, takesSeveral = false): Command {
  return addSurveyOptions(command)
    .argument(
      takesSeveral ? '[inputs...]' : '[input]',
      'a request (YAML or JSON) or an instance catalog; told apart by content; with --opsim it may be left out',
    )
    .option('--catalog <file>', 'instance catalog to add to the sky; may be repeated', collect, [])
    .option(
      '--table <file>',
      'table of sources to add to the sky (CSV, Parquet, FITS, VOTable); may be repeated',
      collect,
      [],
    )
    .option(
      '--sky-catalog <folder>',
      'folder of sky catalogs (LSSTDESC/skyCatalogs) to add to the sky; may be repeated',
      collect,
      [],
    )
    .option(
      '--detectors <list>',
      'R22_S11, R22, R22_S*, 94, 90..98, all, guiders; comma-separated or repeated',
      list,
      [],
    )
    .option('--products <list>', 'eimage, raw, truth, preview; comma-separated or repeated', list, [])
    .option(
      '--phosim-commands <file>',
      "PhoSim's command file: what a request can say of it is taken, the rest told",
    )
    .option('--seed <n>', 'seed of photons and noise', wholeNumber(0, 0xffff_ffff))
    .option('--strict', 'a faulty object of a catalog or table fails the run instead of being skipped')
    .option(
      '--sed-dir <folder>',
      'SED files of instance catalogs, laid out as the CatSim library (default: SIMS_SED_LIBRARY_DIR, else colours by family)',
    )
    .option(
      '--set <key=value>',
      'any key of the request, dotted (sky.0.faintIMag=24), value as YAML; may be repeated',
      collect,
      [],
    );
}
