/** What differs between a run's requests and those of a design that changes it: for a reader by dotted path, and as the changes that a clone takes. */
import { isSame } from '../followed-changes.js';
import { type Json, isMapping } from '../request-document.js';

/** One value that differs. */
export interface RequestChange {
  /** Dotted, with numbers for places in lists, as a clone's changes have it. */
  readonly path: string;
  /** undefined: not said. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two requests, in an order in which the changes can be made one after the other. */
export function changesBetween(before: Json, after: Json): readonly RequestChange[] {
  return changesOfMapping(before, after, '');
}

/**
 * The changes that make a run's requests those of a design; undefined where no changes can, since it has other visits, or since they are
 * changed in different ways.
 */
export function cloneChanges(
  before: readonly Json[],
  after: readonly Json[],
): Readonly<Record<string, unknown>> | undefined {
  if (before.length !== after.length) return undefined;
  const [first, ...others] = before.map((request, index) => changesBetween(request, after[index] ?? {}));
  if (first === undefined) return undefined;
  const changes = toChanges(first);
  const text = JSON.stringify(changes);
  return others.every((one) => JSON.stringify(toChanges(one)) === text) ? changes : undefined;
}

/** A clone takes out what is null. */
function toChanges(changes: readonly RequestChange[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(changes.map(({ path, after }) => [path, after ?? null]));
}

function changesOfMapping(before: Json, after: Json, prefix: string): readonly RequestChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  // A key with a dot in it has no path.
  if (prefix !== '' && keys.some((key) => key.includes('.')))
    return isSame(before, after) ? [] : [{ path: prefix.slice(0, -1), before, after }];
  return keys.flatMap((key) => changesOf(before[key], after[key], `${prefix}${key}`));
}

function changesOf(before: unknown, after: unknown, path: string): readonly RequestChange[] {
  if (isSame(before, after)) return [];
  if (isMapping(before) && isMapping(after)) return changesOfMapping(before, after, `${path}.`);
  if (isStack(before) && isStack(after)) return changesOfStack(before, after, path);
  return [{ path, before, after }];
}

/** A list that has grown, or of which entries were taken out, is changed by entry; any other is another list. */
function changesOfStack(
  before: readonly Json[],
  after: readonly Json[],
  path: string,
): readonly RequestChange[] {
  if (after.length >= before.length)
    return after.flatMap((entry, place) => changesOf(before[place], entry, `${path}.${place}`));
  const gone: number[] = [];
  let kept = 0;
  for (const [place, entry] of before.entries())
    if (isSame(entry, after[kept])) kept++;
    else gone.push(place);
  if (kept < after.length) return [{ path, before, after }];
  // The last one first, so that those before it keep their places.
  return gone
    .reverse()
    .map((place) => ({ path: `${path}.${place}`, before: before[place], after: undefined }));
}

function isStack(value: unknown): value is readonly Json[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMapping);
}
