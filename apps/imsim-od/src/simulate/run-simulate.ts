/** The `simulate` command carried out. */
import { basename } from 'node:path';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { CliError } from '../errors.js';
import { catalogProgress } from '../request/catalog-progress.js';
import type { RequestOptions } from '../request/request-options.js';
import { readRequestInputs } from '../request/survey-inputs.js';
import { printJson, printResult } from '../standard-streams.js';
import { type RunReport, exitCodeOf, reportDocument, reportText } from './run-report.js';
import { simulateInput } from './simulate-input.js';
import { simulateSurvey } from './simulate-survey.js';

/** Options of `simulate` beyond those of the request. */
export interface SimulateOptions extends RequestOptions {
  readonly out?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

/** Makes what the input asks for and says what was made. */
export async function runSimulate(
  inputPath: string | undefined,
  options: SimulateOptions,
): Promise<ExitCode> {
  const startedMs = performance.now();
  const inputs = await readRequestInputs(inputPath, options, catalogProgress(process.stderr));
  const out = options.out ?? defaultFolder(inputPath ?? inputs.survey?.file ?? '');
  if (inputs.survey !== undefined) return simulateSurvey(inputs, out, options);
  const input = await inputs.visits[0]!.read();
  const report = await simulateInput(input, out, options, { startedMs, cpu: { user: 0, system: 0 } });
  const exitCode = exitCodeOf(report.detectors);
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
  const stem = name.replace(/(\.(ya?ml|json|txt|cat|gz|db|sqlite3?))+$/i, '');
  return stem === name || stem === '' ? `${name}-out` : stem;
}
