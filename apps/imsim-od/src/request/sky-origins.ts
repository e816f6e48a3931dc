/** Where each value of the sky came from: a list is one value to the request's reader, but many to its user. */
import type { Setting } from './setting.js';

/** What the sky was put together from. */
export interface SkyParts {
  /** The entries as given, before defaults. */
  readonly given: unknown;
  /** The entries that stand in the file come first; this many. */
  readonly inFile: number;
  /** Where those came from. */
  readonly fileOrigin: string;
  readonly settings: readonly Setting[];
}

/** The option that adds an entry of a type. */
const OPTION_OF_TYPE: Readonly<Record<string, string>> = { table: '--table', skyCatalogs: '--sky-catalog' };

/** Dotted path of every value of `sky` → its origin. */
export function originsOfSky(sky: readonly object[], parts: SkyParts): Map<string, string> {
  const origins = new Map<string, string>();
  sky.forEach((entry, index) => {
    const given: unknown = Array.isArray(parts.given) ? (parts.given as unknown[])[index] : undefined;
    const origin =
      index < parts.inFile
        ? parts.fileOrigin
        : 'type' in entry && typeof entry.type === 'string'
          ? (OPTION_OF_TYPE[entry.type] ?? '--catalog')
          : '--catalog';
    addLeaves(entry, given, `sky.${index}`, origin, origins);
  });
  for (const { path, origin } of parts.settings) {
    const set = path.join('.');
    for (const key of origins.keys()) if (key === set || key.startsWith(`${set}.`)) origins.set(key, origin);
  }
  return origins;
}

function addLeaves(
  value: unknown,
  given: unknown,
  path: string,
  origin: string,
  origins: Map<string, string>,
): void {
  if (!isMapping(value)) {
    origins.set(path, given === undefined ? 'default' : origin);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    addLeaves(inner, isMapping(given) ? given[key] : undefined, `${path}.${key}`, origin, origins);
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
