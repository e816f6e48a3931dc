/**
 * Reads a request from layers of plain documents (defaults < file < command line), keeping the origin of every value.
 *
 * A document is what a YAML or JSON parser returns. Values are checked, never converted; an unknown key is an error that
 * names the nearest known one.
 */
import { isSelectionError, selectDetectors } from '@imsim-od/camera';
import { nearestName } from '@imsim-od/names';
import { Value } from 'typebox/value';
import { findOptionFaults } from './entry-option-faults.js';
import { RequestError, type RequestFault } from './request-error.js';
import { type Request, RequestSchema } from './request-schema.js';
import { type Json, describeFault, describeValue, isPlainObject, meant } from './schema-faults.js';

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

/** Many times what a request needs, and little enough for every walk through it. */
const MOST_DEPTH = 100;

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
        [{ path: '', message: `a request is a mapping of keys to values, not ${describeValue(document)}` }],
        origin,
      );
    }
    if (isNestedTooDeep(document)) {
      throw new RequestError(
        [{ path: '', message: `a request is nested at most ${MOST_DEPTH} deep` }],
        origin,
      );
    }
    merge(merged, document, origin, '', origins);
  }
  const withDefaults = fillDefaults(merged);
  const faults = findFaults(withDefaults);
  if (faults.length === 0) faults.push(...detectorFaults(withDefaults['detectors']));
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

/** Whether a document is nested deeper than any request: too deep for walks through it. */
export function isNestedTooDeep(document: unknown): boolean {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return true;
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
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
    describeFault(document, error, path, RequestSchema, add);
  }
  return faults;
}

/** What no schema tells: words that name no detector, or none that can be drawn. */
function detectorFaults(detectors: unknown): RequestFault[] {
  try {
    selectDetectors(detectors as Request['detectors']);
    return [];
  } catch (error) {
    if (!isSelectionError(error)) throw error;
    return [{ path: 'detectors', message: `detectors: ${error.message}` }];
  }
}

function findSkyFaults(sky: readonly unknown[], add: (path: string, message: string) => void): void {
  const members = RequestSchema.properties.sky.items.anyOf;
  const types = members.map((member) => member.properties.type.const);
  sky.forEach((entry, index) => {
    const path = `sky.${index}`;
    if (!isPlainObject(entry)) {
      add(
        path,
        `${path} is ${describeValue(entry)}; a sky entry is a mapping with a type: ${types.join(' or ')}`,
      );
      return;
    }
    const type = entry['type'];
    const member = members.find((candidate) => candidate.properties.type.const === type);
    if (!member) {
      const nearest = typeof type === 'string' ? nearestName(type, types) : undefined;
      add(
        `${path}.type`,
        `${path}.type is ${describeValue(type)}; known: ${types.join(', ')}${meant(nearest)}`,
      );
      return;
    }
    for (const error of Value.Errors(member, entry)) {
      const inner = error.instancePath.slice(1).replaceAll('/', '.');
      describeFault(entry, error, inner, member, (innerPath, message) =>
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
