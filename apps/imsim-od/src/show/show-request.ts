/** The `show` command carried out: the schema is the one source of names, units and descriptions. */
import { catalogProgress } from '../request/catalog-progress.js';
import type { RequestInput } from '../request/request-input.js';
import { spokenNotes } from '../request/skipped-text.js';
import type { RequestOptions } from '../request/request-options.js';
import { readRequestInputs } from '../request/survey-inputs.js';
import { type SchemaNode, requestSchemaNode } from '../request/schema-node.js';
import { printJson, printResult } from '../standard-streams.js';
import { formatTable } from '../text/text-table.js';
import { unitOfName } from '../text/unit-name.js';

interface ShownValue {
  readonly key: string;
  /** Undefined where nothing is given and the simulator decides. */
  readonly value: unknown;
  readonly unit: string;
  readonly origin: string;
  readonly description: string;
}

/** Prints every value of a request, or of that of each visit; throws where one cannot be carried out. */
export async function showRequest(
  inputPath: string | undefined,
  options: RequestOptions,
  json: boolean,
): Promise<void> {
  const { survey, visits, notes } = await readRequestInputs(
    inputPath,
    options,
    catalogProgress(process.stderr),
  );
  const documents: object[] = [];
  for (const { read } of visits) {
    const input = await read();
    if (json) documents.push(shownDocument(input));
    else
      printResult(
        `${survey ? `visit ${input.request.visitId}\n` : ''}${shownText(input)}${survey ? '\n' : ''}`,
      );
  }
  if (json) printJson(survey ? { survey, visits: documents, notes } : documents[0]);
  else if (notes.length > 0) printResult(notes.map((note) => `note: ${note}`).join('\n'));
}

function shownDocument(input: RequestInput): object {
  const { visit, recipes } = input.expansion;
  const detectors = [...new Set(recipes.map(({ detector }) => detector.name))];
  return {
    request: input.request,
    values: shownValues(input),
    resolved: { visit, detectors },
    notes: spokenNotes(input),
  };
}

function shownText(input: RequestInput): string {
  const { visit, recipes } = input.expansion;
  const detectors = [...new Set(recipes.map(({ detector }) => detector.name))];
  const resolved = Object.entries(visit).map(([key, value]) => [key, textOf(value), unitOfName(key)]);
  return [
    formatTable(
      [{ head: 'key' }, { head: 'value' }, { head: 'unit' }, { head: 'from' }, { head: 'meaning' }],
      shownValues(input).map(({ key, value, unit, origin, description }) => [
        key,
        textOf(value),
        unit,
        origin,
        description,
      ]),
    ),
    '',
    'Which comes to',
    formatTable([{ head: 'key' }, { head: 'value' }, { head: 'unit' }], resolved),
    `detectors  ${detectors.length > 12 ? `${detectors.slice(0, 12).join(', ')} … (${detectors.length})` : detectors.join(', ')}`,
    ...spokenNotes(input).map((note) => `note: ${note}`),
  ].join('\n');
}

function shownValues({ request, origins }: RequestInput): ShownValue[] {
  return Object.entries(requestSchemaNode.properties ?? {}).flatMap(([key, node]) =>
    valuesBelow(key, node, (request as Readonly<Record<string, unknown>>)[key], origins),
  );
}

function valuesBelow(
  key: string,
  node: SchemaNode | undefined,
  value: unknown,
  origins: ReadonlyMap<string, string>,
  about = '',
): ShownValue[] {
  if (Array.isArray(value) && node?.items?.anyOf?.some(({ properties }) => properties)) {
    return value.flatMap((entry: unknown, index) =>
      valuesBelow(`${key}.${index}`, memberFor(node.items, entry), entry, origins),
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const inner = value as Readonly<Record<string, unknown>>;
    const keys = new Set([...Object.keys(node?.properties ?? {}), ...Object.keys(inner)]);
    return [...keys].flatMap((name) =>
      valuesBelow(`${key}.${name}`, node?.properties?.[name], inner[name], origins, node?.description),
    );
  }
  return [
    {
      key,
      value,
      unit: unitOfName(key),
      origin: value === undefined ? '-' : originOf(key, origins),
      // What a value means; for a bare word such as `type`, what the thing it names means.
      description: node?.description ?? about,
    },
  ];
}

/** The alternative of a union that a list entry belongs to, by its `type`. */
function memberFor(node: SchemaNode | undefined, entry: unknown): SchemaNode | undefined {
  const type = typeof entry === 'object' && entry !== null && 'type' in entry ? entry.type : undefined;
  return node?.anyOf?.find(({ properties }) => properties?.['type']?.const === type);
}

/** The origin of a key, or of the nearest thing above it that has one. */
function originOf(key: string, origins: ReadonlyMap<string, string>): string {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
  }
  return 'default';
}

function textOf(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
