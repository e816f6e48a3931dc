/** Calls of the API as commands of `imsim-od`, where there is one that does the same. */
import type { CallInput, RouteName } from '@imsim-od/api';
import type { RecentCall } from '../service/recent-calls.js';
import { shellWord } from './shell-word.js';

/** Documents, such as requests, that are shown as YAML and written to a file for a command. */
export interface ActFile {
  readonly name: string;
  readonly documents: readonly unknown[];
}

/** A command, without `imsim-od `, and the file it reads. */
export interface Command {
  readonly text: string;
  readonly file?: ActFile;
}

type Commands = { readonly [N in RouteName]?: (input: CallInput<N>) => Command | string | undefined };

type Search = NonNullable<CallInput<'countFacets'>['query']>;

const EVERYTHING: Search = { expression: 'id is not null' };

const option = (name: string, value: string | number | undefined): string =>
  value === undefined ? '' : ` ${name} ${shellWord(String(value))}`;

/** A command of a search. */
function withSearch(command: string, search: Search, end: string): string | undefined {
  const {
    expression,
    type,
    band,
    detector,
    visit,
    runId,
    folder,
    collectionId,
    from,
    raDeg,
    decDeg,
    radiusDeg,
  } = search;
  // The command knows collections by name.
  if (collectionId !== undefined) return undefined;
  return [
    command,
    expression === undefined ? '' : ` ${shellWord(expression)}`,
    option('--run', runId),
    option('--type', type?.join(',')),
    option('--band', band?.join(',')),
    option('--detector', detector?.join(',')),
    option('--visit', visit?.join(',')),
    option('--folder', folder),
    option('--from', from),
    option('--cone', raDeg === undefined ? undefined : `${raDeg},${decDeg},${radiusDeg}`),
    end,
  ].join('');
}

/** Settings of requests as `--set key=value`. */
function settingsOf(changes: Readonly<Record<string, unknown>>): string {
  return Object.entries(changes)
    .map(
      ([key, value]) => ` --set ${shellWord(`${key}=${isPlainWord(value) ? value : JSON.stringify(value)}`)}`,
    )
    .join('');
}

/** Whether the command, which reads values as YAML, takes a text as it stands for that text. */
function isPlainWord(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^[A-Za-z](?:[\w.:/-]*\w)?$/.test(value) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
  );
}

/** The requests of a run in the file that a command reads. */
function requestFile(requests: readonly unknown[]): ActFile {
  return { name: requests.length === 1 ? 'request.yaml' : 'requests.yaml', documents: requests };
}

/** Chosen datasets as an expression. */
const chosen = (ids: readonly string[]): string =>
  shellWord(`id in (${ids.map((id) => `'${id}'`).join(', ')})`);

const COMMANDS: Commands = {
  submitRun: ({ body: { name, requests } }) => {
    const file = requestFile(requests);
    return { text: `submit ${file.name}${option('--name', name)}`, file };
  },
  estimate: ({ body: { requests } }) => {
    const file = requestFile(requests);
    return { text: `estimate ${file.name}`, file };
  },
  listRuns: ({ query: { name, from, state, limit } = {} }) =>
    // The command looks for no name.
    name === undefined
      ? `status${option('--from', from)}${option('--state', state)}${option('--limit', limit)}`
      : undefined,
  readRun: ({ params: { id } }) => `status ${id}`,
  listTasks: ({ params: { id } }) => `status ${id} --tasks`,
  readTaskLog: ({ params: { id, index } }) => `log ${id} ${index}`,
  cancelRun: ({ params: { id } }) => `cancel ${id}`,
  pauseRun: ({ params: { id } }) => `pause ${id}`,
  resumeRun: ({ params: { id } }) => `resume ${id}`,
  retryRun: ({ params: { id } }) => `retry ${id}`,
  deleteRun: ({ params: { id }, query }) => `delete ${id}${query?.withData === true ? ' --with-data' : ''}`,
  cloneRun: ({ params: { id }, body: { name, changes = {} } }) =>
    `clone ${id}${settingsOf(changes)}${option('--name', name)}`,
  searchDatasets: ({ query = {} }) => withSearch('ls', query, option('--limit', query.limit)),
  countFacets: ({ query = {} }) => withSearch('ls', query, ' --facets'),
  downloadZip: ({ query = {} }) =>
    // What is fetched has to be said, also where it is everything.
    withSearch('get', Object.keys(query).length === 0 ? EVERYTHING : query, ' --out my-files'),
  dropDatasets: ({ body: { datasetIds } }) => `drop ${chosen(datasetIds)}`,
  removeDatasets: ({ body: { datasetIds } }) => `drop ${chosen(datasetIds)} --forever`,
  query: ({ body: { sql, datasets, maxRows } }) =>
    `query ${shellWord(sql)}${option('--datasets', datasets)}${option('--max-rows', maxRows)}`,
  createToken: ({ body: { name, days, scopes } }) =>
    `token create ${shellWord(name)}${option('--days', days)} --scope ${scopes.join(',')}`,
  listTokens: () => 'token list',
  revokeToken: ({ params: { id } }) => `token revoke ${id}`,
  listLibrary: () => 'library list',
  listUsers: () => 'admin users',
  listGroups: () => 'admin groups',
  listAudit: () => 'admin audit',
  integrity: () => 'admin integrity',
};

/** The command of a call; undefined: none does that. */
export function commandOf({ name, input }: RecentCall): Command | undefined {
  const make = COMMANDS[name] as ((input: unknown) => Command | string | undefined) | undefined;
  const command = make?.(input);
  return typeof command === 'string' ? { text: command } : command;
}
