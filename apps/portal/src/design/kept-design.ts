/**
 * The design that is worked on, kept in the browser: for this tab at each change, so that two tabs do not mix theirs, and for tabs to come a
 * moment later. A design is kept whole or not at all: where the browser has no room, what was kept before stays.
 */
import { notifications } from '@mantine/notifications';
import type { LinkedDesign } from './design-link.js';
import { documentFromJson, isMapping } from './request-document.js';
import { readSwitchedOff } from './sky-stack.js';
import type { ChosenVisits } from './visits/chosen-visits.js';

/** The run that a design changes. */
export interface ChangedRun {
  readonly id: string;
  readonly name: string;
}

/** A design, and whether it is a change of a run. */
export interface WorkedOn extends LinkedDesign {
  readonly changeOf: ChangedRun | null;
}

const KEY = 'imsim-od.design';
/** Visits stand apart: a survey has megabytes of them, and most changes leave them alone. */
const VISITS_KEY = 'imsim-od.visits';
const SOON_MS = 1000;

let waiting: WorkedOn | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The visits of this tab's design are not those that are kept for it. */
let areVisitsOwed = false;
let isLossSaid = false;

/** Keeps a design for this tab alone. @param areVisitsNew whether the tab has others, or none, so far */
export function keepForTab(design: WorkedOn, areVisitsNew: boolean): void {
  const withVisits = areVisitsNew || areVisitsOwed;
  areVisitsOwed = !write(window.sessionStorage, design, withVisits) && withVisits;
}

/** Keeps a design that was changed, for this tab and for tabs to come. @param areVisitsNew whether the tab has others, or none, so far */
export function keepDesign(design: WorkedOn, areVisitsNew: boolean): void {
  keepForTab(design, areVisitsNew);
  waiting = design;
  timer ??= setTimeout(keepNow, SOON_MS);
}

/** The design of this tab, else the one last worked on in this browser; undefined where there is none. */
export function keptDesign(): WorkedOn | undefined {
  return read(window.sessionStorage) ?? read(window.localStorage);
}

/** Keeps for tabs to come what waits for it. */
export function keepNow(): void {
  clearTimeout(timer);
  timer = undefined;
  if (waiting !== undefined) write(window.localStorage, waiting, true);
  waiting = undefined;
}

/** @returns whether there was room */
function write(storage: Storage, { visits, ...design }: WorkedOn, withVisits: boolean): boolean {
  const before = new Map((withVisits ? [VISITS_KEY, KEY] : [KEY]).map((key) => [key, storage.getItem(key)]));
  const after = new Map([[KEY, JSON.stringify(design)]]);
  if (withVisits && visits !== null) after.set(VISITS_KEY, JSON.stringify(visits));
  try {
    replace(storage, before.keys(), after);
    return true;
  } catch {
    putBack(storage, before);
    sayLoss();
    return false;
  }
}

/** @throws DOMException where there is no room */
function replace(storage: Storage, keys: Iterable<string>, texts: ReadonlyMap<string, string | null>): void {
  for (const key of keys) storage.removeItem(key);
  for (const [key, text] of texts) if (text !== null) storage.setItem(key, text);
}

function putBack(storage: Storage, before: ReadonlyMap<string, string | null>): void {
  try {
    replace(storage, before.keys(), before);
  } catch {
    // Another tab took the room: rather none than a part of it.
    storage.removeItem(KEY);
    storage.removeItem(VISITS_KEY);
  }
}

/** Once for as long as the page is shown: each change would say it anew. */
function sayLoss(): void {
  if (isLossSaid) return;
  isLossSaid = true;
  notifications.show({
    color: 'yellow',
    autoClose: false,
    title: 'This design is not kept',
    message:
      'The browser has no room for it: what you change now may be lost when you leave this page. Export YAML keeps it in a file; forgetting templates makes room.',
  });
}

function read(storage: Storage): WorkedOn | undefined {
  try {
    const said = documentFromJson(storage.getItem(KEY) ?? '');
    const { document } = said;
    if (!isMapping(document)) {
      // An earlier portal kept the document alone.
      const isBare = said['pointing'] !== undefined || said['band'] !== undefined;
      return isBare ? { document: said, visits: null, off: [], changeOf: null } : undefined;
    }
    return {
      document,
      visits: readVisits(storage.getItem(VISITS_KEY)),
      off: readSwitchedOff(said['off']) ?? [],
      changeOf: readChangedRun(said['changeOf']),
    };
  } catch {
    return undefined;
  }
}

function readVisits(text: string | null): ChosenVisits | null {
  const kept = JSON.parse(text ?? 'null') as ChosenVisits | null;
  return Array.isArray(kept?.parts) && kept.parts[kept.shown] !== undefined ? kept : null;
}

function readChangedRun(said: unknown): ChangedRun | null {
  if (!isMapping(said)) return null;
  const { id, name } = said;
  return typeof id === 'string' && typeof name === 'string' ? { id, name } : null;
}
