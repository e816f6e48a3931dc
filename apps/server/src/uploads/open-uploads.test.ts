import { API_PREFIX } from '@imsim-od/api';
import { setQuota } from '@imsim-od/archive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, testServer, type TestServer } from '../testing/test-server.js';

let test: TestServer;

beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.close());

describe('uploads that were begun', () => {
  it('count against their user’s quota, and not against another’s, until they are given up', async () => {
    const [alice, bob] = [await test.user('alice'), await test.user('bob')];
    const { archive } = test.server.services;
    for (const { id } of [alice, bob]) await setQuota(archive, id, 1000);
    const begin = (user: typeof alice): Promise<Response> =>
      user.client.send(`${API_PREFIX}/uploads`, {
        method: 'POST',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': '600',
          'upload-metadata': `filename ${Buffer.from('stars.txt').toString('base64')}`,
        },
      });
    const first = await begin(alice);
    expect(first.status).toBe(201);
    const second = await begin(alice);
    expect(second.status).toBe(409);
    expect(await expectProblem(second)).toMatchObject({
      code: 'ARCHIVE_QUOTA',
      detail: expect.stringContaining('600 are on their way') as string,
    });
    expect((await begin(bob)).status).toBe(201);
    const path = new URL(first.headers.get('location') ?? '', test.url).pathname;
    const gone = await alice.client.send(path, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } });
    expect(gone.status).toBe(204);
    expect((await begin(alice)).status).toBe(201);
  });
});
