/** What is sent to begin a run of a design. */
import type { DesignState } from './design-state.js';

/** The input of `submitRun`. @param name of the run */
export function submission(name: string, { requests }: DesignState) {
  return { body: { name, requests: [...requests] } };
}
