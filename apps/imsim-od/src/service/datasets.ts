/** Finding, fetching, sharing, dropping and uploading datasets. */
import { readFile } from 'node:fs/promises';
import type { CallInput, Client, Dataset } from '@imsim-od/api';
import { CliError, atPath } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import type { Cone } from '../option-values.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { countOf, formatBytes, formatCount } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { connect, type ServiceOptions } from './connection.js';
import { getDatasets, getManifest, parseManifest } from './get-datasets.js';
import { findRun } from './run-reference.js';
import { uploadFile } from './upload-catalogs.js';

type Search = NonNullable<CallInput<'manifest'>['query']>;

/** Options that choose datasets. */
export interface SearchOptions extends ServiceOptions {
  readonly run?: string;
  readonly type?: readonly string[];
  readonly band?: readonly string[];
  readonly detector?: readonly string[];
  readonly visit?: readonly number[];
  readonly folder?: string;
  readonly collection?: string;
  readonly cone?: Cone;
  readonly from?: 'mine' | 'shared';
}

/** Lists datasets, or counts them by facet. */
export async function listDatasets(
  expression: string | undefined,
  options: SearchOptions & { readonly limit: number; readonly facets?: boolean },
): Promise<void> {
  const client = connect(options);
  const search = await searchOf(client, expression, options);
  if (options.facets === true) {
    const counts = await client.call('countFacets', { query: search });
    if (options.json === true) return printJson(counts);
    const rows = Object.entries(counts.facets).flatMap(([facet, values]) =>
      values.map(({ value, datasets }) => [facet, value, formatCount(datasets)]),
    );
    return printResult(
      `${countOf(counts.datasets, 'dataset')}, ${formatBytes(counts.bytes)}\n${formatTable([{ head: 'facet' }, { head: 'value' }, { head: 'datasets', align: 'right' }], rows)}`,
    );
  }
  const items: Dataset[] = [];
  let next: string | null = null;
  do {
    const limit = Math.min(1000, options.limit - items.length);
    const page: { items: Dataset[]; next: string | null } = await client.call('searchDatasets', {
      query: { ...search, limit, ...(next === null ? {} : { after: next }) },
    });
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < options.limit);
  if (options.json === true) return printJson(items);
  printResult(datasetTable(items));
  if (next !== null) printRemark(`There are more; --limit lists them, --facets counts them.`);
}

function datasetTable(items: readonly Dataset[]): string {
  if (items.length === 0) return 'Nothing fits.';
  return formatTable(
    [
      { head: 'visit', align: 'right' },
      { head: 'band' },
      { head: 'detector' },
      { head: 'type' },
      { head: 'size', align: 'right' },
      { head: 'state' },
      { head: 'id' },
      { head: 'name' },
    ],
    items.map((item) => [
      item.visit === null ? '' : String(item.visit),
      item.band ?? '',
      item.detector ?? '',
      item.type,
      formatBytes(item.bytes),
      item.state,
      item.id,
      `${item.folder === '/' ? '' : item.folder}/${item.name}`,
    ]),
  );
}

/** Fetches what fits, or what a manifest lists. */
export async function fetchDatasets(
  expression: string | undefined,
  options: SearchOptions & { readonly out: string; readonly manifest?: string },
): Promise<ExitCode> {
  const client = connect(options);
  const { manifest } = options;
  const search = await searchOf(client, expression, options);
  if (manifest === undefined && Object.keys(search).length === 0)
    throw new CliError('Say what to fetch: an expression, --run, --type … or --manifest', EXIT_CODE.usage);
  const report =
    manifest === undefined
      ? await getDatasets(client, search, options.out, printRemark)
      : await getManifest(
          client,
          parseManifest(
            await readFile(manifest, 'utf8').catch((error: unknown) =>
              atPath(manifest, () => {
                throw error;
              }),
            ),
            manifest,
          ),
          options.out,
          printRemark,
        );
  if (options.json === true) printJson({ files: report.files, failed: report.failed });
  else printResult(report.text);
  if (report.files.length === 0 && report.failed.length === 0) printRemark('Nothing fits.');
  if (report.failed.length === 0) return EXIT_CODE.done;
  printRemark(`${countOf(report.failed.length, 'file')} did not come; the same command goes on.`);
  return report.files.length === 0 ? EXIT_CODE.site : EXIT_CODE.partly;
}

/** Shares a run, or what fits, with a group or all. */
export async function shareThings(
  reference: string | undefined,
  options: ServiceOptions & { readonly with: string; readonly datasets?: string; readonly revoke?: boolean },
): Promise<void> {
  const client = connect(options);
  const audience =
    options.with === 'all' ? ('all' as const) : { groupId: await findGroup(client, options.with) };
  const grant = options.revoke !== true;
  if ((reference === undefined) === (options.datasets === undefined))
    throw new CliError('share: give a run, or --datasets with an expression', EXIT_CODE.usage);
  const done = grant ? `shared with ${options.with}` : `no more shared with ${options.with}`;
  if (reference !== undefined) {
    const id = await findRun(client, reference);
    await client.call('shareRun', { params: { id }, body: { with: audience, grant } });
    return printResult(`Run ${id} and what it makes are ${done}.`);
  }
  const ids = await idsOf(client, {
    ...(options.datasets === undefined ? {} : { expression: options.datasets }),
    from: 'mine',
  });
  await inPortions(ids, (datasetIds) =>
    client.call('shareDatasets', { body: { datasetIds, with: audience, grant } }),
  );
  printResult(`${countOf(ids.length, 'dataset')} ${ids.length === 1 ? 'is' : 'are'} ${done}.`);
}

/** Drops pixels and keeps recipes, or removes datasets for good. */
export async function dropDatasets(
  expression: string | undefined,
  options: SearchOptions & { readonly forever?: boolean },
): Promise<void> {
  const client = connect(options);
  const search = await searchOf(client, expression, { ...options, from: 'mine' });
  if (Object.keys(search).length < 2)
    throw new CliError('Say what to drop: an expression, --run, --type …', EXIT_CODE.usage);
  const ids = await idsOf(client, search);
  let bytes = 0;
  await inPortions(ids, async (datasetIds) => {
    const report = await client.call(options.forever === true ? 'removeDatasets' : 'dropDatasets', {
      body: { datasetIds },
    });
    bytes += report.bytes;
  });
  if (options.json === true) return printJson({ datasets: ids.length, bytes });
  printResult(
    `${countOf(ids.length, 'dataset')}, ${formatBytes(bytes)}: ${options.forever === true ? 'gone for good' : 'dropped; reading one makes it again'}.`,
  );
}

/** Uploads catalogs. */
export async function upload(
  paths: readonly string[],
  options: ServiceOptions & { readonly folder: string },
): Promise<void> {
  const client = connect(options);
  for (const path of paths) {
    const id = await uploadFile(client, path, options.folder, printRemark);
    printResult(options.json === true ? JSON.stringify({ path, id }) : `dataset:${id}  ${path}`);
  }
}

/** Asks a question of truth tables. */
export async function queryTruth(
  sql: string,
  options: ServiceOptions & { readonly datasets?: string; readonly maxRows: number; readonly csv?: boolean },
): Promise<void> {
  const client = connect(options);
  const answer = await client.call('query', {
    body: {
      sql,
      maxRows: options.maxRows,
      ...(options.datasets === undefined ? {} : { datasets: options.datasets }),
    },
  });
  const names = answer.columns.map(({ name }) => name);
  if (options.json === true) printJson(answer);
  else if (options.csv === true)
    printResult([names, ...answer.rows].map((row) => row.map(csvCell).join(',')).join('\n'));
  else {
    const columns = answer.columns.map(({ name, type }) => ({
      head: name,
      align: /INT|DOUBLE|FLOAT|DECIMAL/.test(type) ? ('right' as const) : ('left' as const),
    }));
    printResult(
      formatTable(
        columns,
        answer.rows.map((row) => row.map((value) => (value === null ? '' : String(value)))),
      ),
    );
  }
  if (answer.truncated) printRemark(`There are more rows than ${options.maxRows}; --max-rows asks for more.`);
  if (answer.datasets === 0)
    printRemark(
      'No truth table fits: nothing was made yet, nothing is shared with you, or --datasets is too narrow.',
    );
}

function csvCell(value: unknown): string {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function searchOf(
  client: Client,
  expression: string | undefined,
  options: SearchOptions,
): Promise<Search> {
  return {
    ...options.cone,
    ...(expression === undefined ? {} : { expression }),
    ...(options.run === undefined ? {} : { runId: await findRun(client, options.run) }),
    ...(options.type === undefined ? {} : { type: [...options.type] }),
    ...(options.band === undefined ? {} : { band: [...options.band] }),
    ...(options.detector === undefined ? {} : { detector: [...options.detector] }),
    ...(options.visit === undefined ? {} : { visit: [...options.visit] }),
    ...(options.folder === undefined ? {} : { folder: options.folder }),
    ...(options.collection === undefined
      ? {}
      : { collectionId: await findCollection(client, options.collection) }),
    ...(options.from === undefined ? {} : { from: options.from }),
  };
}

async function findCollection(client: Client, name: string): Promise<string> {
  const { items } = await client.call('listCollections', {});
  const found = items.find((item) => item.id === name || item.name === name);
  if (found === undefined)
    throw new CliError(`${name}: no collection of yours, nor one shared with you, has this name`);
  return found.id;
}

async function findGroup(client: Client, name: string): Promise<string> {
  const { items } = await client.call('listGroups', {});
  const found = items.find((item) => item.id === name || item.name === name);
  if (found === undefined)
    throw new CliError(
      `${name}: you are in no group of this name (${items.map((item) => item.name).join(', ') || 'you are in none'})`,
    );
  return found.id;
}

async function idsOf(client: Client, search: Search): Promise<string[]> {
  const response = await client.open('manifest', { query: search });
  return parseManifest(await response.text(), 'the manifest of the service').map(({ id }) => id);
}

async function inPortions(ids: readonly string[], act: (ids: string[]) => Promise<unknown>): Promise<void> {
  const PORTION = 1000;
  for (let start = 0; start < ids.length; start += PORTION) await act(ids.slice(start, start + PORTION));
}
