/** `submit` and `estimate`: requests of this machine on their way to a service. */
import { dirname, join } from 'node:path';
import type { CallInput, CallOutput, Client } from '@imsim-od/api';
import { type LoadedSources, type Request, dealInputs } from '@imsim-od/simulator';
import { v7 } from 'uuid';
import { CliError } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { catalogProgress } from '../request/catalog-progress.js';
import { readRequestInputs, refuseIncomplete } from '../request/survey-inputs.js';
import type { RequestInput } from '../request/request-input.js';
import type { RequestOptions } from '../request/request-options.js';
import { isStoredName } from '../request/stored-name.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { connect, type ServiceOptions, ServiceUnreachableError } from './connection.js';
import { getDatasets } from './get-datasets.js';
import { estimateText, runText } from './run-text.js';
import { uploadLoadedCatalog } from './upload-catalogs.js';
import { uploadNamedSeds } from './upload-seds.js';
import { exitCodeOf, watchRun } from './watch-run.js';

/** Options of `submit` beyond those of the request. */
export interface SubmitOptions extends RequestOptions, ServiceOptions {
  readonly name?: string;
  readonly site?: string;
  readonly priority?: number;
  readonly paused?: boolean;
  readonly wait?: boolean;
  readonly out?: string;
  readonly key?: string;
}

/** Submits the inputs as one run. */
export async function submit(inputs: readonly string[], options: SubmitOptions): Promise<ExitCode> {
  refuseIncomplete(inputs.length, options);
  const client = connect(options);
  const requests = await readRequests(client, inputs, options);
  const body = {
    requests,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.site === undefined ? {} : { site: options.site }),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
    ...(options.paused === true ? { paused: true } : {}),
  };
  let run = await submitOnce(client, body, options.key ?? v7());
  if (options.wait !== true && options.out === undefined) {
    if (options.json === true) printJson(run);
    else
      printResult(
        `${runText(run)}\n\nimsim-od watch ${run.id} shows how it goes; imsim-od get --run ${run.id} fetches the files.`,
      );
    return EXIT_CODE.done;
  }
  printRemark(`run ${run.id}`);
  run = await watchRun(client, run.id, process.stderr);
  let exitCode = exitCodeOf(run);
  if (options.out !== undefined && run.counts.succeeded > 0) {
    const got = await getDatasets(client, { runId: run.id }, options.out, printRemark);
    if (got.failed.length > 0) exitCode = EXIT_CODE.partly;
    if (options.json !== true) printResult(got.text);
  }
  if (options.json === true) printJson(run);
  else printResult(runText(run));
  return exitCode;
}

const AGAIN_MS = 1000;

/**
 * Submits under a key, so that a submission whose answer was lost is repeated without making a second run: once by itself, and by the user,
 * who is told the key.
 * @throws CliError where the service is not reached
 */
export async function submitOnce(
  client: Client,
  body: CallInput<'submitRun'>['body'],
  key: string,
): Promise<CallOutput<'submitRun'>> {
  const ask = (): Promise<CallOutput<'submitRun'>> =>
    client.call('submitRun', { body, headers: { 'idempotency-key': key } });
  try {
    return await ask().catch(async (error: unknown) => {
      if (!(error instanceof ServiceUnreachableError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      return ask();
    });
  } catch (error) {
    if (!(error instanceof ServiceUnreachableError)) throw error;
    throw new CliError(
      `${error.message} The run may have been taken; with --key ${key} the same submission makes no second one.`,
      error.exitCode,
      { cause: error },
    );
  }
}

/** Prints what the inputs would cost. */
export async function estimate(
  inputs: readonly string[],
  options: RequestOptions & ServiceOptions,
): Promise<void> {
  refuseIncomplete(inputs.length, options);
  const client = connect(options);
  const answer = await client.call('estimate', {
    body: { requests: await readRequests(client, inputs, options) },
  });
  if (options.json === true) printJson(answer);
  else printResult(estimateText(answer));
}

async function readRequests(
  client: Client,
  inputs: readonly string[],
  options: RequestOptions,
): Promise<Request[]> {
  const requests: Request[] = [];
  const seds = new NeededSeds();
  for (const path of inputs.length === 0 ? [undefined] : inputs) {
    const { visits, notes } = await readRequestInputs(
      path,
      { ...options, isForService: true },
      catalogProgress(process.stderr),
    );
    const remarks = new Set(notes);
    for (const { read } of visits) {
      const input = await read();
      for (const note of input.notes) remarks.add(note);
      seds.add(input);
      requests.push(await withUploads(client, input));
    }
    for (const note of remarks) printRemark(`note: ${note}`);
  }
  return seds.withUploads(client, requests);
}

/** The SED files of folders of this machine that requests need, by the names that their catalogs have for them. */
class NeededSeds {
  readonly #names = new Map<string, Set<string>>();
  readonly #toldOf = new Set<string>();

  /** Takes what a request needs. */
  add({ request: { sedDir, sky }, catalogs }: RequestInput): void {
    if (sedDir === undefined || isStoredName(sedDir)) return;
    const names = this.#names.get(sedDir) ?? new Set<string>();
    this.#names.set(sedDir, names);
    for (const { sedNames = [] } of catalogs) for (const name of sedNames) names.add(name);
    for (const entry of sky)
      if (entry.type !== 'synthetic' && isStoredName(entry.path)) this.#tellOf(entry.path, sedDir);
  }

  /** The requests with the files as datasets of the service. */
  async withUploads(client: Client, requests: readonly Request[]): Promise<Request[]> {
    const places = new Map<string, string | undefined>();
    for (const [sedDir, names] of this.#names)
      places.set(sedDir, await uploadNamedSeds(client, sedDir, names, printRemark));
    return requests.map((request) => {
      const { sedDir, ...rest } = request;
      if (sedDir === undefined || isStoredName(sedDir)) return request;
      const id = places.get(sedDir);
      return id === undefined ? rest : { ...rest, sedDir: `dataset:${id}` };
    });
  }

  #tellOf(path: string, sedDir: string): void {
    if (this.#toldOf.has(path)) return;
    this.#toldOf.add(path);
    printRemark(
      `note: which SED files ${path} names is known to the service alone: those that no file of this machine names are not sent from ${sedDir}, ` +
        'and its colours by family stand in; --sed-dir library:NAME chooses a whole library there',
    );
  }
}

/** The request with the files of its sky as datasets of the service. */
async function withUploads(client: Client, { request, catalogs }: RequestInput): Promise<Request> {
  const upload = async (
    loaded: LoadedSources,
    placeOf?: (name: string, index: number) => string,
  ): Promise<string> =>
    // What the service keeps it knows by that name.
    isStoredName(loaded.path)
      ? loaded.path
      : `dataset:${await uploadLoadedCatalog(client, loaded, printRemark, placeOf)}`;
  const sky: Request['sky'] = [];
  for (const { entry, sources, map } of dealInputs(request.sky, catalogs)) {
    const lensing =
      entry.lensing?.map === undefined || map === undefined
        ? {}
        : { lensing: { ...entry.lensing, map: { ...entry.lensing.map, path: await upload(map) } } };
    if (sources === undefined || entry.type === 'synthetic' || isStoredName(entry.path))
      sky.push({ ...entry, ...lensing });
    else if (entry.type === 'table') {
      const { stampFolder, ...table } = entry;
      // Stamps go beside the table: after it, and after its light curves.
      const firstStamp = table.lightCurves === undefined ? 1 : 2;
      const placeOf = (name: string, index: number): string =>
        join(stampFolder !== undefined && index >= firstStamp ? stampFolder : dirname(table.path), name);
      sky.push({ ...table, path: await upload(sources, placeOf), ...lensing });
    } else if (entry.type === 'skyCatalogs') {
      const folder = /\.ya?ml$/i.test(entry.path) ? dirname(entry.path) : entry.path;
      const path = await upload(sources, (name) => join(folder, name));
      sky.push({ ...entry, path, ...lensing });
    } else sky.push({ ...entry, path: await upload(sources), ...lensing });
  }
  return { ...request, sky };
}
