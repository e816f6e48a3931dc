import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { API_PREFIX, uploadCatalog, type UploadSource } from '@imsim-od/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELD_HEADER, fieldStar } from '../testing/field-catalog.js';
import {
  expectProblem,
  smallRequest,
  testServer,
  type TestServer,
  type TestUser,
  untilEnded,
} from '../testing/test-server.js';

const TUS = { 'tus-resumable': '1.0.0' };
const STAR = fieldStar(1);

let test: TestServer;
let alice: TestUser;
let bob: TestUser;

beforeAll(async () => {
  test = await testServer({ maxUploadBytes: 50_000_000 });
  alice = await test.user('alice');
  bob = await test.user('bob');
});
afterAll(() => test.close());

const source = (name: string, text: string | Uint8Array<ArrayBuffer>, folder = '/catalogs'): UploadSource => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return {
    name,
    folder,
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  };
};
const metadata = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
const begin = (
  user: TestUser,
  name: string,
  bytes: number | string,
  folder = '/catalogs',
): Promise<Response> =>
  user.client.send(`${API_PREFIX}/uploads`, {
    method: 'POST',
    headers: {
      ...TUS,
      'upload-length': String(bytes),
      'upload-metadata': metadata({ filename: name, folder }),
    },
  });

describe('an upload', () => {
  it('becomes a catalog that requests can use, with what it includes', async () => {
    const part = await uploadCatalog(alice.client, source('more.txt', STAR.replace('object 1', 'object 2')));
    expect(part).toMatchObject({ state: 'ready', objects: null });
    expect(part.notes[0]).toMatch(/no catalog by itself/);
    const whole = await uploadCatalog(
      alice.client,
      source('field.txt', `${FIELD_HEADER}${STAR}includeobj more.txt\n`),
    );
    expect(whole).toMatchObject({ state: 'ready', objects: 2 });
    const sky = [{ type: 'instanceCatalog', path: `dataset:${whole.datasetId ?? ''}` }];
    const run = await alice.client.call('submitRun', {
      body: { requests: [smallRequest({ sky, products: ['truth'] })] },
    });
    expect(await untilEnded(alice.client, run.id)).toMatchObject({ state: 'succeeded' });
    const { rows } = await alice.client.call('query', {
      body: { sql: 'select object_id from truth order by 1' },
    });
    expect(rows).toEqual([['1'], ['2']]);
  });

  it('of a catalog whose parts are not there yet is taken, and says what is missing', async () => {
    const result = await uploadCatalog(
      alice.client,
      source('early.txt', `${FIELD_HEADER}${STAR}includeobj later.txt\n`, '/catalogs/early'),
    );
    expect(result).toMatchObject({ state: 'ready', objects: null });
    expect(result.notes[0]).toMatch(/later\.txt/);
  });

  it('with a fault is refused with file and line', async () => {
    await expect(
      uploadCatalog(
        alice.client,
        source('odd.txt', `${FIELD_HEADER}object 1 53 -27 19 sed 0 0 0 0 0 0 movingPoint\n`),
      ),
    ).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
      message: expect.stringMatching(/odd\.txt, line 12/) as string,
    });
    await expect(
      uploadCatalog(
        alice.client,
        source(
          'noise.bin',
          new Uint8Array(5000).map((_v, i) => (i * 7919) % 256),
        ),
      ),
    ).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
    });
  });

  it('that was cut at 99 % goes on where it stands, and arrives whole', async () => {
    const text =
      FIELD_HEADER +
      Array.from({ length: 20_000 }, (_v, i) => STAR.replace('object 1', `object ${i}`)).join('');
    const bytes = Buffer.from(text);
    const location = (await begin(alice, 'cut.txt', bytes.length)).headers.get('location') ?? '';
    const cutAt = Math.floor(bytes.length * 0.99);
    await new Promise<void>((resolve) => {
      const { hostname, port } = new URL(test.url);
      const request = httpRequest({
        hostname,
        port,
        path: location,
        method: 'PATCH',
        headers: {
          ...TUS,
          authorization: `Bearer ${alice.token}`,
          'content-type': 'application/offset+octet-stream',
          'upload-offset': '0',
          'content-length': String(bytes.length),
        },
      });
      request.on('error', () => undefined);
      request.on('close', resolve);
      request.write(bytes.subarray(0, cutAt), () => setTimeout(() => request.destroy(), 300));
    });
    const head = await alice.client.send(location, { method: 'HEAD', headers: TUS });
    const stands = Number(head.headers.get('upload-offset'));
    expect(stands).toBeGreaterThan(0);
    expect(stands).toBeLessThan(bytes.length);
    expect(
      await alice.client.call('uploadResult', { params: { upload: location.split('/').pop() ?? '' } }),
    ).toMatchObject({
      state: 'receiving',
    });
    const result = await uploadCatalog(alice.client, source('cut.txt', text), {
      location,
      chunkBytes: 100_000,
    });
    expect(result).toMatchObject({ state: 'ready', objects: 20_000 });
    const dataset = await alice.client.call('readDataset', { params: { id: result.datasetId ?? '' } });
    expect(dataset.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const content = await alice.client.open('download', { params: { id: dataset.id } });
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('with a fault near its beginning is refused long before its end, and says where', async () => {
    const line = FIELD_HEADER.split('\n').length;
    const rest = Array.from({ length: 320_000 }, (_v, i) => STAR.replace('object 1', `object ${i}`)).join('');
    const text = `${FIELD_HEADER}${STAR.replace('point', 'movingPoint')}${rest}`;
    const whole = source('long.txt', text);
    let sentBytes = 0;
    const upload = uploadCatalog(
      alice.client,
      {
        ...whole,
        // As over a line that is not fast.
        read: async (start, end) => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          return whole.read(start, end);
        },
      },
      { chunkBytes: 1 << 18, onProgress: (bytes) => (sentBytes = bytes) },
    );
    await expect(upload).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
      message: expect.stringContaining(`long.txt, line ${line}`) as string,
    });
    expect(sentBytes).toBeGreaterThan(0);
    expect(sentBytes).toBeLessThan(whole.bytes);
    const left = readdirSync(join(test.home, 'uploads')).filter((name) => name.endsWith('.json'));
    expect(left).toEqual([]);
  });

  it('at a wrong offset is refused and changes nothing', async () => {
    const location = (await begin(alice, 'offset.txt', 100)).headers.get('location') ?? '';
    const patch = await alice.client.send(location, {
      method: 'PATCH',
      headers: { ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': '50' },
      body: 'x'.repeat(50),
    });
    expect((await expectProblem(patch)).code).toBe('UPLOAD_OFFSET');
    const tooMuch = await alice.client.send(location, {
      method: 'PATCH',
      headers: { ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
      body: 'x'.repeat(200),
    });
    expect((await expectProblem(tooMuch)).code).toBe('API_BODY_TOO_LARGE');
    expect((await alice.client.send(location, { method: 'DELETE', headers: TUS })).status).toBe(204);
    expect((await alice.client.send(location, { method: 'HEAD', headers: TUS })).status).toBe(404);
  });

  it('of another is not there', async () => {
    const location = (await begin(alice, 'mine.txt', 100)).headers.get('location') ?? '';
    const upload = location.split('/').pop() ?? '';
    for (const method of ['HEAD', 'PATCH', 'DELETE'])
      expect(
        (
          await bob.client.send(location, {
            method,
            headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
          })
        ).status,
      ).toBe(404);
    await expect(bob.client.call('uploadResult', { params: { upload } })).rejects.toMatchObject({
      code: 'UPLOAD_NOT_FOUND',
    });
  });

  it.each([
    ['../../etc/cron.d/evil', '/catalogs', 100, 'ARCHIVE_INPUT'],
    ['a\u0000b', '/catalogs', 100, 'ARCHIVE_INPUT'],
    ['a'.repeat(300), '/catalogs', 100, 'ARCHIVE_INPUT'],
    ['..', '/catalogs', 100, 'ARCHIVE_INPUT'],
    ['x.txt', '/../..', 100, 'ARCHIVE_INPUT'],
    ['x.txt', 'relative', 100, 'ARCHIVE_INPUT'],
    ['x.txt', '/catalogs', 50_000_001, 'API_BODY_TOO_LARGE'],
    ['x.txt', '/catalogs', 0, 'UPLOAD_INVALID'],
    ['x.txt', '/catalogs', '-5', 'API_INVALID'],
    ['', '/catalogs', 100, 'API_INVALID'],
  ])('under the name %s in %s of %s bytes is refused', async (name, folder, bytes, code) => {
    const response = await begin(alice, name, bytes, folder);
    expect((await expectProblem(response)).code).toBe(code);
  });

  it('leaves nothing behind once it is a dataset', () => {
    const left = readdirSync(join(test.home, 'uploads')).filter((name) => !name.includes('.'));
    expect(left).toHaveLength(1);
  });

  it('never made the service fail', () => {
    expect(test.log).toEqual([]);
  });
});
