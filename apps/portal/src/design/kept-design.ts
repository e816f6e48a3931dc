/**
 * The design that is worked on, kept in the browser: for this tab at each change, so that two tabs do not mix theirs, and for tabs to come a
 * moment later.
 */
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

/** Keeps a design, as far as the browser has room for it. @param areVisitsNew whether the tab has others, or none, so far */
export function keepDesign(design: WorkedOn, areVisitsNew: boolean): void {
  write(window.sessionStorage, design, areVisitsNew);
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

function write(storage: Storage, { visits, ...design }: WorkedOn, areVisitsNew: boolean): void {
  try {
    if (areVisitsNew) storage.removeItem(VISITS_KEY);
    storage.setItem(KEY, JSON.stringify(design));
    if (areVisitsNew && visits !== null) storage.setItem(VISITS_KEY, JSON.stringify(visits));
  } catch {
    // There is no room: the page goes on, and forgets this when it is left.
  }
}

function read(storage: Storage): WorkedOn | undefined {
  try {
    const said = documentFromJson(storage.getItem(KEY) ?? '');
    const { document } = said;
    if (!isMapping(document)) return undefined;
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
