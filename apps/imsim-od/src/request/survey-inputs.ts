/** What a command was given as one request for each visit: a single one, those of a file of several, or those of a scheduler's database. */
import type { ScheduledVisit, Survey, VisitChoice } from '@imsim-od/survey';
import { CliError, atPath, explainError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { readInputFile } from './input-file.js';
import { type RequestDocument, parseRequestDocuments } from './request-document.js';
import { type CatalogProgress, type RequestInput, readRequestInput } from './request-input.js';
import type { RequestOptions } from './request-options.js';
import { CatalogShelf } from './survey-layer.js';

/** The visits of a command, each read when it is asked for: with its catalogs it may be large. */
export interface RequestInputs {
  /** The database or the file of several requests, or undefined where the request is the only visit. */
  readonly survey: { readonly file: string; readonly matching: number } | undefined;
  /** What concerns several visits, in sentences. */
  readonly notes: readonly string[];
  readonly visits: readonly { readonly visitId: number | undefined; read(): Promise<RequestInput> }[];
}

/** Finds out the visits of a command; throws coded errors for whatever is wrong with them as a whole. */
export async function readRequestInputs(
  inputPath: string | undefined,
  options: RequestOptions,
  onCatalogProgress?: CatalogProgress,
): Promise<RequestInputs> {
  refuseIncomplete(inputPath === undefined ? 0 : 1, options);
  const file = options.opsim;
  if (file === undefined) {
    const several = inputPath === undefined ? [] : await readSeveral(inputPath);
    if (inputPath !== undefined && several.length > 1)
      return {
        survey: { file: inputPath, matching: several.length },
        notes: [],
        visits: several.map((one) => ({
          visitId: undefined,
          read: () => readRequestInput(inputPath, options, onCatalogProgress, { one }),
        })),
      };
    const read = () => readRequestInput(inputPath, options, onCatalogProgress);
    return { survey: undefined, notes: [], visits: [{ visitId: undefined, read }] };
  }
  const survey = await readChosenVisits(file, options);
  const catalogs = new CatalogShelf();
  const read = async (visit: ScheduledVisit): Promise<RequestInput> => {
    try {
      return await readRequestInput(inputPath, options, onCatalogProgress, {
        scheduled: { file, visit, catalogs },
      });
    } catch (error) {
      const { exitCode, message } = explainError(error);
      if (exitCode !== EXIT_CODE.badInput || message.includes(`visit ${visit.visitId}`)) throw error;
      throw new CliError(`visit ${visit.visitId}: ${message}`, exitCode, { cause: error });
    }
  };
  const left = survey.matching - survey.visits.length;
  return {
    survey: { file, matching: survey.matching },
    notes: [...(left > 0 ? [leftOutText(survey, options)] : []), ...survey.notes],
    visits: survey.visits.map((visit) => ({ visitId: visit.visitId, read: () => read(visit) })),
  };
}

function leftOutText({ matching, visits }: Survey, { visit, where }: RequestOptions): string {
  const order = visit === undefined ? ' in order of time' : '';
  const all =
    visit === undefined && where === undefined
      ? `the database holds ${matching} visits`
      : `${matching} visits match`;
  return `${all}; the first ${visits.length}${order} are taken`;
}

async function readSeveral(path: string): Promise<readonly RequestDocument[]> {
  const input = await readInputFile(path);
  return input.kind === 'request' ? parseRequestDocuments(input.text, path) : [];
}

/** Throws what is wrong with the command line itself, before anything is read. @param inputs how many were given */
export function refuseIncomplete(inputs: number, options: RequestOptions): void {
  const usage = (message: string): CliError => new CliError(message, EXIT_CODE.usage);
  if (options.opsim !== undefined) {
    if (inputs > 1) throw usage('one request at most can be completed by the visits of --opsim');
    if (options.visit !== undefined && options.where !== undefined)
      throw usage('--visit and --where both choose visits; give one of them');
    return;
  }
  const lost = (['visit', 'where', 'limit'] as const).find((option) => options[option] !== undefined);
  if (lost !== undefined)
    throw usage(`--${lost} chooses visits of a scheduler database; give it with --opsim FILE`);
  if (inputs === 0)
    throw usage(
      "missing required argument 'input': a request, an instance catalog, or --opsim with a scheduler database",
    );
}

async function readChosenVisits(file: string, options: RequestOptions): Promise<Survey> {
  const { describeSurvey, readSurvey } = await import('@imsim-od/survey');
  const { openPageSource } = await import('@imsim-od/survey/node');
  const source = atPath(file, () => openPageSource(file));
  try {
    const { visit, where, limit } = options;
    const most = limit === undefined ? {} : { limit };
    if (visit === undefined && where === undefined && limit === undefined)
      throw new CliError(
        `${await describeSurvey(source)}; choose some with --visit ID[,ID...], with --where "band = 'r' and airmass < 1.2", or with --limit 10, the earliest`,
        EXIT_CODE.usage,
      );
    const choice: VisitChoice =
      visit === undefined
        ? { ...(where === undefined ? {} : { where }), ...most }
        : { visitIds: visit, ...most };
    return await readSurvey(source, choice);
  } finally {
    source.close();
  }
}
