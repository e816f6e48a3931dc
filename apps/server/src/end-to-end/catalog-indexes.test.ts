/** Parts of the indexes of large catalogs over HTTP: what they hold, and who gets them. */
import { uploadCatalog } from '@imsim-od/api';
import { separationDeg } from '@imsim-od/astro';
import { CatalogIndex, MemoryRangeSource } from '@imsim-od/sky';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIELD_HEADER } from '../testing/field-catalog.js';
import { testServer, type TestServer, type TestUser } from '../testing/test-server.js';

let test: TestServer;
let alice: TestUser;
let bob: TestUser;

beforeAll(async () => {
  test = await testServer();
  alice = await test.user('alice');
  bob = await test.user('bob');
});
afterAll(() => test.close());

/** Stars over ten degrees, even and without chance; the first is bright. */
const place = (k: number) => ({
  raDeg: Number((48 + 10 * ((k * 0.6180339887498949) % 1)).toFixed(6)),
  decDeg: Number((-32 + 10 * ((k * 0.7548776662466927) % 1)).toFixed(6)),
});
const CENTRE = { raDeg: 53, decDeg: -27 };

async function upload(name: string, objects: number): Promise<string> {
  const lines = Array.from({ length: objects }, (_, k) => {
    const { raDeg, decDeg } = place(k);
    return `object ${k} ${raDeg} ${decDeg} ${k === 0 ? 9 : 24} s 0 0 0 0 0 0 point none none\n`;
  });
  const bytes = new TextEncoder().encode(FIELD_HEADER + lines.join(''));
  const { datasetId } = await uploadCatalog(alice.client, {
    name,
    folder: '/catalogs',
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  });
  return datasetId ?? '';
}

const ask = (user: TestUser, id: string, radiusDeg = 0.4) =>
  user.client.open('readCatalogIndex', { params: { id }, query: { ...CENTRE, radiusDeg } });

const TITLE =
  'gives all objects near a place and those that reach far, with the catalog’s summary, and little else';
it(TITLE, { timeout: 240_000 }, async () => {
  const objects = 200_001;
  const id = await upload('large.txt', objects);
  const answer = await ask(alice, id);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect(answer.headers.get('content-length')).toBe(String(bytes.length));
  const index = await CatalogIndex.open(new MemoryRangeSource('part', bytes));
  expect(index.summary).toMatchObject({ objectLines: objects, files: [{ path: 'large.txt' }] });
  const found = new Set<number>();
  for await (const records of index.records([{ centre: CENTRE, radiusDeg: 0.4 }]))
    for (const { bytes: text, start, end, order } of records) {
      expect(new TextDecoder().decode(text.subarray(start, end))).toMatch(new RegExp(`^object ${order} `));
      found.add(order);
    }
  const near = Array.from({ length: objects }, (_, k) => k).filter(
    (k) => k === 0 || separationDeg(CENTRE, place(k)) <= 0.4,
  );
  expect(near.filter((k) => !found.has(k))).toEqual([]);
  // Cells are a quarter of a degree wide: less than three times as wide a circle.
  expect(found.size).toBeLessThan(9 * near.length);
  expect(found.size).toBe(index.count([{ centre: CENTRE, radiusDeg: 180 }]));
  await expect(ask(bob, id)).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
  await expect(ask(alice, id, 90)).rejects.toMatchObject({ code: 'API_INVALID' });
});

it('says where there is no index', async () => {
  await expect(ask(alice, await upload('small.txt', 3))).rejects.toMatchObject({
    code: 'ARCHIVE_NO_INDEX',
    message: expect.stringContaining('small.txt has no index') as string,
  });
});
