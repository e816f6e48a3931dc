/**
 * The request as it is being designed: one plain document that holds what its author said, and nothing else. The schema
 * fills the defaults and finds the faults.
 */
import { detectorById, SCIENCE_DETECTORS, SCIENCE_RAFTS, selectDetectors } from '@imsim-od/camera';
import {
  isNestedTooDeep,
  readRequest,
  type Request,
  RequestError,
  type RequestFault,
  resolveVisit,
  type Visit,
} from '@imsim-od/simulator';
import type { Document } from 'yaml';

/** A mapping as YAML and JSON give it. */
export type Json = Readonly<Record<string, unknown>>;

/** What a document comes to. */
export interface CheckedRequest {
  /** The request with every default; absent where it has faults of form. */
  readonly request?: Request;
  /** The circumstances; absent where the visit cannot be observed. */
  readonly visit?: Visit;
  /** What was decided for the author, in sentences. */
  readonly notes: readonly string[];
  readonly faults: readonly RequestFault[];
}

/** Where one begins. */
export const FIRST_DOCUMENT: Json = {
  pointing: { raDeg: 150.1, decDeg: 2.18 },
  band: 'r',
  detectors: ['R22_S11'],
  sky: [{ type: 'synthetic' }],
};

/** What a document without faults has of them: the same at each check. */
const NO_FAULTS: readonly RequestFault[] = [];

/** Reads a document with the simulator's own rules. */
export function checkDocument(document: Json): CheckedRequest {
  try {
    const { request } = readRequest([{ origin: 'design', document }]);
    try {
      const { visit, notes } = resolveVisit(request, 'design');
      return { request, visit, notes, faults: NO_FAULTS };
    } catch (error) {
      return { request, notes: [], faults: faultsOf(error) };
    }
  } catch (error) {
    return { notes: [], faults: faultsOf(error) };
  }
}

function faultsOf(error: unknown): readonly RequestFault[] {
  if (error instanceof RequestError) return error.faults;
  throw error;
}

/** The keys of a dotted path; a key of the document that has points itself is one. */
function keysOf(document: unknown, path: string): readonly string[] {
  return isMapping(document) && Object.hasOwn(document, path) ? [path] : path.split('.');
}

/** The value at a dotted path. */
export function valueAt(document: unknown, path: string): unknown {
  let at: unknown = document;
  for (const key of keysOf(document, path))
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return at;
}

/** The document with a value at a dotted path; undefined takes it out, of a list as well, and a mapping left empty with it. */
export function withValue(document: Json, path: string, value: unknown): Json {
  return put(document, keysOf(document, path), value) as Json;
}

function put(at: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  if (Array.isArray(at) && /^\d+$/.test(key)) {
    const copy = [...(at as unknown[])];
    if (rest.length === 0 && value === undefined) copy.splice(Number(key), 1);
    else copy[Number(key)] = rest.length === 0 ? value : put(copy[Number(key)], rest, value);
    return copy;
  }
  // What stands where a mapping belongs gives way to one.
  const copy: Record<string, unknown> = isMapping(at) ? { ...at } : {};
  const inner = rest.length === 0 ? value : put(copy[key], rest, value);
  if (inner === undefined || (rest.length > 0 && isEmpty(inner))) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** Whether a value is a mapping of keys to values. */
export function isMapping(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return isMapping(value) && Object.keys(value).length === 0;
}

/** Numbers of the detectors that a document says; none where it names what there is not. @param said by its key `detectors` */
export function chosenDetectors(said: unknown): ReadonlySet<number> {
  try {
    return new Set(selectDetectors((said ?? 'R22_S11') as string[]).map(({ id }) => id));
  } catch {
    return new Set();
  }
}

/** Words for a choice of detectors: `all`, whole rafts, and single names. */
export function detectorWords(ids: ReadonlySet<number>): readonly string[] {
  const words: string[] = [];
  const named = new Set<number>();
  if (SCIENCE_DETECTORS.every(({ id }) => ids.has(id))) {
    words.push('all');
    for (const { id } of SCIENCE_DETECTORS) named.add(id);
  }
  for (const raft of SCIENCE_RAFTS) {
    const members = SCIENCE_DETECTORS.filter((detector) => detector.raft === raft);
    if (members.every(({ id }) => ids.has(id) && !named.has(id))) {
      words.push(`${raft}_S*`);
      for (const { id } of members) named.add(id);
    }
  }
  const rest = [...ids].filter((id) => !named.has(id)).sort((a, b) => a - b);
  return [...words, ...rest.map((id) => detectorById(id)?.name ?? String(id))];
}

/** Largest text that a link or a kept design may bring, and the largest file: as the command line has it. */
const LARGEST_CHARACTERS = 1_000_000;
const LARGEST_FILE_CHARACTERS = 16_000_000;
/** Requests of one file, at most: as many as a run takes. */
const MOST_DOCUMENTS = 5000;

/** A text holds no request. */
export class DocumentTextError extends Error {
  override readonly name = 'DocumentTextError';
  readonly code = 'DESIGN_TEXT';
}

/** Reads YAML or JSON: one request, or several with `---` between them. @throws DocumentTextError */
export async function documentsFromText(text: string): Promise<readonly Json[]> {
  if (text.length > LARGEST_FILE_CHARACTERS)
    throw new DocumentTextError('The file is larger than requests are: 16 MB at most.');
  const [{ parseAllDocuments }, { excessNesting, oddKey }] = await Promise.all([
    import('yaml'),
    import('@imsim-od/simulator/yaml-limits'),
  ]);
  const nesting = excessNesting(text);
  if (nesting !== undefined) throw new DocumentTextError(`The file is no request: ${nesting.message}.`);
  const parsed: readonly Document.Parsed[] = parseAllDocuments(text);
  if (parsed.length === 0) throw new DocumentTextError('The file is empty.');
  if (parsed.length > MOST_DOCUMENTS)
    throw new DocumentTextError(
      `The file has ${parsed.length} requests; a run takes ${MOST_DOCUMENTS} at most.`,
    );
  return parsed.map((one) => {
    const fault = one.errors[0] ?? oddKey(one);
    if (fault !== undefined) throw new DocumentTextError(fault.message, { cause: fault });
    return asDocument(plainOf(one));
  });
}

function plainOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 });
  } catch (error) {
    throw new DocumentTextError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Reads JSON. @throws DocumentTextError */
export function documentFromJson(text: string): Json {
  if (text.length > LARGEST_CHARACTERS)
    throw new DocumentTextError('The text is larger than any request: 1 MB at most.');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new DocumentTextError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return asDocument(document);
}

function asDocument(document: unknown): Json {
  if (!isMapping(document))
    throw new DocumentTextError(
      'A request is a mapping of keys to values, such as pointing, band and detectors.',
    );
  if (isNestedTooDeep(document)) throw new DocumentTextError('The request is nested too deep.');
  return document;
}

/** Documents as YAML, `---` between them. */
export async function documentsText(documents: readonly unknown[]): Promise<string> {
  const { stringify } = await import('yaml');
  return documents.map((document) => stringify(document)).join('---\n');
}

const FRAGMENT = '#request=';

/** The document as the last part of an address, which no server is told. */
export function fragmentOf(document: Json): string {
  return FRAGMENT + toFragmentText(document);
}

/** The document of an address; undefined where it has none that can be read. */
export function documentFromFragment(fragment: string): Json | undefined {
  return fragment.startsWith(FRAGMENT) ? fromFragmentText(fragment.slice(FRAGMENT.length)) : undefined;
}

/** A document in the letters that an address may have. */
export function toFragmentText(document: Json): string {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Reads such letters. @throws DocumentTextError where they hold no document */
export function readFragmentText(text: string): Json {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
  } catch (error) {
    throw new DocumentTextError('they are not all of the letters that this page writes.', { cause: error });
  }
  return documentFromJson(new TextDecoder().decode(bytes));
}

/** The same; undefined where they hold no document. */
export function fromFragmentText(text: string): Json | undefined {
  try {
    return readFragmentText(text);
  } catch {
    return undefined;
  }
}
