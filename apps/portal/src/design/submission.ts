/** What is sent to begin a run of a design. */
import type { CallInput } from '@imsim-od/api';
import { changesOfDesign, type RunChange } from './changed-run/use-changed-run.js';
import type { DesignState } from './design-state.js';

/** A call that begins a run. */
export type Submission =
  | { readonly name: 'submitRun'; readonly input: CallInput<'submitRun'> }
  | { readonly name: 'cloneRun'; readonly input: CallInput<'cloneRun'> };

/** A clone with changes where the design is one of a run, else its requests. @param title of the new run */
export function submission(title: string, state: DesignState, change: RunChange | null): Submission {
  const changes = changesOfDesign(state, change);
  return change === null || changes === undefined
    ? { name: 'submitRun', input: { body: { name: title, requests: [...state.requests] } } }
    : { name: 'cloneRun', input: { params: { id: change.run.id }, body: { name: title, changes } } };
}
