/** What the browser of visits remembers while it is closed. */
import { EVERYTHING, type VisitAsk } from './visit-condition.js';

/** The database, what is asked of it, and the visits chosen one by one. */
export interface BrowserState {
  readonly databaseId: string | null;
  readonly ask: VisitAsk;
  readonly ids: readonly number[];
}

/** How a browser begins. */
export const FRESH_BROWSER: BrowserState = { databaseId: null, ask: EVERYTHING, ids: [] };
