/** The design that is being worked on: the document, kept over a reload, and what the schema says of it. */
import type { RequestFault } from '@imsim-od/simulator';
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { designFromFragment } from './design-link.js';
import {
  checkDocument,
  type CheckedRequest,
  documentFromJson,
  FIRST_DOCUMENT,
  type Json,
  withValue,
} from './request-document.js';
import {
  type ChosenVisits,
  keepChosenVisits,
  keptChosenVisits,
  requestOfVisit,
  requestsOf,
  withVisit,
} from './visits/chosen-visits.js';

/** What the parts of the screen work with. */
export interface Design {
  readonly document: Json;
  readonly checked: CheckedRequest;
  /** Sets the value at a dotted path; undefined: as if never said. */
  set(path: string, value: unknown): void;
  /** Sets several at once. */
  setAll(values: Readonly<Record<string, unknown>>): void;
  /** Begins with another design, of one visit or of several. */
  replace(document: Json, visits?: ChosenVisits | null): void;
  /** Visits chosen from a scheduler's database, of which the document is one; null: the document is the only visit. */
  readonly visits: ChosenVisits | null;
  /** Takes visits, the first of them into the document; null: leaves the document as it is. */
  setVisits(visits: ChosenVisits | null): void;
  /** Makes another of the visits the document. */
  showVisit(index: number): void;
  /** The requests of a run, one a visit. */
  readonly requests: readonly Json[];
  /** What is wrong at a path, to be shown at its field. */
  faultAt(path: string): string | undefined;
}

const KEY = 'imsim-od.design';

const DesignContext = createContext<Design | null>(null);

/** Gives the design to the parts of the screen. */
export const DesignProvider = DesignContext.Provider;

/** The design. */
export function useDesign(): Design {
  const design = useContext(DesignContext);
  if (design === null) throw new Error('a part of the design screen stands outside of it');
  return design;
}

/** Begins with the address's request, else with what was last worked on in this browser, else with an example. */
export function useDesignState(): Design {
  const [document, setDocument] = useState<Json>(firstDocument);
  const [visits, keepVisits] = useState(firstVisits);
  const replace = useCallback((next: Json, nextVisits: ChosenVisits | null = null): void => {
    setDocument(next);
    keepVisits(nextVisits);
  }, []);
  useEffect(() => {
    const read = (): void => {
      const linked = designFromFragment(window.location.hash);
      if (linked !== undefined) replace(linked.document, linked.visits);
    };
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, [replace]);
  useEffect(() => window.localStorage.setItem(KEY, JSON.stringify(document)), [document]);
  useEffect(() => keepChosenVisits(visits), [visits]);
  const checked = useMemo(() => checkDocument(document), [document]);
  const set = useCallback(
    (path: string, value: unknown) => setDocument((before) => withSaid(before, path, value)),
    [],
  );
  const setAll = useCallback(
    (values: Readonly<Record<string, unknown>>) =>
      setDocument((before) =>
        Object.entries(values).reduce((document, [path, value]) => withSaid(document, path, value), before),
      ),
    [],
  );
  const requests = useMemo(() => requestsOf(document, visits), [document, visits]);
  return useMemo(
    () => ({
      document,
      checked,
      set,
      setAll,
      replace,
      visits,
      setVisits: (next) => {
        keepVisits(next);
        const part = next?.parts[next.shown];
        if (part !== undefined) setDocument(withVisit(document, part));
      },
      showVisit: (shown) => {
        if (visits === null) return;
        setDocument(requestOfVisit(document, visits, shown));
        keepVisits({ ...visits, shown });
      },
      requests,
      faultAt: (path) => messageAt(checked.faults, path),
    }),
    [document, checked, set, setAll, replace, visits, requests],
  );
}

/** What is said by hand of the sky's brightness is no longer the scheduler's word. */
function withSaid(document: Json, path: string, value: unknown): Json {
  const next = withValue(document, path, value);
  return path === 'skyBrightnessMagPerArcsec2' ? withValue(next, 'skyBrightnessFrom', undefined) : next;
}

function messageAt(faults: readonly RequestFault[], path: string): string | undefined {
  return faults.find((fault) => fault.path === path)?.message;
}

/** The visits of the address, else those that were last worked on. */
function firstVisits(): ChosenVisits | null {
  const linked = designFromFragment(window.location.hash);
  return linked === undefined ? keptChosenVisits() : linked.visits;
}

function firstDocument(): Json {
  const linked = designFromFragment(window.location.hash);
  if (linked !== undefined) return linked.document;
  try {
    return documentFromJson(window.localStorage.getItem(KEY) ?? '');
  } catch {
    return FIRST_DOCUMENT;
  }
}
