/** What the preview reads of large instance catalogs, and what it says of those it cannot draw, with a service. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { uploadCatalog } from '@imsim-od/api';
import { expandRequest, readRequest } from '@imsim-od/simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EntryLoader } from '../../apps/portal/src/preview/entry-loader.js';
import { unreadSources } from '../../apps/portal/src/preview/unread-sources.js';
import { FIELD_HEADER } from '../../apps/server/src/testing/field-catalog.js';
import { testServer, type TestServer } from '../../apps/server/src/testing/test-server.js';

let test: TestServer;
beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.close());

it('reads a catalog that is too long once, and then its index alone', { timeout: 240_000 }, async () => {
  const { client, token } = await test.user('grace');
  const star = (k: number) =>
    `object ${k} ${(50 + (k % 600) / 100).toFixed(2)} -27.5 24 s 0 0 0 0 0 0 point none none\n`;
  const text = FIELD_HEADER + Array.from({ length: 200_001 }, (_, k) => star(k)).join('');
  const bytes = new TextEncoder().encode(text);
  const { datasetId } = await uploadCatalog(client, {
    name: 'large.txt',
    folder: '/large',
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  });
  const loader = new EntryLoader({ baseUrl: test.url, token });
  const sky = [{ type: 'instanceCatalog', path: `dataset:${datasetId ?? ''}` }];
  const documentAt = (raDeg: number) => ({
    visitId: 7,
    band: 'r',
    detectors: ['R22_S11'],
    pointing: { raDeg, decDeg: -27.5 },
    sky,
  });
  const ask = async (raDeg: number) => {
    const document = documentAt(raDeg);
    const { request } = readRequest([{ origin: 'test', document }]);
    const [recipe] = expandRequest(request, unreadSources(request.sky)).recipes;
    let ofCatalog = 0;
    const { inputs, leftOut } = await loader.inputsOf(request, recipe!, ({ ofBytes }) => {
      if (ofBytes === bytes.length) ofCatalog++;
    });
    return { rows: inputs[0]?.sources.length ?? 0, leftOut, ofCatalog };
  };
  const first = await ask(51);
  expect(first.leftOut).toEqual([]);
  expect(first.rows).toBeGreaterThan(1000);
  expect(first.ofCatalog).toBeGreaterThan(0);
  const second = await ask(54);
  expect(second).toMatchObject({ leftOut: [], ofCatalog: 0 });
  expect(second.rows).toBeGreaterThan(1000);

  const indexes = join(test.home, 'archive', 'indexes');
  for (const folder of readdirSync(indexes)) rmSync(join(indexes, folder), { recursive: true });
  const [left] = (await ask(52.5)).leftOut;
  expect(left?.reason).toBe(
    'It has more than 200,000 objects, and the service has no index of it: the next estimate or run makes one.',
  );
  await client.call('estimate', { body: { requests: [documentAt(52.5)] } });
  expect((await ask(52.5)).leftOut).toEqual([]);
});
