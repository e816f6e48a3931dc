/**
 * A design as the last part of an address, which no server is told: the request, its chosen visits where there are several, and the sky
 * entries that are switched off.
 */
import {
  fragmentOf,
  documentFromFragment,
  fromFragmentText,
  isMapping,
  type Json,
  readFragmentText,
  toFragmentText,
} from './request-document.js';
import { readSwitchedOff, type SwitchedOff } from './sky-stack.js';
import type { ChosenVisits } from './visits/chosen-visits.js';

/** What an address, or this browser, holds. */
export interface LinkedDesign {
  readonly document: Json;
  /** Visits of which the document is one; null: the document is the only visit. */
  readonly visits: ChosenVisits | null;
  /** Sky entries that are no part of the request until they are switched on. */
  readonly off: readonly SwitchedOff[];
}

/** Programs that open a link are told it on a command line, which Windows ends after 32,767 characters. */
export const LONGEST_LINK = 32_000;

const FRAGMENT = '#design=';
/** Visits that a run takes, at most. */
const MOST_VISITS = 5000;

/** The fragment of a design. Visits are written as a table, so that each name of a key stands there once. */
export function fragmentOfDesign({ document, visits, off }: LinkedDesign): string {
  const beside = off.length === 0 ? {} : { off };
  if (visits === null)
    return off.length === 0 ? fragmentOf(document) : FRAGMENT + toFragmentText({ document, ...beside });
  const { databaseName, option, parts, shown, notes } = visits;
  const keys = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  const rows = parts.map((part) => keys.map((key) => part[key] ?? null));
  return FRAGMENT + toFragmentText({ document, ...beside, databaseName, option, notes, shown, keys, rows });
}

/** The design of a fragment; undefined where it has none that can be read. */
export function designFromFragment(fragment: string): LinkedDesign | undefined {
  if (!fragment.startsWith(FRAGMENT)) {
    const document = documentFromFragment(fragment);
    return document === undefined ? undefined : { document, visits: null, off: [] };
  }
  const said = fromFragmentText(fragment.slice(FRAGMENT.length));
  if (said === undefined) return undefined;
  const { document, databaseName, option, notes, shown, keys, rows } = said;
  const off = readSwitchedOff(said['off'] ?? []);
  if (!isMapping(document) || off === undefined) return undefined;
  if (rows === undefined) return { document, visits: null, off };
  if (!isListOf(keys, isText) || !isListOf(rows, isList)) return undefined;
  if (typeof databaseName !== 'string' || !(option === null || isText(option)) || !isListOf(notes, isText))
    return undefined;
  if (typeof shown !== 'number' || rows[shown] === undefined || rows.length > MOST_VISITS) return undefined;
  const parts = rows.map((row) =>
    Object.fromEntries(
      row.slice(0, keys.length).flatMap((value, at) => (value === null ? [] : [[keys[at], value]])),
    ),
  );
  return { document, visits: { databaseName, option, parts, shown, notes }, off };
}

/** Why a fragment that should have a design has none that can be read, in a sentence; undefined where it has one, or should not. */
export function faultOfLink(fragment: string): string | undefined {
  const [, name, text] = /^#(request|design)=(.*)$/s.exec(fragment) ?? [];
  if (name === undefined || text === undefined || designFromFragment(fragment) !== undefined)
    return undefined;
  const what = `After “#${name}=” the link has ${text.length} characters that cannot be read:`;
  try {
    readFragmentText(text);
    return `${what} they are no request with the table of its visits.`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${what} ${why}${why.endsWith('.') ? '' : '.'}`;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(is);
}
