/** Requests of an earlier run with changes, for a clone. */
import { ApiFault } from '../http/api-fault.js';

const MAX_DEPTH = 10;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Sets values in copies of all requests.
 * @param changes dotted path, numbers for places in lists, to the new value; null takes it out
 * @throws ApiFault where a path leads nowhere
 */
export function changedRequests(
  requests: readonly unknown[],
  changes: Readonly<Record<string, unknown>>,
): unknown[] {
  return requests.map((request) => {
    const copy = structuredClone(request);
    for (const [path, value] of Object.entries(changes)) setAt(copy, path, value);
    return copy;
  });
}

function setAt(document: unknown, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop();
  if (
    last === undefined ||
    steps.length >= MAX_DEPTH ||
    [...steps, last].some((step) => step === '' || FORBIDDEN.has(step))
  )
    throw nowhere(path);
  let place: unknown = document;
  for (const step of steps)
    place = Object.hasOwn(asObject(place, path), step) ? asObject(place, path)[step] : undefined;
  const target = asObject(place, path);
  if (Array.isArray(target) && !(/^\d{1,4}$/.test(last) && Number(last) <= target.length))
    throw nowhere(path);
  if (value === null && Array.isArray(target)) target.splice(Number(last), 1);
  else if (value === null) delete target[last];
  else target[last] = value;
}

function asObject(place: unknown, path: string): Record<string, unknown> {
  if (typeof place !== 'object' || place === null) throw nowhere(path);
  return place as Record<string, unknown>;
}

function nowhere(path: string): ApiFault {
  return new ApiFault('API_INVALID', `changes.${path}: there is no such place in the requests`, [
    { path: `body.changes.${path}`, message: 'there is no such place in the requests' },
  ]);
}
