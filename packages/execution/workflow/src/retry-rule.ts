/**
 * Which ends of an attempt are tried again, how often, after how long, and with how much more memory or time. Pure: the random number for
 * the jitter is an argument, and the delay is counted on the database's clock by whoever writes it.
 */
import { InvalidRunError } from './errors.js';

export const ATTEMPT_ENDS = [
  /** The command returned a non-zero exit code, or a signal ended it that no limit explains. */
  'exit',
  /** Over its memory. */
  'memory',
  /** Over its wall time. */
  'wall',
  /** Over its CPU time. */
  'cpu',
  /** The site lost the job: machine down, worker killed, record gone. */
  'lost',
  /** The site refused the job for good, for instance because it is bigger than the site. */
  'refused',
  /** The job ended well, but its outputs are missing or differ from what it declared. */
  'outputs',
  /** The site cancelled the job without being asked by us. */
  'evicted',
] as const;

/** How an attempt ended when it did not succeed. */
export type AttemptEnd = (typeof ATTEMPT_ENDS)[number];

/** What to do after one kind of end. */
export interface EndRule {
  /** A further attempt follows while fewer than this many have been made in all; 1 never retries. */
  readonly maxAttempts: number;
  /** Memory of the next attempt relative to this one; default 1. */
  readonly memoryFactor?: number;
  /** Wall and CPU time of the next attempt relative to this one; default 1. */
  readonly wallFactor?: number;
}

/** The rule of a run. */
export interface RetryRule {
  /** Attempts of a task in all, whatever their ends. */
  readonly maxAttempts: number;
  /** Pause before the second attempt; it doubles with each further one. */
  readonly backoffS: number;
  /** The longest pause. */
  readonly maxBackoffS: number;
  /** Ends that are tried again; an end that is not named is final. */
  readonly ends: Readonly<Partial<Record<AttemptEnd, EndRule>>>;
}

/** The rule of a run that names none: trouble of the site is tried again, trouble of the program is not. */
export const DEFAULT_RETRY_RULE: RetryRule = {
  maxAttempts: 5,
  backoffS: 2,
  maxBackoffS: 300,
  ends: {
    lost: { maxAttempts: 5 },
    evicted: { maxAttempts: 5 },
    memory: { maxAttempts: 3, memoryFactor: 2 },
    wall: { maxAttempts: 3, wallFactor: 2 },
    cpu: { maxAttempts: 3, wallFactor: 2 },
    outputs: { maxAttempts: 2 },
  },
};

/** How an attempt stands under its rule. */
export interface AttemptCount {
  /** Attempts made since the task was submitted or last retried by hand, this one included. */
  readonly tries: number;
  /** Memory of this attempt relative to the first. */
  readonly memoryScale: number;
  /** Wall time of this attempt relative to the first. */
  readonly wallScale: number;
}

/** What follows an attempt that did not succeed. */
export type Verdict =
  | { readonly retry: false }
  | {
      readonly retry: true;
      readonly delayS: number;
      readonly memoryScale: number;
      readonly wallScale: number;
    };

/**
 * Decides what follows.
 * @param uniform a random number in [0, 1): the pause is 50 % to 100 % of its nominal length, so that tasks that died together do not
 *   come back together
 */
export function judgeEnd(rule: RetryRule, end: AttemptEnd, count: AttemptCount, uniform: number): Verdict {
  const endRule = rule.ends[end];
  if (endRule === undefined) return { retry: false };
  if (count.tries >= Math.min(rule.maxAttempts, endRule.maxAttempts)) return { retry: false };
  const nominalS = Math.min(rule.maxBackoffS, rule.backoffS * 2 ** Math.min(count.tries - 1, 30));
  return {
    retry: true,
    delayS: nominalS * (0.5 + 0.5 * uniform),
    memoryScale: count.memoryScale * (endRule.memoryFactor ?? 1),
    wallScale: count.wallScale * (endRule.wallFactor ?? 1),
  };
}

/** Checks a rule before it is stored; throws InvalidRunError naming the field. */
export function checkRetryRule(rule: RetryRule): void {
  wholeAttempts('retryRule.maxAttempts', rule.maxAttempts);
  within('retryRule.backoffS', rule.backoffS, 0, 86_400);
  within('retryRule.maxBackoffS', rule.maxBackoffS, rule.backoffS, 7 * 86_400);
  for (const [end, endRule] of Object.entries(rule.ends)) {
    if (!(ATTEMPT_ENDS as readonly string[]).includes(end)) {
      throw new InvalidRunError('retryRule.ends', end, `an end is one of ${ATTEMPT_ENDS.join(', ')}`);
    }
    wholeAttempts(`retryRule.ends.${end}.maxAttempts`, endRule.maxAttempts);
    within(`retryRule.ends.${end}.memoryFactor`, endRule.memoryFactor ?? 1, 1, 16);
    within(`retryRule.ends.${end}.wallFactor`, endRule.wallFactor ?? 1, 1, 16);
  }
}

function wholeAttempts(field: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > 100) {
    throw new InvalidRunError(field, value, 'it must be a whole number from 1 to 100');
  }
}

function within(field: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new InvalidRunError(field, value, `it must be from ${low} to ${high}`);
  }
}
