/**
 * The visits of a scheduler's database, or of a file of several requests, one after another, each into a folder of its own below one. A visit that fails does not
 * stop the next; what is there already by the same recipe is left, so that the same command goes on where it was stopped.
 */
import { join } from 'node:path';
import { type Explanation, CliError, explainError } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import type { RequestInputs } from '../request/survey-inputs.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { countOf, formatBytes, formatDuration } from '../text/quantity-text.js';
import { type RunReport, exitCodeOf, notesOf, reportDocument } from './run-report.js';
import { simulateInput } from './simulate-input.js';

/** Visits that a note names. */
const NAMED_VISITS = 3;
/** Notes that are printed: a survey of hundreds of visits has some for each. */
const MOST_NOTES = 60;

interface SurveyOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

interface MadeVisit {
  readonly visitId: number;
  readonly exitCode: ExitCode;
  /** Undefined where the visit could not even be begun. */
  readonly report?: RunReport;
  readonly failure?: Explanation;
}

/** Makes all visits and says what was made. */
export async function simulateSurvey(
  inputs: RequestInputs,
  out: string,
  options: SurveyOptions,
): Promise<ExitCode> {
  const startedMs = performance.now();
  const made: MadeVisit[] = [];
  const used = new Set<number>();
  for (const [index, visit] of inputs.visits.entries()) {
    printRemark(`visit ${index + 1} of ${inputs.visits.length}`);
    const result = await makeVisit(visit, out, options, used);
    if (result.failure) printRemark(result.failure.message);
    made.push(result);
    // A full disk or a folder that cannot be used would fail every visit alike.
    if (result.failure?.fatal === true && result.failure.exitCode !== EXIT_CODE.badInput) break;
  }
  const codes = [...new Set(made.map(({ exitCode }) => exitCode))];
  const exitCode = codes.length === 1 ? codes[0]! : EXIT_CODE.partly;
  if (exitCode !== EXIT_CODE.done && exitCode !== EXIT_CODE.partly)
    throw new CliError(
      `none of ${countOf(made.length, 'visit')} could be made; the first: ${failureOf(made[0]!)}`,
      exitCode,
    );
  const wallS = (performance.now() - startedMs) / 1000;
  if (options.json) {
    printJson({
      survey: inputs.survey,
      out,
      visits: made.map(({ visitId, report, failure }) =>
        report
          ? reportDocument(report)
          : { visit: { visitId }, error: { exitCode: failure?.exitCode, message: failure?.message } },
      ),
      notes: inputs.notes,
      wallS,
    });
  } else printResult(textOf(inputs, made, out, wallS));
  return exitCode;
}

async function makeVisit(
  { visitId, read }: RequestInputs['visits'][number],
  out: string,
  options: SurveyOptions,
  used: Set<number>,
): Promise<MadeVisit> {
  const started = { startedMs: performance.now(), cpu: process.cpuUsage() };
  try {
    const input = await read();
    const id = input.request.visitId;
    if (used.has(id))
      throw new CliError(
        `another request of the file has visitId ${id}, and their files would go into one folder; give each its own`,
        EXIT_CODE.badInput,
      );
    used.add(id);
    const folder = join(out, String(id).padStart(8, '0'));
    const report = await simulateInput(input, folder, options, started);
    return { visitId: id, exitCode: exitCodeOf(report.detectors), report };
  } catch (error) {
    const failure = explainError(error);
    return { visitId: visitId ?? 0, exitCode: failure.exitCode, failure };
  }
}

function failureOf({ report, failure }: MadeVisit): string {
  return (
    failure?.message ??
    report?.detectors.find((detector) => detector.failure)?.failure?.message ??
    'no detector was made'
  );
}

/** What the visits said, equal notes once; those that not every visit has with the numbers of theirs. */
function notesOfVisits(made: readonly MadeVisit[]): string[] {
  const visitsOf = new Map<string, number[]>();
  const reports = made.flatMap(({ visitId, report }) => (report ? [{ visitId, report }] : []));
  for (const { visitId, report } of reports)
    for (const note of new Set(notesOf(report))) visitsOf.set(note, [...(visitsOf.get(note) ?? []), visitId]);
  const notes = [...visitsOf].map(([note, visits]) => {
    if (visits.length === reports.length) return note;
    const more = visits.length > NAMED_VISITS ? ` and ${visits.length - NAMED_VISITS} more` : '';
    return `${visits.length === 1 ? 'visit' : 'visits'} ${visits.slice(0, NAMED_VISITS).join(', ')}${more}: ${note}`;
  });
  const left = notes.length - MOST_NOTES;
  return left > 0
    ? [...notes.slice(0, MOST_NOTES), `${countOf(left, 'more note')}; --json has all of them`]
    : notes;
}

function textOf(inputs: RequestInputs, made: readonly MadeVisit[], out: string, wallS: number): string {
  const reports = made.flatMap(({ report }) => report ?? []);
  const detectors = reports.flatMap((report) => report.detectors);
  const fresh = detectors.filter(({ status }) => status === 'made');
  const files = fresh.flatMap(({ outputs }) => outputs);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const before = detectors.filter(({ status }) => status === 'skipped').length;
  const failed = made.filter(({ exitCode }) => exitCode !== EXIT_CODE.done);
  const notes = [...inputs.notes, ...notesOfVisits(made)];
  return [
    `Made ${countOf(fresh.length, 'detector')} of ${countOf(inputs.visits.length, 'visit')} in ${formatDuration(wallS)}: ` +
      `${countOf(files.length, 'file')}, ${formatBytes(bytes)}, in ${out}, a folder for each visit`,
    ...(before > 0 ? [`Left ${countOf(before, 'detector')} that the same recipe had made before`] : []),
    ...(notes.length > 0 ? ['', 'Notes', ...notes.map((note) => `  - ${note}`)] : []),
    ...(failed.length > 0
      ? [
          '',
          `Not made whole: ${countOf(failed.length, 'visit')}`,
          ...failed.map((visit) => `  - visit ${visit.visitId}: ${failureOf(visit)}`),
        ]
      : []),
  ].join('\n');
}
