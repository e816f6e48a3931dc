import { createHash } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { API_PREFIX, type Dataset, uploadCatalog } from '@imsim-od/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  expectProblem,
  smallRequest,
  testServer,
  type TestServer,
  untilEnded,
} from '../testing/test-server.js';

let test: TestServer;
let image: Dataset;

beforeAll(async () => {
  test = await testServer();
  const { id } = await test.admin.call('submitRun', { body: { requests: [smallRequest()] } });
  await untilEnded(test.admin, id);
  image = await found("type = 'eimage'");
});
afterAll(() => test.close());

async function found(expression: string): Promise<Dataset> {
  const { items } = await test.admin.call('searchDatasets', { query: { expression } });
  if (items[0] === undefined) throw new Error(`nothing fits ${expression}`);
  return items[0];
}
const download = ({ id }: Dataset): Promise<Response> =>
  test.admin.send(`${API_PREFIX}/datasets/${id}/content`);
const remove = ({ sha256 }: Dataset): void => rmSync(test.server.services.archive.store.pathOf(sha256));

describe('a file that is gone from the store', { sequential: true }, () => {
  it('is made again from its recipe for whoever reads it', async () => {
    const before = await test.admin.call('me', {});
    remove(image);
    const first = await download(image);
    expect(first.status).toBe(202);
    await first.text();
    await expect
      .poll(
        async () => {
          const answer = await download(image);
          const bytes = new Uint8Array(await answer.arrayBuffer());
          return answer.status === 202 ? 202 : createHash('sha256').update(bytes).digest('hex');
        },
        { timeout: 120_000, interval: 200 },
      )
      .toBe(image.sha256);
    expect((await test.admin.call('me', {})).usage.bytes).toBe(before.usage.bytes);
  });

  it('ends a query with its name, and the next goes without it', async () => {
    const truth = await found("type = 'truth' and format = 'parquet'");
    const ask = () => test.admin.call('query', { body: { sql: 'select count(*) from truth' } });
    expect(await ask()).toMatchObject({ datasets: 1 });
    remove(truth);
    await expect(ask()).rejects.toMatchObject({
      code: 'ARCHIVE_GONE',
      message: expect.stringContaining(truth.id) as string,
    });
    expect(await ask()).toMatchObject({ datasets: 0, rows: [[0]] });
  });

  it('without a recipe is said to be gone', async () => {
    const bytes = new TextEncoder().encode('object 1 53 -27 19 sed 0 0 0 0 0 0 point none none\n');
    const { datasetId } = await uploadCatalog(test.admin, {
      name: 'part.txt',
      folder: '/catalogs',
      bytes: bytes.length,
      read: (start, end) => Promise.resolve(bytes.slice(start, end)),
    });
    const catalog = await test.admin.call('readDataset', { params: { id: datasetId ?? '' } });
    remove(catalog);
    expect((await expectProblem(await download(catalog))).code).toBe('ARCHIVE_GONE');
    expect((await test.admin.call('readDataset', { params: { id: catalog.id } })).state).toBe('missing');
  });

  it('is not gone where the whole store is away for a while', async () => {
    const store = join(test.home, 'archive');
    renameSync(store, `${store}.away`);
    try {
      const answer = await download(image);
      expect((await expectProblem(answer)).code).toBe('API_UNAVAILABLE');
      expect(answer.headers.get('retry-after')).toBe('30');
    } finally {
      renameSync(`${store}.away`, store);
    }
    const answer = await download(image);
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });
});

it('a file of the documentation that is not there is not found', async () => {
  const answer = await fetch(`${test.url}${API_PREFIX}/docs/static/no-such.css`);
  expect((await expectProblem(answer)).code).toBe('API_NOT_FOUND');
});
