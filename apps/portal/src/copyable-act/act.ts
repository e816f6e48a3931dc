/**
 * One act of the portal in the other tongues of the service: as an `imsim-od` command, as an HTTP call, in Python, and, where it has a
 * document, as YAML. All are texts to be copied and to work as they stand, with a token in the environment.
 */
import { API_PREFIX, type CallInput, type RouteDefinition, type RouteName, ROUTES } from '@imsim-od/api';
import { shellWord } from './shell-word.js';

/** The texts. */
export interface Act {
  /** The documents of the act, such as requests, to be shown as YAML. */
  readonly documents?: readonly unknown[];
  readonly command: string;
  readonly http: string;
  readonly python: string;
}

/** Parts of an input that an address may have. */
interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/**
 * The texts of a call of the API.
 * @param command the same on the command line, after `imsim-od `
 * @param documents what the YAML shows; absent: no YAML
 */
export function actOf<N extends RouteName>(
  origin: string,
  name: N,
  input: CallInput<N>,
  command: string,
  documents?: readonly unknown[],
): Act {
  const { method, path } = ROUTES[name] as RouteDefinition;
  const { params = {}, query = {}, body } = input as Parts;
  const filled = path.replace(/:([A-Za-z]+)/g, (_all, key: string) => encodeURIComponent(params[key] ?? ''));
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined
      ? []
      : (Array.isArray(value) ? (value as unknown[]) : [value]).map((item) => [key, String(item)]),
  );
  const search = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
  return {
    ...(documents === undefined ? {} : { documents }),
    command: `imsim-od ${command}`,
    http: curlText(method, `${origin}${API_PREFIX}${filled}${search}`, body),
    python: pythonText(method, `${origin}${API_PREFIX}${filled}`, pairs, body),
  };
}

/** A word of a command line has 128 KiB at most on Linux; longer documents go by standard input. */
const LONGEST_WORD = 100_000;

function curlText(method: string, url: string, body: unknown): string {
  const lines = [
    `curl --fail-with-body ${method === 'GET' ? '' : `--request ${method} `}${shellWord(url)}`,
    `  --header "Authorization: Bearer $IMSIM_OD_TOKEN"`,
  ];
  if (body === undefined) return lines.join(' \\\n');
  const text = JSON.stringify(body);
  const isLong = text.length > LONGEST_WORD;
  lines.push(
    `  --header 'Content-Type: application/json'`,
    `  --data ${isLong ? `@- <<'JSON'` : shellWord(text)}`,
  );
  // JSON on one line holds no line that could end it.
  return lines.join(' \\\n') + (isLong ? `\n${text}\nJSON` : '');
}

function pythonText(
  method: string,
  url: string,
  query: readonly (readonly string[])[],
  body: unknown,
): string {
  const options = [
    ...(query.length === 0 ? [] : [`    params=${pythonLiteral(query, 1)},`]),
    ...(body === undefined ? [] : [`    json=${pythonLiteral(body, 1)},`]),
  ];
  return [
    'import os',
    '',
    'import requests',
    '',
    'answer = requests.request(',
    `    ${pythonLiteral(method, 1)},`,
    `    ${pythonLiteral(url, 1)},`,
    ...options,
    `    headers={"Authorization": f"Bearer {os.environ['IMSIM_OD_TOKEN']}"},`,
    '    timeout=60,',
    ')',
    'answer.raise_for_status()',
    ...(method === 'DELETE' ? [] : ['print(answer.json())']),
  ].join('\n');
}

/** A value of JSON as Python writes it. */
function pythonLiteral(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  // JSON's strings are Python's, the escapes included.
  if (typeof value !== 'object') return JSON.stringify(value);
  const indent = '    '.repeat(depth + 1);
  const end = '    '.repeat(depth);
  const isList = Array.isArray(value);
  const items = isList
    ? (value as readonly unknown[]).map((item) => pythonLiteral(item, depth + 1))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item, depth + 1)}`);
  const [open, close] = isList ? '[]' : '{}';
  const oneLine = `${open}${items.join(', ')}${close}`;
  if (oneLine.length <= 60 && !oneLine.includes('\n')) return oneLine;
  return `${open}\n${items.map((item) => `${indent}${item},`).join('\n')}\n${end}${close}`;
}
