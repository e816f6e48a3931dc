import { describe, expect, it } from 'vitest';
import { isEnded, JOB_STATES } from './job-state.js';
import { isRetryable, SITE_ERROR_CODES, SiteError, type SiteErrorCode } from './site-error.js';

describe('site errors', () => {
  it('carry their facts, and whether to try again', () => {
    const cause = new Error('ECONNREFUSED');
    const error = new SiteError('SITE_UNAVAILABLE', 'Slurm does not answer.', { site: 'slac', cause });
    expect(error).toMatchObject({
      code: 'SITE_UNAVAILABLE',
      retryable: true,
      site: 'slac',
      cause,
      key: undefined,
    });
    expect(isRetryable(error)).toBe(true);
    expect(
      isRetryable(new SiteError('SITE_OVERSIZE', 'Too large.', { limit: 'cores', asked: 9, available: 2 })),
    ).toBe(false);
    expect(isRetryable(cause)).toBe(false);
  });

  it('try again only what may pass by itself', () => {
    const retryable = Object.keys(SITE_ERROR_CODES).filter(
      (code) => SITE_ERROR_CODES[code as SiteErrorCode].retryable,
    );
    expect(retryable).toEqual(['SITE_UNAVAILABLE', 'SITE_TIMEOUT', 'SITE_LIMIT_REACHED', 'SITE_NOT_ENDED']);
  });
});

describe('job states', () => {
  it('end in four ways, and unknown is none of them', () => {
    expect(JOB_STATES.filter(isEnded)).toEqual(['succeeded', 'failed', 'cancelled', 'lost']);
    expect(new Set(JOB_STATES).size).toBe(9);
  });
});
