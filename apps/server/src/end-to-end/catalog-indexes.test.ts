/** Parts of the indexes of large catalogs over HTTP: what they hold, and who gets them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { uploadCatalog } from '@imsim-od/api';
import { separationDeg } from '@imsim-od/astro';
import { simulationVersion } from '@imsim-od/simulator';
import { CatalogIndex, MemoryRangeSource } from '@imsim-od/sky';
import { INDEX_SUFFIX, makeCatalogIndex, openFileSource } from '@imsim-od/sky/node';
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

const starLines = (objects: number): string =>
  Array.from({ length: objects }, (_, k) => {
    const { raDeg, decDeg } = place(k);
    return `object ${k} ${raDeg} ${decDeg} ${k === 0 ? 9 : 24} s 0 0 0 0 0 0 point none none\n`;
  }).join('');

async function send(name: string, text: string, folder = '/catalogs'): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const { datasetId } = await uploadCatalog(alice.client, {
    name,
    folder,
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  });
  return datasetId ?? '';
}
const upload = (name: string, objects: number) => send(name, FIELD_HEADER + starLines(objects));

/** The folder of the indexes of a dataset. */
async function indexFolder(id: string): Promise<string> {
  const { sha256 } = await alice.client.call('readDataset', { params: { id } });
  return join(test.home, 'archive', 'indexes', sha256.slice(0, 2), sha256);
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
  const path = `/api/v1/datasets/${id}/index?raDeg=53&decDeg=-27&radiusDeg=0.4`;
  const head = await alice.client.send(path, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  await expect(ask(bob, id)).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
  await expect(ask(alice, id, 90)).rejects.toMatchObject({ code: 'API_INVALID' });
});

it('says where there is no index', async () => {
  const id = await upload('small.txt', 3);
  const none = { code: 'ARCHIVE_NO_INDEX', message: 'small.txt has no index.' };
  await expect(ask(alice, id)).rejects.toMatchObject(none);
  // What cannot be looked into is not taken for empty.
  const folder = await indexFolder(id);
  mkdirSync(dirname(folder), { recursive: true });
  writeFileSync(folder, '');
  await expect(ask(alice, id)).rejects.toMatchObject({ code: 'API_INTERNAL' });
});

const ACCESS = 'gives nothing of an included file that is not shared, or is another by now, and says which';
it(ACCESS, { timeout: 240_000 }, async () => {
  const included = await send('part.txt', starLines(200_001), '/parts');
  const top = await send('top.txt', `${FIELD_HEADER}includeobj part.txt\n`, '/parts');
  const share = (id: string) =>
    alice.client.call('shareDatasets', { body: { datasetIds: [id], with: 'all' } });
  await share(top);
  await (await ask(alice, top)).arrayBuffer();
  const refused = (message: string) => ({
    code: 'ARCHIVE_INDEX_FILES',
    message: expect.stringMatching(message) as string,
  });
  await expect(ask(bob, top)).rejects.toMatchObject(refused('^part.txt.* is not there for you'));
  await share(included);
  await (await ask(bob, top)).arrayBuffer();
  await send('part.txt', starLines(3), '/parts');
  await expect(ask(alice, top)).rejects.toMatchObject(refused('^part.txt.* has changed'));
});

const OLD = 'tells an index of another version, and a damaged one, from none';
it(OLD, { timeout: 240_000 }, async () => {
  const text = FIELD_HEADER + starLines(2);
  const id = await send('old.txt', text, '/old');
  const path = join(await indexFolder(id), `a${INDEX_SUFFIX}`);
  writeFileSync(join(test.home, 'old.txt'), text);
  const top = await openFileSource(join(test.home, 'old.txt'));
  const refused = (message: string) => ({
    code: 'ARCHIVE_INDEX_OLD',
    message: expect.stringContaining(message) as string,
  });
  await makeCatalogIndex(top, [path], 'of another time', {});
  await expect(ask(alice, id)).rejects.toMatchObject(refused('another version'));
  await makeCatalogIndex(top, [path], simulationVersion, {});
  await (await ask(alice, id)).arrayBuffer();
  writeFileSync(path, readFileSync(path).subarray(0, -1));
  await expect(ask(alice, id)).rejects.toMatchObject(refused('damaged'));
});
