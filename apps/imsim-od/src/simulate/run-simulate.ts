/** The `simulate` command carried out. */
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { simulationVersion } from '@imsim-od/simulator';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { CliError } from '../errors.js';
import { catalogProgress } from '../request/catalog-progress.js';
import { readRequestInput } from '../request/request-input.js';
import type { RequestOptions } from '../request/request-options.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { countOf } from '../text/quantity-text.js';
import { type RunReport, exitCodeOf, reportDocument, reportText, visitLine } from './run-report.js';
import { simulateVisit } from './simulate-visit.js';

/** Options of `simulate` beyond those of the request. */
export interface SimulateOptions extends RequestOptions {
  readonly out?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

/** Makes what the input asks for and says what was made. */
export async function runSimulate(inputPath: string, options: SimulateOptions): Promise<ExitCode> {
  const startedMs = performance.now();
  const input = await readRequestInput(inputPath, options, catalogProgress(process.stderr));
  const { visit, recipes } = input.expansion;
  const out = options.out ?? defaultFolder(inputPath);
  const workers = Math.min(options.workers ?? availableParallelism(), recipes.length);
  printRemark(`${visitLine(visit)}, ${countOf(recipes.length, 'detector')}; files go to ${out}`);
  const result = await simulateVisit({
    recipes,
    products: input.request.products,
    catalogs: input.catalogs,
    out,
    workers,
  });
  const exitCode = exitCodeOf(result.detectors);
  const { user, system } = process.cpuUsage();
  const report: RunReport = {
    simulationVersion,
    out,
    products: input.request.products,
    visit,
    detectors: result.detectors,
    catalogs: input.catalogs,
    notes: [...input.notes, ...result.notes],
    workers,
    wallS: (performance.now() - startedMs) / 1000,
    cpuS: (user + system) / 1e6,
  };
  if (exitCode !== EXIT_CODE.done && exitCode !== EXIT_CODE.partly) throw nothingMade(report, exitCode);
  if (options.json) printJson(reportDocument(report));
  else printResult(reportText(report));
  return exitCode;
}

/** The first failure as the error of the run: nothing was made, so there is nothing to report. */
function nothingMade({ detectors }: RunReport, exitCode: ExitCode): CliError {
  const failed = detectors.filter(({ failure }) => failure);
  const messages = [...new Set(failed.map(({ failure }) => failure?.message ?? ''))];
  const error = new CliError(messages.slice(0, 5).join('\n'), exitCode);
  const stack = failed[0]?.failure?.stack;
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** `examples/first-light.yaml` → `first-light`; a name without an ending gets `-out`, so that it is not the input itself. */
function defaultFolder(inputPath: string): string {
  const name = basename(inputPath);
  const stem = name.replace(/(\.(ya?ml|json|txt|cat|gz))+$/i, '');
  return stem === name || stem === '' ? `${name}-out` : stem;
}
