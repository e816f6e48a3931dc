/**
 * The interface of a site: where jobs go, whatever runs them. Every method that concerns jobs takes many at once; an adapter asks its site
 * about all of them in one call. An adapter keeps no truth of its own: opened again on the same site, it finds the same jobs by their keys.
 *
 * Trouble with one job is in that job's answer; trouble with the site throws `SiteError` (`SITE_UNAVAILABLE`, `SITE_TIMEOUT`,
 * `SITE_DENIED`, `SITE_BROKEN`), after `close` always `SITE_CLOSED`.
 */
import type { JobKey, JobRef, SiteJobId } from './job-identity.js';
import type { JobSpec } from './job-spec.js';
import type { JobStatus } from './job-state.js';
import type { SiteCapabilities } from './site-capabilities.js';
import type { SiteError } from './site-error.js';

/** What became of one job of a submitted batch. */
export type SubmitResult =
  /** `accepted`: on record, durably, since this call. `existing`: it was there already, from an earlier call with the same specification. */
  | { readonly key: JobKey; readonly outcome: 'accepted' | 'existing'; readonly siteJobId: SiteJobId }
  /** Not taken: `SITE_OVERSIZE`, `SITE_KEY_CONFLICT`, `SITE_BAD_JOB`, `SITE_UNSUPPORTED`, `SITE_LIMIT_REACHED`. */
  | { readonly key: JobKey; readonly outcome: 'refused'; readonly error: SiteError };

/** What became of the wish to cancel one job. */
export interface CancelResult {
  readonly key: JobKey;
  /** `requested`: on record, durably; the state will tell (a job may still succeed first). `ended`: it had ended already. `notFound`: no such job. `unsupported`: it runs, and the site cannot stop it. */
  readonly outcome: 'requested' | 'ended' | 'notFound' | 'unsupported';
}

/** What became of the wish to forget one job. */
export interface ForgetResult {
  readonly key: JobKey;
  /** `forgotten`: its records, and its folder where the site chose it, are gone. `notFound`: they were not there. `notEnded`: left as it is. */
  readonly outcome: 'forgotten' | 'notFound' | 'notEnded';
}

export type LogStream = 'stdout' | 'stderr';

/** Which part of which log. */
export interface LogRange {
  readonly stream: LogStream;
  /** First byte wanted; default 0. Negative: that many bytes before the present end. */
  readonly offset?: number;
  /** Default and maximum 1 MiB. */
  readonly maxBytes?: number;
}

/** A part of a log. Ask again from `offset + bytes.length` for what follows. */
export interface LogSlice {
  readonly bytes: Uint8Array;
  /** Where `bytes` begins. */
  readonly offset: number;
  /** Length of the log as kept at the moment. A log longer than the site keeps has a line in it that says how much was left out. */
  readonly totalBytes: number;
}

/** One file that a job left. */
export interface CollectedFile {
  /** Relative to the job's folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of its content, hexadecimal, as read after the job's end. */
  readonly sha256: string;
  /** Whether the specification named it. */
  readonly expected: boolean;
}

/** What a job left. */
export interface CollectedOutputs {
  /** Sorted by path. Staged inputs are not among them; symbolic links and special files are never followed nor listed. */
  readonly files: readonly CollectedFile[];
  /** Required outputs that are not there. */
  readonly missing: readonly string[];
  /** Where the files are now: an absolute path at our side, or a URL of the site's store. */
  readonly location: string;
}

export interface CollectOptions {
  /** An absolute folder at our side to move the files into, under the same relative paths. Default: they stay where they are. */
  readonly into?: string;
}

/** What the site has and allows; null where it sets no bound or does not tell. */
export interface SiteLimits {
  /** Cores of the largest job that can ever run. */
  readonly maxCoresPerJob: number | null;
  readonly maxMemoryMbPerJob: number | null;
  readonly maxWallS: number | null;
  /** Jobs not ended that the site takes from us. */
  readonly maxActiveJobs: number | null;
  /** Jobs in one call of `submit`, `status`, `cancel` and `forget`. */
  readonly maxBatch: number;
  /** Cores for all our jobs together. */
  readonly totalCores: number | null;
  readonly totalMemoryMb: number | null;
}

/** A sign of life. */
export interface SitePing {
  readonly answeredInMs: number;
  /** Jobs of ours that run or are queued with the machine now; null where the site does not tell. */
  readonly activeJobs: number | null;
  readonly waitingJobs: number | null;
  readonly freeCores: number | null;
  readonly freeMemoryMb: number | null;
}

export interface SiteAdapter {
  /** The site's name, as the administrator gave it. */
  readonly name: string;
  readonly capabilities: SiteCapabilities;
  /** How often to ask for status, in milliseconds, unless the caller knows better. */
  readonly pollIntervalMs: number;

  /**
   * Puts jobs on record, in this order, once per key. When it returns, accepted jobs survive a crash of either side. When it throws, some
   * may have been accepted: submit the same batch again. Answers come in the order asked.
   */
  submit(specs: readonly JobSpec[]): Promise<readonly SubmitResult[]>;

  /** The states of these jobs, in the order asked, in one question to the site. A job that the site does not know is `unknown`, `notFound`. */
  status(refs: readonly JobRef[]): Promise<readonly JobStatus[]>;

  /** Asks that these jobs end, with every process they started. Jobs not begun never begin. Asking twice is harmless. */
  cancel(refs: readonly JobRef[]): Promise<readonly CancelResult[]>;

  /** A part of a log. Throws `SITE_JOB_NOT_FOUND`. */
  logs(ref: JobRef, range: LogRange): Promise<LogSlice>;

  /**
   * What a job left, however it ended; moved, where asked, each file whole or not at all. Doing it again gives the same answer, also after
   * a crash halfway. Throws `SITE_JOB_NOT_FOUND`, `SITE_NOT_ENDED`.
   */
  collect(ref: JobRef, options?: CollectOptions): Promise<CollectedOutputs>;

  /** Removes what the site keeps of these jobs. The key of a forgotten job is free: submitting it again runs it again. */
  forget(refs: readonly JobRef[]): Promise<readonly ForgetResult[]>;

  /** Whether the site answers, and how busy it is. */
  ping(): Promise<SitePing>;

  limits(): Promise<SiteLimits>;

  /** Lets go of the site. Jobs go on where the site can do that. A second call does nothing. */
  close(): Promise<void>;
}
