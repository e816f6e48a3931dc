/**
 * A request's text as a plain document, with the line of every key, so that a fault found later is said with its line.
 * YAML 1.2 is read; JSON is a part of it.
 */
import { excessNesting, oddKey } from '@imsim-od/simulator/yaml-limits';
import {
  type Document,
  LineCounter,
  type Node,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  parseDocument,
} from 'yaml';
import { CliError } from '../errors.js';

/** A parsed request file. */
export interface RequestDocument {
  readonly origin: string;
  readonly document: unknown;
  /** 1-based line of a dotted path, or of its nearest ancestor that the file holds; undefined for the whole. */
  lineOf(path: string): number | undefined;
}

/** Requests of one file, at most: as many as a run takes. */
const MOST_DOCUMENTS = 5000;

/**
 * Parses the text of one request, or of several with `---` between them; throws {@link CliError} with line and column where it is
 * neither YAML nor JSON.
 */
export function parseRequestDocuments(text: string, origin: string): readonly RequestDocument[] {
  const lines = new LineCounter();
  const nesting = excessNesting(text);
  if (nesting) throw new CliError(`${origin}:${placeIn(text, nesting.offset)}: ${nesting.message}`);
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  if (parsed.length === 0) throw new CliError(`${origin}: is empty; a request names a pointing and a band`);
  if (parsed.length > MOST_DOCUMENTS)
    throw new CliError(
      `${origin}: has ${parsed.length} requests; ${MOST_DOCUMENTS} at most are taken at once`,
    );
  return parsed.map((one) => toRequestDocument(one, text, origin, lines));
}

/** Parses the text of one request; as above. */
export function parseRequestDocument(text: string, origin: string): RequestDocument {
  const [first, ...others] = parseRequestDocuments(text, origin);
  if (first === undefined || others.length > 0)
    throw new CliError(`${origin}: holds ${others.length + 1} requests; one is wanted here`);
  return first;
}

function toRequestDocument(
  parsed: Document.Parsed,
  text: string,
  origin: string,
  lines: LineCounter,
): RequestDocument {
  const fault = parsed.errors[0] ?? parsed.warnings[0];
  if (fault) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new CliError(`${origin}:${line}:${col}: not YAML or JSON: ${fault.message}`);
  }
  const odd = oddKey(parsed);
  if (odd) throw new CliError(`${origin}:${placeIn(text, odd.offset)}: ${odd.message}`);
  const document = toPlain(parsed, origin);
  refuseImsimConfig(document, origin);
  return {
    origin,
    document,
    lineOf: (path) => lineOfPath(parsed.contents, path, lines),
  };
}

/** Reads the value of `--set key=value` as YAML: `24.5`, `true`, `[R22, R01_S00]`, `gr`. */
export function parseSetting(text: string): unknown {
  const refuse = (reason: string | undefined, cause?: unknown): never => {
    throw new CliError(`--set: the value ${JSON.stringify(text)} is not YAML (${reason ?? ''})`, undefined, {
      cause,
    });
  };
  const nesting = excessNesting(text);
  if (nesting) return refuse(nesting.message);
  const parsed = parseDocument(text);
  const fault = parsed.errors[0];
  if (fault) return refuse(fault.message.split('\n')[0], fault);
  const odd = oddKey(parsed);
  if (odd) return refuse(odd.message);
  try {
    return parsed.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    return refuse((cause as Error).message.split('\n')[0], cause);
  }
}

/** Tells those who give imSim's own configuration what to give instead. */
function refuseImsimConfig(document: unknown, origin: string): void {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return;
  const keys = Object.keys(document);
  const isConfig = keys.some((key) => key === 'modules' || key === 'template' || key.startsWith('input.'));
  if (!isConfig && !(keys.includes('input') && keys.includes('output'))) return;
  throw new CliError(
    `${origin}: this is a configuration of imSim (GalSim), which is not read. Give the instance catalog that its ` +
      'input.instance_catalog.file_name names, or a request; docs/inputs/from-dc2-imsim-phosim.md says what each of its keys is called here',
  );
}

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before[before.length - 1]?.length ?? 0) + 1}`;
}

function toPlain(parsed: Document.Parsed, origin: string): unknown {
  try {
    return parsed.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw new CliError(`${origin}: ${(cause as Error).message}`);
  }
}

function lineOfPath(contents: Node | null, path: string, lines: LineCounter): number | undefined {
  let node: unknown = contents;
  let offset: number | undefined;
  for (const key of path.split('.')) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (!pair) break;
      if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!hasRange(node)) break;
      offset = node.range[0];
    } else {
      break;
    }
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function hasRange(node: unknown): node is { range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
