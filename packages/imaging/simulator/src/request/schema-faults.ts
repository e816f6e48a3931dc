/** What a schema's validator finds, in sentences: the key, its value, the rule, and the name that was meant. */
import { nearestName } from '@imsim-od/names';

/** A mapping as YAML and JSON give it. */
export type Json = Record<string, unknown>;

/** What is read of a schema. */
export interface SchemaLike {
  readonly properties?: Readonly<Record<string, SchemaLike>>;
  readonly anyOf?: readonly SchemaLike[];
  readonly items?: SchemaLike;
  readonly const?: unknown;
  readonly type?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** What is read of a finding of the validator. */
export interface ValidationError {
  readonly keyword: string;
  readonly message: string;
  readonly params: object;
}

/** Says what one finding means for each key of a document that it concerns; `path` is dotted. */
export function describeFault(
  document: Json,
  error: ValidationError,
  path: string,
  schema: SchemaLike,
  add: (path: string, message: string) => void,
): void {
  const prefix = path === '' ? '' : `${path}.`;
  if (error.keyword === 'additionalProperties') {
    const { additionalProperties } = error.params as { additionalProperties: readonly string[] };
    const known = Object.keys(schemaAt(schema, path)?.properties ?? {});
    for (const key of additionalProperties) {
      const nearest = nearestName(key, known);
      add(
        `${prefix}${key}`,
        `unknown key ${prefix}${key}${nearest ? `; did you mean ${prefix}${nearest}?` : `; known: ${known.join(', ')}`}`,
      );
    }
  } else if (error.keyword === 'required') {
    const { requiredProperties } = error.params as { requiredProperties: readonly string[] };
    for (const key of requiredProperties) {
      const about = schemaAt(schema, `${prefix}${key}`)?.description;
      add(`${prefix}${key}`, `${prefix}${key} is missing${about ? ` (${about})` : ''}`);
    }
  } else if (error.keyword !== 'boolean') {
    const rule = schemaAt(schema, path);
    add(path, `${path} is ${describeValue(valueAt(document, path))}; ${ruleOf(rule, error.message)}`);
  }
}

/** The rule a schema states, in words. */
function ruleOf(schema: SchemaLike | undefined, fallback: string): string {
  const constants = schema?.anyOf?.map((member) => member.const).filter((value) => value !== undefined);
  if (constants && constants.length > 0) return `it must be one of ${constants.join(', ')}`;
  const about = schema?.description ? ` (${schema.description})` : '';
  if (schema?.type === 'number' || schema?.type === 'integer') {
    const kind = schema.type === 'integer' ? 'a whole number' : 'a finite number';
    return `it must be ${kind}${boundsOf(schema)}${about}`;
  }
  if (schema?.type === 'boolean') return `it must be true or false${about}`;
  return `it ${fallback}${about}`;
}

function boundsOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: SchemaLike): string {
  const lower =
    exclusiveMinimum !== undefined
      ? ` above ${exclusiveMinimum}`
      : minimum !== undefined
        ? ` from ${minimum}`
        : '';
  if (exclusiveMaximum !== undefined) return `${lower}${lower && ' and'} below ${exclusiveMaximum}`;
  if (maximum === undefined) return lower;
  return `${lower}${exclusiveMinimum === undefined ? '' : ' and up'} to ${maximum}`;
}

function schemaAt(schema: SchemaLike, path: string): SchemaLike | undefined {
  let at: SchemaLike | undefined = schema;
  for (const key of path === '' ? [] : path.split('.')) {
    at = /^\d+$/.test(key) ? at?.items : at?.properties?.[key];
  }
  return at;
}

function valueAt(document: unknown, path: string): unknown {
  let at: unknown = document;
  for (const key of path.split('.')) {
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isPlainObject(at) ? at[key] : undefined;
  }
  return at;
}

/** The end of a sentence about an unknown name. */
export function meant(nearest: string | undefined): string {
  return nearest ? `; did you mean ${nearest}?` : '';
}

/** A value in a few words. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isPlainObject(value)) return 'a mapping';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Whether a value is a mapping. */
export function isPlainObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
