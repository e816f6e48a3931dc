/**
 * The states of a task and the table of its transitions. A task that a run has not expanded yet is in no state: it is no row. Every change
 * of state is written to the journal before anything acts on it, and only the transitions of this table are ever written.
 */

export const TASK_STATES = [
  /** In the queue; `readyAt` says from when it may be taken. */
  'waiting',
  /** A server holds it and may be handing it to the site: the site may or may not know the job yet. */
  'claimed',
  /** The site has accepted the job and has not started it. */
  'queued',
  /** The site runs the job. */
  'running',
  /** The job ended well; its outputs are being brought in. Not yet a success. */
  'collecting',
  /** The user wants it stopped; the site may still be running it. */
  'cancelling',
  /** Its outputs are in. Final. */
  'succeeded',
  /** It ended badly and the rule grants no further attempt. Final until someone retries it. */
  'failed',
  /** Stopped by the user. Final until someone retries it. */
  'cancelled',
] as const;

/** One of TASK_STATES. */
export type TaskState = (typeof TASK_STATES)[number];

/** States in which a server holds the task under its lease. */
export const HELD_STATES = ['claimed', 'queued', 'running', 'collecting', 'cancelling'] as const;

/** What each state may turn into. `claimed` may go back to `waiting` when the site refuses a job for now. */
export const TRANSITIONS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  waiting: ['claimed', 'cancelled'],
  claimed: ['queued', 'waiting', 'failed', 'cancelling'],
  queued: ['running', 'collecting', 'waiting', 'failed', 'cancelling'],
  running: ['queued', 'collecting', 'waiting', 'failed', 'cancelling'],
  collecting: ['succeeded', 'waiting', 'failed', 'cancelling'],
  cancelling: ['cancelled'],
  succeeded: [],
  failed: ['waiting'],
  cancelled: ['waiting'],
};

/** Whether the table has the arrow. */
export function isAllowed(from: TaskState, to: TaskState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Whether a server holds tasks in this state. */
export function isHeld(state: TaskState): boolean {
  return (HELD_STATES as readonly TaskState[]).includes(state);
}

/**
 * The states of a run; the database derives them from the run's counters:
 * active (something is left to do), cancelling (asked to stop, jobs still at the site), cancelled, succeeded (every task), failed (all
 * settled, at least one task failed), deleting (hidden; its rows go in small portions).
 */
export const RUN_STATES = ['active', 'cancelling', 'cancelled', 'succeeded', 'failed', 'deleting'] as const;

/** One of RUN_STATES. */
export type RunState = (typeof RUN_STATES)[number];

/**
 * The key under which an attempt is known to its site: run, task and attempt. Submitting it twice makes one job.
 * @param runId the run's UUID
 * @param taskIndex 0-based place of the task in its run
 * @param attempt 1 for the first
 */
export function submissionKey(runId: string, taskIndex: number, attempt: number): string {
  return `${runId}.${taskIndex}.${attempt}`;
}
