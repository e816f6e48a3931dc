/**
 * What may be said about a job: one word for every site, and how it ended. Adapters map every native state of their site to one of these.
 *
 * The order of a life is waiting, queued, running, then one of the ended states, which never change again. Any step may be missed between
 * two questions, `held` may come between any two of them, and `unknown` may come at any time and pass.
 */
import type { JobKey, SiteJobId } from './job-identity.js';

export type JobState =
  /** Accepted and on record, not yet handed to the machine: there is no room, or a limit of ours is reached. */
  | 'waiting'
  /** In the hands of the machine or its batch system, not yet started. */
  | 'queued'
  /** The job's own process was started and its end was not yet seen. */
  | 'running'
  /** The site keeps it from starting or going on until someone acts; it neither runs nor fails by itself. */
  | 'held'
  /** It ran to its end and returned exit code 0. Its outputs are not thereby proved to be there: collect them. */
  | 'succeeded'
  /** It ended by its own doing or by a limit: an exit code other than 0, a crash, or a limit exceeded. The reason says which. */
  | 'failed'
  /** It ended because we asked; it may have done part of its work. */
  | 'cancelled'
  /** The site lost it: its worker, node or process vanished, or was killed from outside. Not the job's fault; another attempt may succeed. */
  | 'lost'
  /** We cannot tell, or the site does not know the job. It is not `failed`, and may well be running: ask again. */
  | 'unknown';

/** All states, in the order of a life. */
export const JOB_STATES: readonly JobState[] = [
  'waiting',
  'queued',
  'running',
  'held',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
  'unknown',
];

/** Whether the state is final. `unknown` is not. */
export function isEnded(state: JobState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'lost';
}

/** The limit of a job that it passed and was ended for. */
export type ExceededLimit = 'memory' | 'wall' | 'cpu';

/** How a job ended. What a site does not tell is null, never a guess. */
export interface JobEnd {
  /** The exit code of the job's first process, 0 to 255; null where it was ended by a signal or never ran. */
  readonly exitCode: number | null;
  /** The signal that ended the first process, as `SIGTERM`; null where it exited by itself. */
  readonly signal: string | null;
  /** The limit that was exceeded; null where none was. */
  readonly limitExceeded: ExceededLimit | null;
  /** CPU time of all processes of the job, user and system, in seconds. */
  readonly cpuS: number | null;
  /** Time from the start of the first process to the end, in seconds, on a clock that is never set. */
  readonly wallS: number | null;
  /** Largest resident memory of all its processes together, in MiB, as it was seen. A short peak may have been missed. */
  readonly maxRssMb: number | null;
  /** A sentence for people: why it ended as it did. */
  readonly reason: string;
}

/** What the site says about one job. */
export interface JobStatus {
  readonly key: JobKey;
  /** Null where the site does not know the job. */
  readonly siteJobId: SiteJobId | null;
  readonly state: JobState;
  /** Given for ended states, null for all others. */
  readonly end: JobEnd | null;
  /**
   * For `unknown` alone: `notFound` where the site answered and has no such job (never submitted, or forgotten), `noAnswer` where it did
   * not say. Null for all other states.
   */
  readonly unknownBecause: 'notFound' | 'noAnswer' | null;
  /** UTC by the site's clock, which may differ from ours: for people to read. Never compute a duration from it. */
  readonly submittedAtUtcMs: number | null;
  /** As `submittedAtUtcMs`; null before the start. */
  readonly startedAtUtcMs: number | null;
  /** As `submittedAtUtcMs`; null before the end. */
  readonly endedAtUtcMs: number | null;
}
