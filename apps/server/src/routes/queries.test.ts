import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '@imsim-od/api';
import { testServer, type TestServer, type TestUser } from '../testing/test-server.js';

const HEAVY = 'select count(*) from range(100000000) a, range(100000000) b where hash(a.range + b.range) = 7';

let test: TestServer;
let alice: TestUser;
let bob: TestUser;
let carol: TestUser;

beforeAll(async () => {
  test = await testServer();
  [alice, bob, carol] = [await test.user('alice'), await test.user('bob'), await test.user('carol')];
});
afterAll(() => test.close());

const ask = (user: TestUser, sql: string, datasets?: string, signal?: AbortSignal) =>
  user.client.call('query', {
    body: { sql, ...(datasets === undefined ? {} : { datasets }) },
    ...(signal === undefined ? {} : { signal }),
  });
/** A query under way, and what ends it. */
const heavy = (user: TestUser): { readonly leave: () => void; readonly end: Promise<unknown> } => {
  const leaving = new AbortController();
  return {
    leave: () => leaving.abort(),
    end: ask(user, HEAVY, undefined, leaving.signal).catch(() => undefined),
  };
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('queries', () => {
  it('end when their client leaves, so that others have a turn', async () => {
    const both = [heavy(alice), heavy(bob)];
    await pause(1000); // until both have come
    await expect(ask(carol, 'select 1')).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
    for (const { leave } of both) leave();
    const patient = createClient({ baseUrl: test.url, token: carol.token, retries: 0 });
    // Long before the 30 s after which a query is ended anyway.
    await expect
      .poll(
        () =>
          patient.call('query', { body: { sql: 'select 1' } }).then(
            ({ rows }) => rows,
            () => undefined,
          ),
        { timeout: 10_000 },
      )
      .toEqual([[1]]);
    await Promise.all(both.map(({ end }) => end));
    expect(test.log).toEqual([]);
  });

  it('of one user take one turn', async () => {
    const first = heavy(alice);
    await pause(300);
    await expect(ask(alice, 'select 1')).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
    expect((await ask(bob, 'select 2')).rows).toEqual([[2]]);
    first.leave();
    await first.end;
  });

  it('choose datasets by one whole expression', async () => {
    for (const datasets of ["band = 'r') or (type = 'catalog'", "band = 'r') or (1 = 1", '(', ')'])
      await expect(ask(carol, 'select 1', datasets)).rejects.toMatchObject({ code: 'EXPRESSION_SYNTAX' });
    expect((await ask(carol, 'select 3', "(band = 'r') or (band = 'g')")).rows).toEqual([[3]]);
  });
});
