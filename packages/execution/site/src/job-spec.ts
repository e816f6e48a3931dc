/**
 * What a job is: everything a site needs to run it, and nothing about why. Plain JSON, so that it can be stored and compared.
 */
import { createHash } from 'node:crypto';
import { toJobKey, type JobKey } from './job-identity.js';
import { SiteError } from './site-error.js';

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A program and its arguments, started without a shell. A bare program name is looked up in the PATH of `environment`. */
export interface CommandWork {
  readonly kind: 'command';
  readonly argv: readonly string[];
}

/** Work for the function that the app handed to the adapter; sites with the capability `payloads` alone. */
export interface PayloadWork {
  readonly kind: 'payload';
  readonly payload: JsonValue;
}

export type JobWork = CommandWork | PayloadWork;

/** A file that must be in the job's folder before it starts. */
export interface JobInput {
  /** Where it comes from: an absolute path at the site, or a URL that the site can read. */
  readonly source: string;
  /** Where it goes, relative to the job's folder, with `/`, never above it. */
  readonly path: string;
  /** SHA-256, hexadecimal; checked before the start where given, and a job whose input differs fails without having run. */
  readonly sha256?: string;
}

/** A file that the job should leave. */
export interface JobOutput {
  /** Relative to the job's folder, with `/`, never above it. */
  readonly path: string;
  /** Whether its absence is reported by `collect`. */
  readonly required: boolean;
}

export interface JobSpec {
  readonly key: JobKey;
  readonly work: JobWork;
  /** The whole environment of the job besides what the site adds; nothing of the adapter's own is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** The job's own folder, absolute at the site, made where absent; never shared with another job. Null: the site chooses one. */
  readonly workingFolder: string | null;
  readonly inputs: readonly JobInput[];
  /** Cores it uses, 1 or more, whole. */
  readonly cpuCores: number;
  /** Resident memory of all its processes together, in MiB. */
  readonly memoryMb: number;
  /** Longest time from start to end, in seconds; null: none. */
  readonly wallS: number | null;
  /** Longest CPU time of all its processes together, in seconds; null: none. */
  readonly cpuS: number | null;
  /** 0 (as others) to 19 (only what nobody else wants). */
  readonly niceness: number;
  readonly outputs: readonly JobOutput[];
}

const SHA256 = /^[0-9a-f]{64}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Throws `SITE_BAD_JOB`, naming the field, where the specification breaks a rule that holds for every site. */
export function checkJobSpec(spec: JobSpec): void {
  const refuse = (field: string, rule: string): never => {
    throw new SiteError('SITE_BAD_JOB', `Job ${spec.key}: ${field} ${rule}.`, { key: spec.key });
  };
  toJobKey(spec.key);
  if (spec.work.kind === 'command') {
    if (spec.work.argv.length === 0 || spec.work.argv[0] === '') refuse('work.argv', 'names no program');
    if (spec.work.argv.some((word) => word.includes('\0'))) refuse('work.argv', 'holds a NUL character');
  }
  for (const [name, value] of Object.entries(spec.environment)) {
    if (!VARIABLE.test(name)) refuse(`environment.${JSON.stringify(name)}`, 'is not a name of a variable');
    if (value.includes('\0')) refuse(`environment.${name}`, 'holds a NUL character');
  }
  if (spec.workingFolder !== null && !isAbsolutePath(spec.workingFolder))
    refuse('workingFolder', `${JSON.stringify(spec.workingFolder)} is not an absolute path`);
  const inputPaths = new Set<string>();
  for (const { path, source, sha256 } of spec.inputs) {
    if (!isInsidePath(path))
      refuse('inputs.path', `${JSON.stringify(path)} is not a plain path inside the job's folder`);
    if (inputPaths.has(path)) refuse('inputs.path', `${JSON.stringify(path)} comes twice`);
    if (source === '' || source.includes('\0'))
      refuse('inputs.source', `of ${path} is empty or holds a NUL character`);
    if (sha256 !== undefined && !SHA256.test(sha256))
      refuse('inputs.sha256', `of ${path} is not 64 hexadecimal digits`);
    inputPaths.add(path);
  }
  const outputPaths = new Set<string>();
  for (const { path } of spec.outputs) {
    if (!isInsidePath(path))
      refuse('outputs.path', `${JSON.stringify(path)} is not a plain path inside the job's folder`);
    if (outputPaths.has(path)) refuse('outputs.path', `${JSON.stringify(path)} comes twice`);
    if (inputPaths.has(path)) refuse('outputs.path', `${JSON.stringify(path)} is an input, too`);
    outputPaths.add(path);
  }
  if (!Number.isSafeInteger(spec.cpuCores) || spec.cpuCores < 1)
    refuse('cpuCores', `is ${spec.cpuCores}, not a whole number above 0`);
  if (!Number.isFinite(spec.memoryMb) || spec.memoryMb <= 0)
    refuse('memoryMb', `is ${spec.memoryMb}, not above 0`);
  for (const limit of ['wallS', 'cpuS'] as const) {
    const value = spec[limit];
    if (value !== null && !(Number.isFinite(value) && value > 0)) refuse(limit, `is ${value}, not above 0`);
  }
  if (!Number.isInteger(spec.niceness) || spec.niceness < 0 || spec.niceness > 19)
    refuse('niceness', `is ${spec.niceness}, not a whole number from 0 to 19`);
}

/** SHA-256 of the specification, whatever the order of its fields: two submissions of one key must agree in it. */
export function jobSpecSha256(spec: JobSpec): string {
  return createHash('sha256').update(sortedJson(spec)).digest('hex');
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry: unknown) => sortedJson(entry)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${sortedJson(entry)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') && !path.includes('\0');
}

/** Relative, normal, inside: no empty, `.` or `..` part, no backslash, no control character. */
function isInsidePath(path: string): boolean {
  if (path.length === 0 || path.length > 1000 || hasControlCharacter(path)) return false;
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\\'));
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
