/**
 * Visits that were chosen from a scheduler's database, or came in a file of several requests, beside the request that is being designed. The request shows one of them; what is
 * changed in it afterwards holds for all, as `--set` does on the command line.
 */
import { DECIDED_BY_VISIT, ROTATOR_KEYS, withoutVisit } from '@imsim-od/survey';
import { shellWord } from '../../copyable-act/shell-word.js';
import { isSame, withChanges } from '../followed-changes.js';
import type { Json } from '../request-document.js';

/** Chosen visits. */
export interface ChosenVisits {
  /** The database, or the file of several requests, as its owner named it. */
  readonly databaseName: string;
  /** How the command line chooses the same: `--visit 7,8`, or `--where … --limit …`; null for those of a file. */
  readonly option: string | null;
  /** What each visit gives to the request. */
  readonly parts: readonly Json[];
  /** The one that the request shows. */
  readonly shown: number;
  readonly notes: readonly string[];
}

/** The request with a visit's part in place of what it said of such things. */
export function withVisit(document: Json, part: Json): Json {
  return { ...withoutVisit(document, part), ...part };
}

/** Keys that the visits decide and the author has changed since. */
export function changedKeys(document: Json, { parts, shown }: ChosenVisits): readonly string[] {
  const part = parts[shown] ?? {};
  const keys = new Set<string>([...DECIDED_BY_VISIT, ...ROTATOR_KEYS, ...Object.keys(part)]);
  const changed = [...keys].filter((key) => !isSame(document[key], part[key]));
  // The two angles of the rotator are one statement.
  return changed.some((key) => ROTATOR_KEYS.includes(key))
    ? [...new Set([...changed, ...ROTATOR_KEYS])]
    : changed;
}

/** Whether a change of a value is one of all of it: half of another place is no pointing. */
function isOneStatement(key: string, value: unknown): boolean {
  return key === 'pointing' || typeof value !== 'object';
}

/** The request of one of the visits, the author's changes in it. */
export function requestOfVisit(
  document: Json,
  chosen: ChosenVisits,
  index: number,
  changed: readonly string[] = changedKeys(document, chosen),
): Json {
  const base = chosen.parts[chosen.shown] ?? {};
  const part = chosen.parts[index] ?? {};
  const valueOf = (key: string): unknown =>
    isOneStatement(key, document[key]) ? document[key] : withChanges(base[key], document[key], part[key]);
  const kept = Object.fromEntries(changed.flatMap((key) => (key in document ? [[key, valueOf(key)]] : [])));
  const given = Object.fromEntries(Object.entries(part).filter(([key]) => !changed.includes(key)));
  return { ...withoutVisit(withoutVisit(document, base), part), ...given, ...kept };
}

/** The requests of a run: the document alone, or one for each visit. */
export function requestsOf(document: Json, chosen: ChosenVisits | null): readonly Json[] {
  if (chosen === null) return [document];
  const changed = changedKeys(document, chosen);
  return chosen.parts.map((_part, index) => requestOfVisit(document, chosen, index, changed));
}

/**
 * What the command line needs beside the database: the author's changes, which a visit would overrule if they stood in the file.
 */
export function settingsOf(document: Json, chosen: ChosenVisits): readonly string[] {
  const said = changedKeys(document, chosen).filter((key) => document[key] !== undefined);
  return said.map((key) => `--set ${shellWord(`${key}=${JSON.stringify(document[key])}`)}`);
}
