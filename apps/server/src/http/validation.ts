/**
 * Checking what comes in by the contract's schemas: nothing is converted and nothing removed. A query string is text by nature, so its
 * values are read as the schema says before they are checked.
 */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Fault } from './api-fault.js';

/** What broke the contract, with every place. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code = 'API_VALIDATION';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(
      faults
        .map(({ path, message }) => `${path} ${message}`)
        .join('; ')
        .slice(0, 2000),
    );
    this.faults = faults;
  }
}

const MAX_FAULTS = 20;
const MAX_DEPTH = 50;

/** Fastify's compiler of validators. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const checker = Compile(schema);
  const part = httpPart === 'querystring' ? 'query' : (httpPart ?? 'body');
  return (value: unknown) => {
    if (isDeeperThan(value, MAX_DEPTH))
      return { error: new ContractError([{ path: part, message: `is nested deeper than ${MAX_DEPTH}` }]) };
    const read = httpPart === 'querystring' ? readQuery(schema, value) : value;
    if (checker.Check(read)) return { value: read };
    const faults: Fault[] = [];
    for (const { instancePath, message, keyword, params } of checker.Errors(read)) {
      // Said of the object that has it already.
      if (keyword === 'boolean') continue;
      const place = `${part}${instancePath.replaceAll('/', '.')}`;
      const extra =
        keyword === 'additionalProperties'
          ? (params as { additionalProperties?: readonly string[] }).additionalProperties
          : undefined;
      faults.push({ path: place, message: extra === undefined ? message : `has no ${extra.join(', ')}` });
      if (faults.length >= MAX_FAULTS) break;
    }
    return { error: new ContractError(faults) };
  };
};

/** Whether a document is nested deeper than so many levels; without recursion, which is what deep documents are made to break. */
function isDeeperThan(document: unknown, levels: number): boolean {
  let layer: unknown[] = [document];
  for (let depth = 0; layer.length > 0; depth++) {
    if (depth > levels) return true;
    layer = layer.flatMap((value) =>
      typeof value === 'object' && value !== null
        ? Object.values(value).filter((inner) => typeof inner === 'object')
        : [],
    );
  }
  return false;
}

/** The values of a query string as the schema has them; what cannot be read stays text, and the check says so. */
function readQuery(schema: TSchema, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const properties =
    (schema as { readonly properties?: Readonly<Record<string, JsonSchema>> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => [name, readValue(properties[name], given)]),
  );
}

interface JsonSchema {
  readonly type?: string;
  readonly items?: JsonSchema;
}

function readValue(schema: JsonSchema | undefined, given: unknown): unknown {
  if (schema?.type === 'array')
    return (Array.isArray(given) ? given : [given]).map((item) => readValue(schema.items, item));
  if (typeof given !== 'string') return given;
  if (schema?.type === 'integer' || schema?.type === 'number')
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : given;
  if (schema?.type === 'boolean') return given === 'true' ? true : given === 'false' ? false : given;
  return given;
}
