/**
 * The design that is being worked on: the document, kept over a reload, and what the schema says of it. Parts of the screen
 * subscribe to what they show of it, so that a change draws those parts anew that show what changed.
 */
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { designFromFragment } from './design-link.js';
import {
  checkDocument,
  type CheckedRequest,
  documentFromJson,
  FIRST_DOCUMENT,
  type Json,
  valueAt,
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

/** What is designed at one moment. Parts of the document that a change leaves alone stay the same objects. */
export class DesignState {
  readonly document: Json;
  /** Visits chosen from a scheduler's database, of which the document is one; null: the document is the only visit. */
  readonly visits: ChosenVisits | null;
  #checked: CheckedRequest | undefined;
  #requests: readonly Json[] | undefined;

  constructor(document: Json, visits: ChosenVisits | null) {
    this.document = document;
    this.visits = visits;
  }

  get checked(): CheckedRequest {
    return (this.#checked ??= checkDocument(this.document));
  }

  get isValid(): boolean {
    return this.checked.faults.length === 0;
  }

  /** The requests of a run, one a visit. */
  get requests(): readonly Json[] {
    return (this.#requests ??= requestsOf(this.document, this.visits));
  }
}

const KEY = 'imsim-od.design';

/** The design, and how it is changed. */
export class Design {
  readonly #listeners = new Set<() => void>();
  #state: DesignState;

  constructor(document: Json, visits: ChosenVisits | null) {
    this.#state = new DesignState(document, visits);
  }

  /** Begins with the address's request, else with what was last worked on in this browser, else with an example. */
  static begin(): Design {
    const design = new Design(keptDocument(), keptChosenVisits());
    design.#followAddress();
    return design;
  }

  get state(): DesignState {
    return this.#state;
  }

  /** Begins another design with each address that has one. @returns stops */
  followAddresses(): () => void {
    const follow = (): void => this.#followAddress();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }

  #followAddress(): void {
    const linked = designFromFragment(window.location.hash);
    if (linked !== undefined) this.replace(linked.document, linked.visits);
  }

  /** Calls at each change. @returns stops calling */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Sets the value at a dotted path; undefined: as if never said. */
  readonly set = (path: string, value: unknown): void => this.setAll({ [path]: value });

  /** Sets several at once. */
  readonly setAll = (values: Readonly<Record<string, unknown>>): void => {
    const { document, visits } = this.#state;
    const next = Object.entries(values).reduce(
      (before, [path, value]) => withSaid(before, path, value),
      document,
    );
    this.replace(next, visits);
  };

  /** Goes on with another document, of one visit or of several. */
  readonly replace = (document: Json, visits: ChosenVisits | null = null): void => {
    const before = this.#state;
    this.#state = new DesignState(document, visits);
    for (const listener of this.#listeners) listener();
    window.localStorage.setItem(KEY, JSON.stringify(document));
    if (visits !== before.visits) keepChosenVisits(visits);
  };

  /** Takes visits, the first of them into the document; null: leaves the document as it is. */
  readonly setVisits = (visits: ChosenVisits | null): void => {
    const { document } = this.#state;
    const part = visits?.parts[visits.shown];
    this.replace(part === undefined ? document : withVisit(document, part), visits);
  };

  /** Makes another of the visits the document. */
  readonly showVisit = (shown: number): void => {
    const { document, visits } = this.#state;
    if (visits !== null) this.replace(requestOfVisit(document, visits, shown), { ...visits, shown });
  };
}

/** What is said by hand of the sky's brightness is no longer the scheduler's word. */
function withSaid(document: Json, path: string, value: unknown): Json {
  const next = withValue(document, path, value);
  return path === 'skyBrightnessMagPerArcsec2' ? withValue(next, 'skyBrightnessFrom', undefined) : next;
}

function keptDocument(): Json {
  try {
    return documentFromJson(window.localStorage.getItem(KEY) ?? '');
  } catch {
    return FIRST_DOCUMENT;
  }
}

const DesignContext = createContext<Design | null>(null);

/** Gives the design to the parts of the screen. */
export const DesignProvider = DesignContext.Provider;

/** A design for as long as the screen is shown. */
export function useNewDesign(): Design {
  const [design] = useState(Design.begin);
  useEffect(() => design.followAddresses(), [design]);
  return design;
}

/** The design, to change it, or to read it when something happens. */
export function useDesign(): Design {
  const design = useContext(DesignContext);
  if (design === null) throw new Error('a part of the design screen stands outside of it');
  return design;
}

/** What is shown of a design. @param select the same object or plain value as long as nothing of it changed */
export function useDesigned<T>(select: (state: DesignState) => T): T {
  const design = useDesign();
  return useSyncExternalStore(design.subscribe, () => select(design.state));
}

/** What the document says at a dotted path. */
export function useSaid(path: string): unknown {
  return useDesigned(({ document }) => valueAt(document, path));
}

/** What is wrong at a path, to be shown at its field. */
export function useFaultAt(path: string): string | undefined {
  return useDesigned(({ checked }) => checked.faults.find((fault) => fault.path === path)?.message);
}
