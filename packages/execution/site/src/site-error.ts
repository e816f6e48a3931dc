/**
 * The one error of sites. `code` names the trouble and never changes, `retryable` says whether the same call may succeed later without
 * anyone changing anything, the message says what, where and what to do.
 */

/** The codes and whether the same call may succeed later. */
export const SITE_ERROR_CODES = {
  /** The site does not answer, or its state cannot be read or written now. */
  SITE_UNAVAILABLE: { retryable: true },
  /** The site did not answer in time; what was asked may or may not have happened. Submitting again by the same key is safe. */
  SITE_TIMEOUT: { retryable: true },
  /** The site takes no more jobs now: its queue or our share of it is full. */
  SITE_LIMIT_REACHED: { retryable: true },
  /** Outputs were asked of a job that has not ended, or a job was to be forgotten before its end. */
  SITE_NOT_ENDED: { retryable: true },
  /** The job asks for more cores, memory or time than the site has or allows. */
  SITE_OVERSIZE: { retryable: false },
  /** The key belongs to another job: same key, different specification. */
  SITE_KEY_CONFLICT: { retryable: false },
  /** The specification or an argument breaks a rule of the interface. */
  SITE_BAD_JOB: { retryable: false },
  /** The site cannot do this; its capabilities say so. */
  SITE_UNSUPPORTED: { retryable: false },
  /** The site has no such job: never submitted, or forgotten. */
  SITE_JOB_NOT_FOUND: { retryable: false },
  /** The site refuses our credentials, or our account may not do this. */
  SITE_DENIED: { retryable: false },
  /** The state of the site is in use by another host, which alone can tell what its processes do. */
  SITE_IN_USE: { retryable: false },
  /** The adapter was closed. */
  SITE_CLOSED: { retryable: false },
  /** The state of the site contradicts itself: a bug, or files changed by hand. */
  SITE_BROKEN: { retryable: false },
} as const satisfies Record<string, { readonly retryable: boolean }>;

export type SiteErrorCode = keyof typeof SITE_ERROR_CODES;

/** Where and about what; every field is given wherever it is known. */
export interface SiteErrorFacts {
  /** The name of the site. */
  readonly site?: string;
  /** The key of the job. */
  readonly key?: string;
  /** What was exceeded, for `SITE_OVERSIZE` and `SITE_LIMIT_REACHED`. */
  readonly limit?: 'cores' | 'memory' | 'wall' | 'cpu' | 'jobs' | 'bytes';
  /** How much was asked of it, in the unit of the specification. */
  readonly asked?: number;
  /** How much there is. */
  readonly available?: number;
  readonly cause?: unknown;
}

/** Trouble with a site or with what was asked of it. */
export class SiteError extends Error {
  readonly code: SiteErrorCode;
  readonly retryable: boolean;
  readonly site: string | undefined;
  readonly key: string | undefined;
  readonly limit: SiteErrorFacts['limit'];
  readonly asked: number | undefined;
  readonly available: number | undefined;

  /** `message` is a full sentence. */
  constructor(code: SiteErrorCode, message: string, facts: SiteErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'SiteError';
    this.code = code;
    this.retryable = SITE_ERROR_CODES[code].retryable;
    this.site = facts.site;
    this.key = facts.key;
    this.limit = facts.limit;
    this.asked = facts.asked;
    this.available = facts.available;
  }
}

/** Whether the trouble may pass by itself. Anything that is not a `SiteError` is a bug, and is not retried. */
export function isRetryable(error: unknown): boolean {
  return error instanceof SiteError && error.retryable;
}
