/**
 * One act of the portal in the other tongues of the service: as an HTTP call, in Python, where there is one as an `imsim-od` command, and,
 * where it has a document, as YAML. All are texts to be copied and to work as they stand, with a token in the environment.
 */
import { API_PREFIX, type CallInput, type RouteDefinition, type RouteName, ROUTES } from '@imsim-od/api';
import type { CallParts } from '../service/recent-calls.js';
import { type ActFile, commandOf } from './command-of.js';
import { shellWord } from './shell-word.js';

/** The texts. */
export interface Act {
  /** The documents that it sends, to be read. */
  readonly yaml?: readonly unknown[];
  /** What the command reads from a file. */
  readonly file?: ActFile;
  /** Absent: no command does the same. */
  readonly command?: string;
  readonly http: string;
  readonly python: string;
}

/** The texts of a call of the API. */
export function actOf<N extends RouteName>(origin: string, name: N, input: CallInput<N>): Act {
  const definition = ROUTES[name] as RouteDefinition;
  const { method, path } = definition;
  const { params = {}, query = {}, body } = input as CallParts;
  const filled = path.replace(/:([A-Za-z]+)/g, (_all, key: string) => encodeURIComponent(params[key] ?? ''));
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined
      ? []
      : (Array.isArray(value) ? (value as unknown[]) : [value]).map((item) => [key, String(item)]),
  );
  const search = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
  const url = `${origin}${API_PREFIX}${filled}`;
  const answer = answerOf(definition);
  const command = commandOf({ name, input: input as CallParts });
  return {
    ...(command?.file === undefined ? {} : { file: command.file, yaml: command.file.documents }),
    // A clone's changes are short of a file, and plainest so.
    ...(name === 'cloneRun' ? { yaml: [body] } : {}),
    ...(command === undefined ? {} : { command: `imsim-od ${command.text}` }),
    http: curlText(method, `${url}${search}`, body, answer),
    python: pythonText(method, url, pairs, body, answer),
  };
}

/** What an address answers with: a JSON document, text, nothing, or a file and the name to keep it under. */
type Answer = 'document' | 'text' | 'nothing' | { readonly file: string };

function answerOf({ path, response, media }: RouteDefinition): Answer {
  if (response !== undefined) return 'document';
  const type = media?.[200] ?? null;
  if (type === null) return 'nothing';
  return /^text\/|ndjson|xml/.test(type) ? 'text' : { file: path.slice(path.lastIndexOf('/') + 1) };
}

/** A word of a command line has 128 KiB at most on Linux; longer documents go by standard input. */
const LONGEST_WORD = 100_000;

function curlText(method: string, url: string, body: unknown, answer: Answer): string {
  const lines = [
    `curl --fail-with-body ${method === 'GET' ? '' : `--request ${method} `}${shellWord(url)}`,
    `  --header "Authorization: Bearer $IMSIM_OD_TOKEN"`,
    ...(typeof answer === 'object' ? [`  --output ${shellWord(answer.file)}`] : []),
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
  answer: Answer,
): string {
  const options = [
    ...(query.length === 0 ? [] : [`    params=${pythonLiteral(query, 1)},`]),
    ...(body === undefined ? [] : [`    json=${pythonLiteral(body, 1)},`]),
    ...(typeof answer === 'object' ? ['    stream=True,'] : []),
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
    ...pythonEnd(answer),
  ].join('\n');
}

function pythonEnd(answer: Answer): readonly string[] {
  if (typeof answer === 'object')
    return [
      `with open(${pythonLiteral(answer.file, 1)}, "wb") as file:`,
      '    for part in answer.iter_content(1 << 20):',
      '        file.write(part)',
    ];
  return { document: ['print(answer.json())'], text: ['print(answer.text)'], nothing: [] }[answer];
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

/** The lines of a shell that write a file of YAML, and then the command that reads it. YAML indents whatever could look like the end. */
export function withFile(name: string, yaml: string, command: string): string {
  return `cat > ${shellWord(name)} <<'END_OF_YAML'\n${yaml}END_OF_YAML\n${command}`;
}
