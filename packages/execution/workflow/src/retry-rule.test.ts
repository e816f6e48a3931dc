import { describe, expect, it } from 'vitest';
import { InvalidRunError } from './errors.js';
import { checkRetryRule, DEFAULT_RETRY_RULE, judgeEnd, type RetryRule } from './retry-rule.js';

const first = { tries: 1, memoryScale: 1, wallScale: 1 };

describe('judgeEnd', () => {
  it('never retries an end that the rule does not name', () => {
    expect(judgeEnd(DEFAULT_RETRY_RULE, 'exit', first, 0)).toEqual({ retry: false });
    expect(judgeEnd(DEFAULT_RETRY_RULE, 'refused', first, 0)).toEqual({ retry: false });
  });

  it('doubles the pause up to the longest, with a jitter from half of it to all of it', () => {
    const rule: RetryRule = {
      maxAttempts: 100,
      backoffS: 2,
      maxBackoffS: 10,
      ends: { lost: { maxAttempts: 100 } },
    };
    const delays = (uniform: number) =>
      [1, 2, 3, 4, 60].map((tries) => {
        const verdict = judgeEnd(rule, 'lost', { ...first, tries }, uniform);
        return verdict.retry ? verdict.delayS : undefined;
      });
    expect(delays(0)).toEqual([1, 2, 4, 5, 5]);
    expect(delays(1)).toEqual([2, 4, 8, 10, 10]);
  });

  it('raises memory or time by the end’s own factors, again at each attempt', () => {
    expect(
      judgeEnd(DEFAULT_RETRY_RULE, 'memory', { tries: 2, memoryScale: 2, wallScale: 1 }, 0),
    ).toMatchObject({
      retry: true,
      memoryScale: 4,
      wallScale: 1,
    });
    expect(judgeEnd(DEFAULT_RETRY_RULE, 'wall', first, 0)).toMatchObject({ memoryScale: 1, wallScale: 2 });
  });

  it.each([
    [{ maxAttempts: 3, ends: { lost: { maxAttempts: 9 } } }, 3],
    [{ maxAttempts: 9, ends: { lost: { maxAttempts: 2 } } }, 2],
    [{ maxAttempts: 1, ends: { lost: { maxAttempts: 9 } } }, 1],
  ])('makes no more attempts than %j allows', (part, attempts) => {
    const rule: RetryRule = { backoffS: 0, maxBackoffS: 0, ...part };
    let tries = 1;
    while (judgeEnd(rule, 'lost', { ...first, tries }, 0).retry) tries += 1;
    expect(tries).toBe(attempts);
  });
});

describe('checkRetryRule', () => {
  it.each([
    ['retryRule.maxAttempts', { maxAttempts: 0 }],
    ['retryRule.backoffS', { backoffS: Number.NaN }],
    ['retryRule.maxBackoffS', { maxBackoffS: 1 }],
    ['retryRule.ends', { ends: { tired: { maxAttempts: 1 } } }],
    ['retryRule.ends.lost.memoryFactor', { ends: { lost: { maxAttempts: 1, memoryFactor: 0.5 } } }],
  ])('names %s', (field, part) => {
    const rule = { ...DEFAULT_RETRY_RULE, ...part } as RetryRule;
    let error: unknown;
    try {
      checkRetryRule(rule);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(InvalidRunError);
    expect((error as InvalidRunError).field).toBe(field);
  });

  it('accepts the default', () => {
    expect(() => checkRetryRule(DEFAULT_RETRY_RULE)).not.toThrow();
  });
});
