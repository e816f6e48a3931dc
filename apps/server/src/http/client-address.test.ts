import { networkInterfaces } from 'node:os';
import { API_PREFIX } from '@imsim-od/api';
import { afterEach, describe, expect, it } from 'vitest';
import { expectProblem, PASSWORD, testServer, type TestServer } from '../testing/test-server.js';

const hosts = [
  '::1',
  ...Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address),
];

let test: TestServer;
afterEach(() => test.close());

/** Why the first administrator is not made from there; the secret is wrong in any case. */
async function setUp(forwardedFor?: string): Promise<string> {
  const response = await fetch(`${test.url}${API_PREFIX}/setup`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
    },
    body: JSON.stringify({ secret: 'wrong', name: 'eve', password: PASSWORD }),
  });
  return (await expectProblem(response)).detail;
}
const ELSEWHERE = /from the service’s own machine/;

describe('the address of a client', () => {
  it.each(hosts)('is this machine’s where it comes from %s to a server that listens there', async (host) => {
    test = await testServer({ host }); // makes the first administrator by the link
    expect(test.server.setupUrl).toContain(test.url);
    expect(await test.admin.call('me', {})).toMatchObject({ name: 'ada', role: 'admin' });
  });

  it('is what the trusted proxy saw, whatever its client wrote before', async () => {
    test = await testServer({ trustProxy: true });
    expect(await setUp('127.0.0.1, 203.0.113.9')).toMatch(ELSEWHERE);
    expect(await setUp('203.0.113.9')).toMatch(ELSEWHERE);
    expect(await setUp()).not.toMatch(ELSEWHERE);
  });

  it('is the connection’s own where no proxy is trusted, or another', async () => {
    test = await testServer({ trustProxy: ['10.0.0.0/8', 'fd00::/8'] });
    expect(await setUp('203.0.113.9')).not.toMatch(ELSEWHERE);
  });
});
