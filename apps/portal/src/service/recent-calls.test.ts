import { describe, expect, it } from 'vitest';
import { RecentCalls } from './recent-calls.js';

const ID = '01994f3a-77aa-7bbb-8ccc-0123456789ab';

describe('the calls of the screens', () => {
  it('are kept by screen, the latest first, once for each address and query', () => {
    const calls = new RecentCalls();
    calls.note('/data', 'searchDatasets', { query: { limit: 5 } });
    calls.note('/data', 'countFacets', {});
    calls.note('/data', 'searchDatasets', { query: { limit: 5, after: ID } });
    calls.note('/data', 'searchDatasets', { query: { limit: 6 }, signal: new AbortController().signal });
    calls.note('/runs', 'cancelRun', { params: { id: ID } });
    expect(calls.of('/data')).toEqual([
      { name: 'searchDatasets', input: { query: { limit: 6 } } },
      { name: 'searchDatasets', input: { query: { limit: 5 } } },
      { name: 'countFacets', input: {} },
    ]);
    expect(calls.all().map(({ name }) => name)).toEqual([
      'cancelRun',
      'searchDatasets',
      'searchDatasets',
      'countFacets',
    ]);
    expect(calls.of('/truth')).toEqual([]);
  });

  it('are forgotten, the oldest first, and never hold a password', () => {
    const calls = new RecentCalls();
    calls.note('/account', 'changePassword', { body: { current: 'present', next: 'future' } } as never);
    calls.note('/admin', 'createUser', { body: { name: 'grace', password: 'present' } });
    expect(calls.all()).toEqual([]);
    for (let i = 0; i < 100; i++) calls.note('/data', 'searchDatasets', { query: { visit: [i] } });
    const kept = calls.of('/data');
    expect(kept.length).toBeLessThan(100);
    expect(kept[0]?.input.query).toEqual({ visit: [99] });
  });
});
