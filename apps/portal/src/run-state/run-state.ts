/** States of runs in words. */

const WORDS: Readonly<Record<string, string>> = {
  preparing: 'preparing',
  active: 'running',
  paused: 'paused',
  cancelling: 'being cancelled',
  cancelled: 'cancelled',
  succeeded: 'done',
  failed: 'failed',
  deleting: 'being deleted',
};

/** States of a run that is over. */
const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

/** Whether a run is over; it may still be retried. */
export function hasEnded(state: string): boolean {
  return ENDED.has(state);
}

/** The word for the state of a run. */
export function runStateWord(state: string): string {
  return WORDS[state] ?? state;
}
