/** What is looked for in the archive, as it stands in the address, and as the API takes it. */
import type { CallInput } from '@imsim-od/api';

/** Facets that narrow a search; their counts come from the service. */
export const FACETS = ['type', 'band', 'detector', 'state'] as const;
export type Facet = (typeof FACETS)[number];

/** Ways to look at what was found. */
export const VIEWS = ['table', 'sky', 'plane'] as const;
export type DataView = (typeof VIEWS)[number];

/** The search. */
export interface DataSearch {
  readonly expression?: string;
  readonly type?: readonly string[];
  readonly band?: readonly string[];
  readonly detector?: readonly string[];
  readonly state?: readonly string[];
  readonly runId?: string;
  readonly from?: 'mine' | 'shared';
  readonly view?: DataView;
}

const MAX_VALUES = 250;

/** Reads it from an address; what makes no sense is left out. */
export function readDataSearch(search: Readonly<Record<string, unknown>>): DataSearch {
  const expression = typeof search['expression'] === 'string' ? search['expression'].slice(0, 10_000) : '';
  const runId =
    typeof search['runId'] === 'string' && /^[0-9a-f-]{36}$/.test(search['runId']) ? search['runId'] : null;
  const from = search['from'] === 'mine' || search['from'] === 'shared' ? search['from'] : null;
  const view = VIEWS.find((known) => known === search['view']);
  return {
    ...(expression === '' ? {} : { expression }),
    ...Object.fromEntries(
      FACETS.flatMap((facet) => {
        const values = textsOf(search[facet]);
        return values.length === 0 ? [] : [[facet, values]];
      }),
    ),
    ...(runId === null ? {} : { runId }),
    ...(from === null ? {} : { from }),
    ...(view === undefined || view === 'table' ? {} : { view }),
  };
}

function textsOf(value: unknown): readonly string[] {
  const values = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return values
    .filter((item): item is string => typeof item === 'string' && item !== '')
    .slice(0, MAX_VALUES);
}

/** The search as the API takes it. The state is no facet that it narrows by: it goes into the expression. */
export function toApiSearch(search: DataSearch): NonNullable<CallInput<'countFacets'>['query']> {
  const { type, band, detector, runId, from } = search;
  const expression = join([search.expression, oneOf('state', search.state)]);
  return {
    ...(expression === '' ? {} : { expression }),
    ...(type === undefined ? {} : { type: [...type] }),
    ...(band === undefined ? {} : { band: [...band] }),
    ...(detector === undefined ? {} : { detector: [...detector] }),
    ...(runId === undefined ? {} : { runId }),
    ...(from === undefined ? {} : { from }),
  };
}

/** Datasets by their ids, as an expression. */
export function idsExpression(ids: readonly string[]): string {
  return oneOf('id', ids) ?? '';
}

function oneOf(field: string, values: readonly string[] | undefined): string | undefined {
  if (values === undefined || values.length === 0) return undefined;
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? `${field} = ${quoted(only)}`
    : `${field} in (${values.map(quoted).join(', ')})`;
}

function join(parts: readonly (string | undefined)[]): string {
  const there = parts.filter((part): part is string => part !== undefined && part !== '');
  return there.length === 1
    ? (there[0] ?? '')
    : there.map((part) => (/\bor\b/i.test(part) ? `(${part})` : part)).join(' and ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The query string of an address of the API. */
export function queryString(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const item of Array.isArray(value) ? (value as readonly unknown[]) : [value])
      search.append(name, String(item));
  return search.toString();
}
