/** The library: offered by an administrator, used by everyone. */
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, uploadCatalog } from '@imsim-od/api';
import { packSedFiles } from '@imsim-od/sky';
import { sharedPath } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELD_HEADER, fieldStar } from '../testing/field-catalog.js';
import { testServer, type TestServer, type TestUser, untilEnded } from '../testing/test-server.js';

const skyCatalogs = sharedPath('data/skycatalogs');

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

const entryOf = async (name: string) =>
  (await test.admin.call('listLibrary', {})).items.find((entry) => entry.name === name);

/** The entry once it is read, or could not be. */
const read = async (name: string) => {
  for (;;) {
    const entry = await entryOf(name);
    if (entry?.state !== 'reading') return entry;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
    const begun = await test.admin.call('addToLibrary', {
      body: { name: 'field', datasetId: id, description: 'two stars' },
    });
    expect(begun).toMatchObject({ name: 'field', kind: '', objects: null, description: 'two stars' });
    // Nobody is offered what is not read yet; it may be by now.
    const { items: offered } = await alice.client.call('listLibrary', {});
    expect(offered.filter(({ state }) => state !== 'ready')).toEqual([]);
    expect(await read('field')).toMatchObject({
      state: 'ready',
      readShare: 1,
      kind: 'catalog',
      objects: 2,
      description: 'two stars',
    });
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

  it('says of what cannot be offered why, and lets it be added anew under the name', async () => {
    // A folder without a file of sky catalogs is none.
    await test.admin.call('addToLibrary', { body: { name: 'none', datasetId: id, wholeFolder: true } });
    expect(await read('none')).toMatchObject({
      state: 'failed',
      failure: expect.stringContaining('no files of sky catalogs') as string,
    });
    expect((await alice.client.call('listLibrary', {})).items.map(({ name }) => name)).toEqual(['field']);
    const request = { ...REQUEST, sky: [{ type: 'instanceCatalog', path: 'library:none' }] };
    await expect(alice.client.call('estimate', { body: { requests: [request] } })).rejects.toMatchObject({
      code: 'RUN_INVALID',
    });
    await test.admin.call('addToLibrary', { body: { name: 'none', datasetId: id } });
    expect(await read('none')).toMatchObject({ state: 'ready', objects: 2 });
    await test.admin.call('removeFromLibrary', { params: { name: 'none' } });
  });

  it.skipIf(skyCatalogs === undefined)(
    'holds folders of sky catalogs, of which a visit reads its part',
    async () => {
      const names = readdirSync(skyCatalogs!).filter((name) => name.endsWith('.parquet'));
      for (const name of names) {
        const bytes = readFileSync(join(skyCatalogs!, name));
        const { datasetId } = await uploadCatalog(test.admin, {
          name,
          folder: '/library/dc2',
          bytes: bytes.length,
          read: (start, end) => Promise.resolve(new Uint8Array(bytes.subarray(start, end))),
        });
        id = datasetId ?? '';
      }
      await test.admin.call('addToLibrary', { body: { name: 'dc2', datasetId: id, wholeFolder: true } });
      const entry = await read('dc2');
      expect(entry).toMatchObject({ state: 'ready', failure: '', kind: 'skyCatalogs' });
      // 500 galaxies and 495 point sources, as pyarrow counts the rows.
      expect(entry?.objects).toBe(995);
      const request = {
        pointing: { raDeg: 54.83, decDeg: -35.7 },
        band: 'i',
        detectors: 'R22_S11',
        sky: [{ type: 'skyCatalogs', path: 'library:dc2' }],
        products: ['truth'],
      };
      const { sky } = await alice.client.call('estimate', { body: { requests: [request] } });
      expect(sky?.entries[0]?.objects).toBeGreaterThan(0);
      const run = await alice.client.call('submitRun', { body: { requests: [request] } });
      expect((await untilEnded(alice.client, run.id)).state).toBe('succeeded');
      await test.admin.call('removeFromLibrary', { params: { name: 'dc2' } });
    },
  );

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

/** f_lambda from 300 to 1200 nm as a power of the wavelength. */
const spectrum = (power: number): Uint8Array =>
  new TextEncoder().encode(
    Array.from({ length: 181 }, (_, i) => `${300 + 5 * i} ${((300 + 5 * i) / 500) ** power}\n`).join(''),
  );

/** Uploads an archive of SED files. @returns the dataset's id */
async function sendSeds(
  client: Client,
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<string> {
  const packed = packSedFiles(
    name,
    Object.entries(files).map(([path, bytes]) => ({
      path,
      bytes: bytes.length,
      read: (start, end) => Promise.resolve(bytes.slice(start, end)),
    })),
  );
  const { datasetId, kind } = await uploadCatalog(client, { name, folder: '/seds', ...packed });
  expect(kind).toBe('seds');
  return datasetId ?? '';
}

describe('SED files of the library by name', { sequential: true }, () => {
  const NAMED = {
    ...REQUEST,
    sky: [{ type: 'instanceCatalog', path: '' }],
    products: ['truth', 'eimage'],
  };
  const requestOf = (sedDir: string | undefined, catalog: string) => ({
    ...NAMED,
    ...(sedDir === undefined ? {} : { sedDir }),
    sky: [{ type: 'instanceCatalog', path: `dataset:${catalog}` }],
  });
  let catalog = '';
  let archive = '';

  /** The recipe of the only task of a run of a request. */
  async function recipeOf(request: object) {
    const run = await alice.client.call('submitRun', { body: { requests: [request] } });
    expect((await untilEnded(alice.client, run.id)).state).toBe('succeeded');
    const { items } = await alice.client.call('searchDatasets', { query: { runId: run.id } });
    const recipe = items.find(({ type }) => type === 'recipe');
    const answer = await alice.client.open('download', { params: { id: recipe?.id ?? '' } });
    const { recipe: document } = (await answer.json()) as {
      recipe: { sky: readonly { seds?: { files: number; sha256: string } }[] };
    };
    return { document, items };
  }

  it('are offered by administrators, and chosen by requests', async () => {
    const text = `${FIELD_HEADER}object 1 53.001 -27.5 18 starSED/steep.txt 0 0 0 0 0 0 point none none\n`;
    const bytes = new TextEncoder().encode(text);
    const sent = await uploadCatalog(alice.client, {
      name: 'field.txt',
      folder: '/mine',
      bytes: bytes.length,
      read: (start, end) => Promise.resolve(bytes.slice(start, end)),
    });
    catalog = sent.datasetId ?? '';
    archive = await sendSeds(test.admin, 'steep.tar', {
      'starSED/steep.txt': spectrum(3),
      'starSED/notes.md': new TextEncoder().encode('about these'),
    });
    await expect(
      alice.client.call('estimate', { body: { requests: [requestOf('library:steep', catalog)] } }),
    ).rejects.toMatchObject({ message: expect.stringContaining('nothing called steep') as string });
    await test.admin.call('addToLibrary', { body: { name: 'steep', datasetId: archive } });
    expect(await read('steep')).toMatchObject({ state: 'ready', kind: 'seds', objects: 1 });
    const digest = createHash('sha256')
      .update(`starSED/steep.txt ${createHash('sha256').update(spectrum(3)).digest('hex')}\n`)
      .digest('hex');
    const byFamily = await recipeOf(requestOf(undefined, catalog));
    const named = await recipeOf(requestOf('library:steep', catalog));
    expect(byFamily.document.sky[0]?.seds).toBeUndefined();
    expect(named.document.sky[0]?.seds).toMatchObject({ files: 1, sha256: digest });
    // Users may take an archive of their own as well.
    const own = await sendSeds(alice.client, 'mine.tar', { 'starSED/steep.txt': spectrum(-2) });
    const other = await recipeOf(requestOf(`dataset:${own}`, catalog));
    expect(other.document.sky[0]?.seds?.sha256).not.toBe(digest);
    const shaOf = ({ items }: typeof other) => items.find(({ type }) => type === 'truth')?.sha256;
    expect(new Set([byFamily, named, other].map(shaOf)).size).toBe(3);
    await expect(
      test.admin.call('estimate', { body: { requests: [{ ...NAMED, sedDir: `dataset:${own}x` }] } }),
    ).rejects.toMatchObject({ code: 'RUN_INVALID' });
  });

  it('are listed and read as the preview needs them', async () => {
    const sedDir = 'library:steep';
    expect(await alice.client.call('listSedFiles', { query: { sedDir } })).toEqual({
      paths: ['starSED/notes.md', 'starSED/steep.txt'],
    });
    const answer = await alice.client.open('downloadSedFile', {
      query: { path: 'starSED/steep.txt', sedDir },
    });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(spectrum(3));
    await expect(
      alice.client.open('downloadSedFile', { query: { path: 'starSED/kurucz/a b.spec', sedDir } }),
    ).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
    await expect(
      alice.client.call('listSedFiles', { query: { sedDir: `dataset:${catalog}` } }),
    ).rejects.toMatchObject({
      code: 'ARCHIVE_INPUT',
      message: expect.stringContaining('field.txt is no archive') as string,
    });
    for (const wrong of ['library:nothing', '/etc', 'library:../x'])
      await expect(alice.client.call('listSedFiles', { query: { sedDir: wrong } })).rejects.toMatchObject({
        code: 'RUN_INVALID',
      });
  });

  it('that are none are refused by their name', async () => {
    await expect(
      alice.client.call('submitRun', { body: { requests: [requestOf(`dataset:${catalog}`, catalog)] } }),
    ).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: expect.stringMatching(/^field.txt is no archive of SED files/) as string,
    });
    await expect(
      sendSeds(alice.client, 'notes.tar', { 'notes.md': new TextEncoder().encode('about these') }),
    ).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
      message: expect.stringContaining('none of its files is a spectrum') as string,
    });
  });

  it('stay with the recipes that need them, when nobody offers them any more', async () => {
    const named = await recipeOf(requestOf('library:steep', catalog));
    const drawn = named.items.find(({ type }) => type === 'eimage');
    await test.admin.call('removeFromLibrary', { params: { name: 'steep' } });
    await test.admin.call('removeDatasets', { body: { datasetIds: [archive] } });
    const params = { id: drawn?.id ?? '' };
    await alice.client.call('dropDatasets', { body: { datasetIds: [params.id] } });
    expect((await alice.client.call('readDataset', { params })).state).toBe('dropped');
    for (;;) {
      const answer = await alice.client.open('download', { params });
      if (answer.status === 200) {
        const bytes = new Uint8Array(await answer.arrayBuffer());
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(drawn?.sha256);
        break;
      }
      expect(answer.status).toBe(202);
      await answer.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const pixel = await alice.client.call('explainPixel', { params, query: { x: 2000, y: 2000 } });
    expect(pixel).toMatchObject({ notes: expect.any(Array) as unknown });
    expect(test.log).toEqual([]);
  });
});

describe('the library of SED files', () => {
  it('is listed and read by everyone, and nothing beside it', async () => {
    expect(await alice.client.call('listSedFiles', { query: {} })).toEqual({
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
