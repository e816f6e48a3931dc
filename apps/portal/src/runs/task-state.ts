/** States of tasks in words, in the order of a task's life. */

export const TASK_STATE_WORDS: Readonly<Record<string, string>> = {
  waiting: 'waiting',
  claimed: 'about to start',
  queued: 'queued at the site',
  running: 'being drawn',
  collecting: 'being stored',
  succeeded: 'done',
  failed: 'failed',
  cancelling: 'being stopped',
  cancelled: 'cancelled',
};

/** The word for a task's state. */
export function taskStateWord(state: string): string {
  return TASK_STATE_WORDS[state] ?? state;
}
