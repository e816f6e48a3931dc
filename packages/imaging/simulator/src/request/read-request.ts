/**
 * Reads a request from layers of plain documents (defaults < file < command line), keeping the origin of every value.
 *
 * A document is what a YAML or JSON parser returns. Values are checked, never converted; an unknown key is an error that
 * names the nearest known one.
 */
import { Value } from 'typebox/value';
import { findOptionFaults } from './entry-option-faults.js';
import { RequestError, type RequestFault } from './request-error.js';
import { nearestName } from './nearest-name.js';
import { type Request, RequestSchema } from './request-schema.js';

/** A document and the words for where it came from, such as a file name or `--set`. */
export interface RequestLayer {
  readonly origin: string;
  readonly document: unknown;
}

/** A request together with where each of its values came from. */
export interface RequestWithOrigins {
  readonly request: Request;
  /** Dotted path of every leaf → the origin of its value; `default` where nobody gave one. */
  readonly origins: ReadonlyMap<string, string>;
}

type Json = Record<string, unknown>;

/**
 * Merges the layers, fills the defaults and validates.
 *
 * Objects merge key by key; arrays and single values replace. Throws {@link RequestError} naming every fault.
 */
export function readRequest(layers: readonly RequestLayer[]): RequestWithOrigins {
  const merged: Json = {};
  const origins = new Map<string, string>();
  for (const { origin, document } of layers) {
    if (!isPlainObject(document)) {
      throw new RequestError(
        [{ path: '', message: `a request is a mapping of keys to values, not ${describe(document)}` }],
        origin,
      );
    }
    merge(merged, document, origin, '', origins);
  }
  const withDefaults = fillDefaults(merged);
  const faults = findFaults(withDefaults);
  if (faults.length > 0) {
    throw new RequestError(faults, originOf(faults, origins, layers));
  }
  const request = withDefaults as unknown as Request;
  for (const path of leafPaths(request as unknown as Json, '')) {
    if (!origins.has(path) && ![...origins.keys()].some((known) => path.startsWith(`${known}.`))) {
      origins.set(path, 'default');
    }
  }
  return { request, origins };
}

function fillDefaults(document: Json): Json {
  const prepared = { effects: {}, ...structuredClone(document) } as Json;
  const filled = Value.Default(RequestSchema, prepared) as Json;
  // A union's members get no defaults from the union: each sky entry is filled by its own member.
  const sky = filled['sky'];
  if (Array.isArray(sky)) {
    const members = RequestSchema.properties.sky.items.anyOf;
    filled['sky'] = sky.map((entry: unknown) => {
      const member = isPlainObject(entry)
        ? members.find((candidate) => candidate.properties.type.const === entry['type'])
        : undefined;
      return member ? Value.Default(member, entry) : entry;
    });
  }
  return filled;
}

function findFaults(document: Json): RequestFault[] {
  const faults: RequestFault[] = [];
  const seen = new Set<string>();
  const add = (path: string, message: string) => {
    if (!seen.has(path)) {
      seen.add(path);
      faults.push({ path, message });
    }
  };
  const sky = document['sky'];
  if (Array.isArray(sky)) findSkyFaults(sky, add);
  for (const error of Value.Errors(RequestSchema, document)) {
    const path = error.instancePath.slice(1).replaceAll('/', '.');
    if (/^sky\.\d+/.test(path)) continue; // said above, in the terms of the entry's own type
    describeError(document, error, path, RequestSchema, add);
  }
  return faults;
}

function findSkyFaults(sky: readonly unknown[], add: (path: string, message: string) => void): void {
  const members = RequestSchema.properties.sky.items.anyOf;
  const types = members.map((member) => member.properties.type.const);
  sky.forEach((entry, index) => {
    const path = `sky.${index}`;
    if (!isPlainObject(entry)) {
      add(path, `${path} is ${describe(entry)}; a sky entry is a mapping with a type: ${types.join(' or ')}`);
      return;
    }
    const type = entry['type'];
    const member = members.find((candidate) => candidate.properties.type.const === type);
    if (!member) {
      const nearest = typeof type === 'string' ? nearestName(type, types) : undefined;
      add(`${path}.type`, `${path}.type is ${describe(type)}; known: ${types.join(', ')}${meant(nearest)}`);
      return;
    }
    for (const error of Value.Errors(member, entry)) {
      const inner = error.instancePath.slice(1).replaceAll('/', '.');
      describeError(entry, error, inner, member, (innerPath, message) =>
        add(`${path}.${innerPath}`, `${path}: ${message}`),
      );
    }
    if (type === 'synthetic') findSyntheticFaults(entry, path, add);
    findOptionFaults(entry, path, add);
  });
}

/** What no single key of a synthetic sky can tell. */
function findSyntheticFaults(entry: Json, path: string, add: (path: string, message: string) => void): void {
  const { brightestMag, faintIMag } = entry;
  if (typeof brightestMag === 'number' && typeof faintIMag === 'number' && faintIMag <= brightestMag) {
    add(
      `${path}.faintIMag`,
      `${path}: faintIMag is ${faintIMag}; it must be above brightestMag, ${brightestMag}`,
    );
  }
}

interface SchemaLike {
  readonly properties?: Readonly<Record<string, SchemaLike>>;
  readonly anyOf?: readonly SchemaLike[];
  readonly items?: SchemaLike;
  readonly const?: unknown;
  readonly type?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

interface ValidationError {
  readonly keyword: string;
  readonly message: string;
  readonly params: object;
}

function describeError(
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
    add(path, `${path} is ${describe(valueAt(document, path))}; ${ruleOf(rule, error.message)}`);
  }
}

/** The rule a schema states, in words. */
function ruleOf(schema: SchemaLike | undefined, fallback: string): string {
  const constants = schema?.anyOf?.map((member) => member.const).filter((value) => value !== undefined);
  if (constants && constants.length > 0) return `it must be one of ${constants.join(', ')}`;
  const about = schema?.description ? ` (${schema.description})` : '';
  if (schema?.type === 'number' || schema?.type === 'integer') {
    const kind = schema.type === 'integer' ? 'a whole number' : 'a finite number';
    const upper =
      schema.exclusiveMaximum !== undefined
        ? ` and below ${schema.exclusiveMaximum}`
        : schema.maximum !== undefined
          ? ` to ${schema.maximum}`
          : '';
    return `it must be ${kind}${schema.minimum !== undefined ? ` from ${schema.minimum}${upper}` : upper}${about}`;
  }
  if (schema?.type === 'boolean') return `it must be true or false${about}`;
  return `it ${fallback}${about}`;
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

function merge(into: Json, from: Json, origin: string, prefix: string, origins: Map<string, string>): void {
  for (const [key, value] of Object.entries(from)) {
    if (value === undefined) continue;
    const path = `${prefix}${key}`;
    if (isPlainObject(value)) {
      const inner = Object.hasOwn(into, key) && isPlainObject(into[key]) ? { ...into[key] } : {};
      setOwn(into, key, inner);
      merge(inner, value, origin, `${path}.`, origins);
    } else {
      setOwn(into, key, structuredClone(value));
      origins.set(path, origin);
    }
  }
}

/** Sets a key even when it is called `__proto__`, so that it is seen and refused as unknown. */
function setOwn(object: Json, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function originOf(
  faults: readonly RequestFault[],
  origins: ReadonlyMap<string, string>,
  layers: readonly RequestLayer[],
): string {
  const first = faults[0]!.path;
  for (const [path, origin] of origins) {
    if (first === path || first.startsWith(`${path}.`) || path.startsWith(`${first}.`)) return origin;
  }
  return layers[0]?.origin ?? 'request';
}

function* leafPaths(value: Json, prefix: string): Generator<string> {
  for (const [key, inner] of Object.entries(value)) {
    if (isPlainObject(inner)) yield* leafPaths(inner, `${prefix}${key}.`);
    else yield `${prefix}${key}`;
  }
}

function isPlainObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function meant(nearest: string | undefined): string {
  return nearest ? `; did you mean ${nearest}?` : '';
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isPlainObject(value)) return 'a mapping';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
