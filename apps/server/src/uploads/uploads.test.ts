import { existsSync, readdirSync, readFileSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_PREFIX, createClient, uploadCatalog, type UploadSource } from '@imsim-od/api';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings, startServer } from '../index.js';
import { FIELD_HEADER, fieldStar } from '../testing/field-catalog.js';
import { checkedClient, testServer, type TestServer, type TestUser } from '../testing/test-server.js';
import { writeEnd } from './upload-result.js';
import { Uploads } from './uploads.js';

const STAR = fieldStar(1);
const LONG_AGO_S = Date.now() / 1000 - 8 * 86_400;

let test: TestServer;
let alice: TestUser;

beforeAll(async () => {
  test = await testServer();
  alice = await test.user('alice');
});
afterAll(() => test.close());

const folder = (): string => join(test.home, 'uploads');
const source = (name: string, text: string, into = '/catalogs'): UploadSource => {
  const bytes = new TextEncoder().encode(text);
  return {
    name,
    folder: into,
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  };
};
/** An upload whose bytes came without the server's noticing that they are all there: it was killed just then. */
const received = async (name: string, text: string, bytes = text.length): Promise<string> => {
  const base64 = (value: string): string => Buffer.from(value).toString('base64');
  const response = await alice.client.send(`${API_PREFIX}/uploads`, {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes),
      'upload-metadata': `filename ${base64(name)},folder ${base64('/catalogs')}`,
    },
  });
  const id = response.headers.get('location')?.split('/').pop() ?? '';
  writeFileSync(join(folder(), id), text);
  return id;
};
const named = async (name: string) =>
  (await alice.client.call('searchDatasets', { query: { expression: `name = '${name}'` } })).items;
const endOf = (id: string): unknown =>
  JSON.parse(readFileSync(join(folder(), `${id}.result`), 'utf8')) as unknown;

describe('uploads', () => {
  it('that were received whole are checked after a restart, though nobody asks', async () => {
    await received('killed.txt', FIELD_HEADER + STAR);
    const other = await startServer(
      readSettings(
        {
          home: test.home,
          databaseUrl: test.server.services.databaseUrl,
          port: 0,
          workers: 1,
          memoryMb: 8000,
        },
        {},
      ),
      pino({ level: 'silent' }),
    );
    await expect.poll(() => named('killed.txt'), { timeout: 30_000, interval: 100 }).toHaveLength(1);
    await other.close();
  });

  it('are swept where nobody goes on with them, also what a crash left half-done', async () => {
    const uploads = await Uploads.open(test.server.services);
    const fresh = await received('fresh.txt', 'half', 100);
    const old = await received('old.txt', 'half', 100);
    const whole = await received('whole.txt', FIELD_HEADER + STAR);
    const dataless = await received('dataless.txt', 'half', 100);
    for (const id of [old, whole, dataless]) {
      utimesSync(join(folder(), id), LONG_AGO_S, LONG_AGO_S);
      utimesSync(join(folder(), `${id}.json`), LONG_AGO_S, LONG_AGO_S);
    }
    unlinkSync(join(folder(), dataless));
    const broken = 'b'.repeat(32);
    writeFileSync(join(folder(), broken), 'x');
    writeFileSync(join(folder(), `${broken}.json`), '{"id":');
    const leftOver = join(folder(), `${'c'.repeat(32)}.result`);
    writeFileSync(leftOver, '{}');
    for (const path of [join(folder(), `${broken}.json`), leftOver]) utimesSync(path, LONG_AGO_S, LONG_AGO_S);
    await uploads.sweep();
    await expect.poll(() => named('whole.txt'), { timeout: 30_000, interval: 100 }).toHaveLength(1);
    // The dataset is there a moment before its upload is taken away.
    const left = () =>
      readdirSync(folder())
        .filter((name) => !name.endsWith('.result'))
        .sort();
    await expect.poll(left, { timeout: 30_000, interval: 100 }).toEqual([fresh, `${fresh}.json`]);
    expect(existsSync(leftOver)).toBe(false);
    expect(test.log).toEqual([]);
  });

  it('that two servers check at once become one dataset', async () => {
    const both = [await Uploads.open(test.server.services), await Uploads.open(test.server.services)];
    const id = await received('contested.txt', FIELD_HEADER + STAR.repeat(20_000));
    const upload = await both[0]!.find(alice.id, id);
    for (const uploads of both) uploads.begin(upload);
    await expect
      .poll(() => existsSync(join(folder(), `${id}.result`)), { timeout: 30_000, interval: 50 })
      .toBe(true);
    await expect.poll(async () => (await named('contested.txt')).length, { timeout: 10_000 }).toBe(1);
    expect(endOf(id)).toMatchObject({ kind: 'ready', result: { objects: 20_000 } });
    const path = join(folder(), `${id}.result`);
    await writeEnd(path, { kind: 'refused', ownerId: alice.id, code: 'UPLOAD_INVALID', detail: 'late' });
    expect(endOf(id)).toMatchObject({ kind: 'ready' });
  });

  it('tell their end also to a question during which it came', async () => {
    const uploads = await Uploads.open(test.server.services);
    const id = await received('between.txt', FIELD_HEADER + STAR);
    const result = {
      state: 'ready' as const,
      datasetId: null,
      kind: 'catalog' as const,
      objects: 1,
      skipped: {},
      notes: [] as string[],
    };
    uploads.store.getUpload = async () => {
      await writeEnd(join(folder(), `${id}.result`), { kind: 'ready', ownerId: alice.id, result });
      throw new Error('gone');
    };
    expect(await uploads.result(alice.id, id)).toEqual(result);
    await expect(uploads.result(test.server.services.settings.home, id)).rejects.toMatchObject({
      code: 'UPLOAD_NOT_FOUND',
    });
  });

  it('succeed where the answer to the last chunk was lost, and the check was quick', async () => {
    let lost = 0;
    const client = createClient({
      baseUrl: test.url,
      token: alice.token,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (init?.method !== 'PATCH' || lost++ > 0) return response;
        await expect.poll(() => named('lost.txt'), { timeout: 30_000, interval: 50 }).toHaveLength(1);
        throw new TypeError('fetch failed');
      },
    });
    const result = await uploadCatalog(client, source('lost.txt', FIELD_HEADER + STAR));
    expect(result).toMatchObject({ state: 'ready', objects: 1 });
    const location = `${API_PREFIX}/uploads/${'d'.repeat(32)}`;
    await expect(
      uploadCatalog(checkedClient(test.url, alice.token), source('lost.txt', STAR), { location }),
    ).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
  });

  it('find what they include in folders below, under its own name there', async () => {
    const second = STAR.replace('object 1', 'object 2');
    await uploadCatalog(alice.client, source('x.txt', second, '/deep/parts'));
    await uploadCatalog(alice.client, source('x.txt', second + second, '/deep/others'));
    const whole = await uploadCatalog(
      alice.client,
      source('top.txt', `${FIELD_HEADER}${STAR}includeobj parts/x.txt\n`, '/deep'),
    );
    expect(whole).toMatchObject({ objects: 2 });
    const beside = await uploadCatalog(
      alice.client,
      source('beside.txt', `${FIELD_HEADER}${STAR}includeobj x.txt\n`, '/deep'),
    );
    expect(beside).toMatchObject({ objects: null, notes: [expect.stringMatching(/x\.txt/)] });
  });

  it('do not hold up the end of the server, and are there after it', async () => {
    const uploads = await Uploads.open(test.server.services);
    const id = await received('large.txt', FIELD_HEADER + STAR.repeat(400_000));
    uploads.begin(await uploads.find(alice.id, id));
    await new Promise((resolve) => setTimeout(resolve, 300)); // into the reading, which takes seconds
    const begin = performance.now();
    await uploads.close();
    console.log(`closed in ${Math.round(performance.now() - begin)} ms`);
    expect(existsSync(join(folder(), id))).toBe(true);
    expect(existsSync(join(folder(), `${id}.result`))).toBe(false);
    expect(test.log).toEqual([]);
  });
});
