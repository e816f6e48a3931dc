/** The library: offered by an administrator, used by everyone. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uploadCatalog } from '@imsim-od/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELD_HEADER, fieldStar } from '../testing/field-catalog.js';
import { testServer, type TestServer, type TestUser, untilEnded } from '../testing/test-server.js';

let test: TestServer;
let alice: TestUser;
let id = '';
const sedDir = mkdtempSync(join(tmpdir(), 'imsim-od-library-seds-'));
const REQUEST = {
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: 'R22_S11',
  sky: [{ type: 'instanceCatalog', path: 'library:field' }],
  products: ['truth'],
};

const send = async (name: string, text: string): Promise<string> => {
  const bytes = new TextEncoder().encode(text);
  const { datasetId } = await uploadCatalog(test.admin, {
    name,
    folder: '/library/field',
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  });
  return datasetId ?? '';
};

beforeAll(async () => {
  mkdirSync(join(sedDir, 'starSED/kurucz'), { recursive: true });
  writeFileSync(join(sedDir, 'starSED/kurucz/a b.spec'), '10 2\n5000 1\n');
  symlinkSync('kurucz', join(sedDir, 'starSED/linked'));
  test = await testServer({ sedDir });
  alice = await test.user('alice');
  await send('private.txt', fieldStar(9, 53.009));
  await send('part.txt', fieldStar(2, 53.002));
  id = await send('field.txt', `${FIELD_HEADER}${fieldStar(1)}includeobj part.txt\n`);
});
afterAll(async () => {
  await test.close();
  rmSync(sedDir, { recursive: true });
});

describe('the library', () => {
  it('is filled by administrators alone', async () => {
    await expect(
      alice.client.call('addToLibrary', { body: { name: 'field', datasetId: id } }),
    ).rejects.toMatchObject({ code: 'AUTH_SCOPE' });
    await expect(alice.client.call('readDataset', { params: { id } })).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
    const entry = await test.admin.call('addToLibrary', {
      body: { name: 'field', datasetId: id, description: 'two stars' },
    });
    expect(entry).toMatchObject({ name: 'field', kind: 'catalog', objects: 2, description: 'two stars' });
    for (const name of ['field', 'No', '../x', ''])
      await expect(test.admin.call('addToLibrary', { body: { name, datasetId: id } })).rejects.toMatchObject({
        status: name === '' ? 400 : 422,
      });
    const { items } = await test.admin.call('listAudit', { query: { action: 'library.added' } });
    expect(items.map(({ subject }) => subject)).toEqual(['field']);
  });

  it('is read by everyone: the file, what it includes, and nothing else of its folder', async () => {
    const { items } = await alice.client.call('listLibrary', {});
    expect(items).toMatchObject([{ name: 'field', dataset: { id, name: 'field.txt' } }]);
    const seen = await alice.client.call('searchDatasets', { query: { type: ['catalog'] } });
    expect(seen.items.map(({ name }) => name).sort()).toEqual(['field.txt', 'part.txt']);
    await expect(alice.client.call('removeDatasets', { body: { datasetIds: [id] } })).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_OWNER',
    });
  });

  it('is named in requests, and drawn with what it includes', async () => {
    const estimate = await alice.client.call('estimate', { body: { requests: [REQUEST] } });
    expect(estimate.sky?.entries.map(({ objects }) => objects)).toEqual([2]);
    expect(estimate.sky?.entries[0]?.magnitudes.band).toBe('r');
    const run = await alice.client.call('submitRun', { body: { requests: [REQUEST] } });
    expect((await untilEnded(alice.client, run.id)).state).toBe('succeeded');
    const unknown = { ...REQUEST, sky: [{ type: 'instanceCatalog', path: 'library:nothing' }] };
    await expect(alice.client.call('submitRun', { body: { requests: [unknown] } })).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: expect.stringContaining('the library has nothing called nothing') as string,
    });
  });

  it('gives up what it held, and its files are its owner’s again', async () => {
    await expect(alice.client.call('removeFromLibrary', { params: { name: 'field' } })).rejects.toMatchObject(
      { code: 'AUTH_SCOPE' },
    );
    await test.admin.call('removeFromLibrary', { params: { name: 'field' } });
    expect((await alice.client.call('listLibrary', {})).items).toEqual([]);
    expect((await alice.client.call('searchDatasets', { query: { type: ['catalog'] } })).items).toEqual([]);
    await expect(test.admin.call('removeFromLibrary', { params: { name: 'field' } })).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
    expect(test.log).toEqual([]);
  });
});

describe('the library of SED files', () => {
  it('is listed and read by everyone, and nothing beside it', async () => {
    expect(await alice.client.call('listSedFiles', {})).toEqual({
      paths: ['starSED/kurucz/a b.spec', 'starSED/linked'],
    });
    for (const path of ['starSED/kurucz/a b.spec', 'starSED/linked/a b.spec']) {
      const answer = await alice.client.open('downloadSedFile', { query: { path } });
      expect(await answer.text()).toBe('10 2\n5000 1\n');
    }
    for (const path of ['../x', 'starSED/../../x', '/etc/passwd', 'starSED', 'none.spec', '..\\x'])
      await expect(alice.client.open('downloadSedFile', { query: { path } })).rejects.toMatchObject({
        code: 'ARCHIVE_NOT_FOUND',
      });
  });
});
