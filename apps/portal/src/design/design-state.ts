/**
 * The design that is being worked on: the document, kept over a reload, and what the schema says of it. Parts of the screen
 * subscribe to what they show of it, so that a change draws those parts anew that show what changed.
 */
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { designFromFragment, type LinkedDesign } from './design-link.js';
import { sameEntry } from './followed-changes.js';
import {
  type ChangedRun,
  keepDesign,
  keepForTab,
  keepNow,
  keptDesign,
  type WorkedOn,
} from './kept-design.js';
import {
  checkDocument,
  type CheckedRequest,
  FIRST_DOCUMENT,
  type Json,
  valueAt,
  withValue,
} from './request-document.js';
import { fromStack, type StackedEntry, stackOf, type SwitchedOff, withoutSkyEntry } from './sky-stack.js';
import { type ChosenVisits, requestOfVisit, requestsOf, withVisit } from './visits/chosen-visits.js';

/** Where one begins. */
export const FIRST_DESIGN: LinkedDesign = { document: FIRST_DOCUMENT, visits: null, off: [] };

/** What is designed at one moment. Parts of the document that a change leaves alone stay the same objects. */
export class DesignState implements WorkedOn {
  readonly document: Json;
  readonly visits: ChosenVisits | null;
  readonly off: readonly SwitchedOff[];
  readonly changeOf: ChangedRun | null;
  #checked: CheckedRequest | undefined;
  #requests: readonly Json[] | undefined;
  #stack: readonly StackedEntry[] | undefined;

  constructor({ document, visits, off, changeOf }: WorkedOn) {
    this.document = document;
    this.visits = visits;
    this.off = off;
    this.changeOf = changeOf;
  }

  /** The sky with the entries that are switched off. */
  get stack(): readonly StackedEntry[] {
    return (this.#stack ??= stackOf(this.document['sky'], this.off));
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

/** The design, and how it is changed. */
export class Design {
  readonly #listeners = new Set<() => void>();
  #state: DesignState;
  #former: DesignState | null = null;

  constructor(design: WorkedOn) {
    this.#state = new DesignState(design);
    keepForTab(design, true);
  }

  /** Begins with the address's request, else with what was last worked on in this browser, else with an example. */
  static begin(): Design {
    const design = new Design(keptDesign() ?? { ...FIRST_DESIGN, changeOf: null });
    design.#followAddress();
    return design;
  }

  get state(): DesignState {
    return this.#state;
  }

  /** The design that another took the place of since the screen is shown. */
  get former(): DesignState | null {
    return this.#former;
  }

  /** Begins another design with each address that has one, and keeps the design when the page is left. @returns stops */
  attend(): () => void {
    const follow = (): void => this.#followAddress();
    window.addEventListener('hashchange', follow);
    window.addEventListener('pagehide', keepNow);
    return () => {
      window.removeEventListener('hashchange', follow);
      window.removeEventListener('pagehide', keepNow);
      keepNow();
    };
  }

  #followAddress(): void {
    const linked = designFromFragment(window.location.hash);
    if (linked === undefined) return;
    this.open(linked);
    // A reload goes on with what became of it.
    const { pathname, search } = window.location;
    window.history.replaceState(window.history.state, '', pathname + search);
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
    const document = Object.entries(values).reduce(
      (before, [path, value]) => withSaid(before, path, value),
      this.#state.document,
    );
    this.#change({ document });
  };

  /** Takes out what is at a dotted path; of the sky a whole entry, with the places of those that are switched off. */
  readonly takeOut = (path: string): void => {
    const { document, stack } = this.#state;
    const place = Object.hasOwn(document, path) ? undefined : /^sky\.(\d+)$/.exec(path)?.[1];
    if (place === undefined) this.set(path, undefined);
    else this.setStack(withoutSkyEntry(stack, Number(place)));
  };

  /** Sets the sky, with entries that are switched off. */
  readonly setStack = (stack: readonly StackedEntry[]): void => {
    const { sky, off } = fromStack(stack);
    this.#change({ document: withValue(this.#state.document, 'sky', sky), off });
  };

  /** Goes on with another design; nothing of the former one is in it. @param changeOf the run that it is to change */
  readonly open = (design: LinkedDesign, changeOf: ChangedRun | null = null): void => {
    this.#former = this.#state;
    this.#change({ ...design, changeOf });
  };

  /** Goes on with the design that another took the place of. */
  readonly openFormer = (): void => {
    if (this.#former !== null) this.open(this.#former, this.#former.changeOf);
  };

  /** Goes on with the same design as one of its own. */
  readonly letRunGo = (): void => this.#change({ changeOf: null });

  /** Takes visits, the first of them into the document; null: leaves the document as it is. */
  readonly setVisits = (visits: ChosenVisits | null): void => {
    const { document } = this.#state;
    const part = visits?.parts[visits.shown];
    this.#change({ document: part === undefined ? document : withVisit(document, part), visits });
  };

  /** Makes another of the visits the document. */
  readonly showVisit = (shown: number): void => {
    const { document, visits, off } = this.#state;
    if (visits === null) return;
    const [before, after] = [visits.parts[visits.shown]?.['sky'], visits.parts[shown]?.['sky']];
    this.#change({
      document: requestOfVisit(document, visits, shown),
      visits: { ...visits, shown },
      off: off.map(({ place, entry }) => ({ place, entry: sameEntry(before, entry, after) })),
    });
  };

  #change(changes: Partial<WorkedOn>): void {
    const { document, visits, off, changeOf } = this.#state;
    this.#state = new DesignState({ document, visits, off, changeOf, ...changes });
    for (const listener of this.#listeners) listener();
    keepDesign({ document, visits, off, changeOf, ...changes }, this.#state.visits !== visits);
  }
}

/** What is said by hand of the sky's brightness is no longer the scheduler's word. */
function withSaid(document: Json, path: string, value: unknown): Json {
  const next = withValue(document, path, value);
  return path === 'skyBrightnessMagPerArcsec2' ? withValue(next, 'skyBrightnessFrom', undefined) : next;
}

const DesignContext = createContext<Design | null>(null);

/** Gives the design to the parts of the screen. */
export const DesignProvider = DesignContext.Provider;

/** A design for as long as the screen is shown. */
export function useNewDesign(): Design {
  const [design] = useState(Design.begin);
  useEffect(() => design.attend(), [design]);
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
