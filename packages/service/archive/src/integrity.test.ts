import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  findByRecipe,
  integrityReport,
  listFaults,
  openArchive,
  registerUpload,
  type Search,
  searchDatasets,
  settleAbsentContents,
  verifyNext,
  type Viewer,
} from './index.js';
import { newViewer, taskOutputs, testArchive, type TestArchive } from './testing/test-archive.js';

let test: TestArchive;

beforeAll(async () => {
  test = await testArchive();
});
afterEach(async () => {
  await test.clear();
});
afterAll(async () => {
  await test.close();
});

async function find(viewer: Viewer, search: Search = {}) {
  return searchDatasets(test.archive, viewer, search);
}

/** Reads every content once; what was found, by state. */
async function crawl() {
  const states: string[] = [];
  for (let verdict; (verdict = await verifyNext(test.archive, { olderThanS: 60 })) !== undefined;)
    states.push(verdict.state);
  return states.sort();
}

async function hourPasses(): Promise<void> {
  await sql`update archive.blobs set verified_at = verified_at - interval '61 minutes'`.execute(
    test.archive.db,
  );
}

function catalog(name: string, content: string, ownerId: string) {
  return registerUpload(test.archive, {
    ...test.file(name, content),
    ownerId,
    folder: '/',
    expiresAtUtc: null,
  });
}

function damage(path: string, act: (path: string) => void): void {
  chmodSync(path, 0o640);
  act(path);
}

describe('the crawler', () => {
  it('finds missing and changed files, and what they were', async () => {
    const alice = newViewer();
    await test.register(
      taskOutputs(
        alice.userId,
        ['good', 'gone', 'bent'].map((content) => test.file(`${content}.png`, content)),
      ),
    );
    const paths = new Map(
      (await find(alice)).map(({ name, sha256 }) => [name, test.archive.store.pathOf(sha256)]),
    );
    rmSync(paths.get('gone.png')!);
    chmodSync(paths.get('bent.png')!, 0o640);
    writeFileSync(paths.get('bent.png')!, 'BENT');
    const verdicts = [
      await verifyNext(test.archive),
      await verifyNext(test.archive),
      await verifyNext(test.archive),
    ];
    expect(verdicts.map((verdict) => verdict?.state).sort()).toEqual(['corrupt', 'missing', 'present']);
    expect(await verifyNext(test.archive, { olderThanS: 60 })).toBeUndefined();
    expect((await find(alice)).map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
      'bent.png corrupt',
      'gone.png missing',
      'good.png present',
    ]);
    expect(await integrityReport(test.archive)).toMatchObject({ contents: 3, missing: 1, corrupt: 1 });
    expect(await listFaults(test.archive)).toHaveLength(2);
    // The same content coming in again mends a missing file.
    await test.register(taskOutputs(alice.userId, [test.file('again.png', 'gone')]));
    expect((await find(alice, { expression: "name = 'gone.png'" }))[0]).toMatchObject({ state: 'present' });
  });

  it('takes neither an odd file nor one that cannot be read for its own trouble, and goes on', async () => {
    const alice = newViewer();
    await catalog('stars.fits', 'object 1 53.1 -27.8', alice.userId);
    await test.register(
      taskOutputs(alice.userId, [test.file('odd.fits', 'no FITS'), test.file('folder.png', 'unreadable')]),
    );
    const path = test.archive.store.pathOf(
      (await find(alice, { expression: "name = 'folder.png'" }))[0]!.sha256,
    );
    rmSync(path);
    mkdirSync(path);
    try {
      expect(await crawl()).toEqual(['corrupt', 'corrupt', 'present']);
      const states = (await find(alice)).map(({ name, state }) => `${name} ${state}`);
      expect(states.sort()).toEqual(['folder.png corrupt', 'odd.fits corrupt', 'stars.fits present']);
    } finally {
      rmSync(path, { recursive: true });
    }
  });

  it('says that a content is missing only where the store is there, and looks again soon', async () => {
    const alice = newViewer();
    await test.register(taskOutputs(alice.userId, [test.file('a.png', 'a')]));
    const { folder } = test.archive.store;
    renameSync(folder, `${folder}.away`);
    mkdirSync(folder);
    try {
      await expect(verifyNext(test.archive)).rejects.toMatchObject({ code: 'ARCHIVE_AWAY' });
      await expect(settleAbsentContents(test.archive)).rejects.toMatchObject({ code: 'ARCHIVE_AWAY' });
      await expect(openArchive({ db: test.archive.db, folder })).rejects.toMatchObject({
        code: 'ARCHIVE_AWAY',
      });
      const more = taskOutputs(alice.userId, [test.file('b.png', 'b')]);
      await expect(test.register(more)).rejects.toMatchObject({ code: 'ARCHIVE_AWAY' });
    } finally {
      rmSync(folder, { recursive: true });
      renameSync(`${folder}.away`, folder);
    }
    const path = test.archive.store.pathOf((await find(alice))[0]!.sha256);
    renameSync(path, `${path}.away`);
    expect(await crawl()).toEqual(['missing']);
    renameSync(`${path}.away`, path);
    expect(await crawl()).toEqual([]);
    await hourPasses();
    expect(await verifyNext(test.archive, { olderThanS: 7 * 86_400 })).toMatchObject({
      state: 'present',
      isNews: true,
    });
  });
});

describe('a damaged file', () => {
  it.each([
    ['changed', (path: string) => writeFileSync(path, 'BENT!!')],
    ['cut', (path: string) => truncateSync(path, 3)],
  ])('that was %s is replaced when its content comes in again', async (_, act) => {
    const alice = newViewer();
    await catalog('stars.txt', 'pixels', alice.userId);
    const { sha256 } = (await find(alice))[0]!;
    const path = test.archive.store.pathOf(sha256);
    damage(path, act);
    expect(await crawl()).toEqual(['corrupt']);
    await catalog('stars.txt', 'pixels', alice.userId);
    expect(readFileSync(path, 'utf8')).toBe('pixels');
    expect(await crawl()).toEqual(['present']);
  });

  it('that the crawler has not come to is not taken for another task’s where it was cut, and is replaced', async () => {
    const alice = newViewer();
    const outputs = taskOutputs(alice.userId, [test.file('a.fits', 'pixels')]);
    await test.register(outputs);
    const [known] = await findByRecipe(test.archive, outputs.recipe.recipeHash);
    damage(known!.path, (path) => truncateSync(path, 3));
    expect(await findByRecipe(test.archive, outputs.recipe.recipeHash)).toEqual([]);
    await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'pixels')]));
    expect(readFileSync(known!.path, 'utf8')).toBe('pixels');
  });
});

describe('a store', () => {
  it('removes indexes with their content, and those that no content has', async () => {
    const { store } = test.archive;
    const [kept, lost] = ['a'.repeat(64), 'b'.repeat(64)];
    for (const sha256 of [kept, lost]) {
      mkdirSync(store.indexFolderOf(sha256), { recursive: true });
      writeFileSync(join(store.indexFolderOf(sha256), 'x.imsim-od-index'), 'index');
    }
    mkdirSync(join(store.pathOf(kept), '..'), { recursive: true });
    writeFileSync(store.pathOf(kept), 'content');
    await store.sweepIndexes(60_000);
    expect(existsSync(store.indexFolderOf(lost))).toBe(true);
    await store.sweepIndexes(-1);
    expect([kept, lost].map((sha256) => existsSync(store.indexFolderOf(sha256)))).toEqual([true, false]);
    await store.remove(kept);
    expect(existsSync(store.indexFolderOf(kept))).toBe(false);
  });

  it('is adopted where its files are about to be brought back, and is nobody else’s then', async () => {
    const { db, store } = test.archive;
    const folder = join(store.folder, '../brought-back');
    await expect(openArchive({ db, folder })).rejects.toMatchObject({ code: 'ARCHIVE_AWAY' });
    const archive = await openArchive({ db, folder, adoptsFolder: true });
    await archive.store.put(test.file('a', 'a').path, test.file('a', 'a').sha256, 1);
    expect((await openArchive({ db, folder })).store.folder).toBe(folder);
    await expect(test.archive.store.check()).resolves.toBeUndefined();
  });
});
