import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  assignRestoration,
  checkQuota,
  collectGarbage,
  completeRestoration,
  dropDatasets,
  holdContents,
  latestRestoration,
  listHolders,
  listWanted,
  readDataset,
  readUsage,
  registerUpload,
  releaseHolds,
  removeDatasets,
  removeOutputsOfRun,
  requestRestoration,
  type Search,
  searchDatasets,
  setQuota,
  share,
  sweepExpired,
  type Viewer,
} from './index.js';
import { unlinkContents } from './contents.js';
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

function storedFiles(): string[] {
  const blobs = join(test.archive.store.folder, 'blobs');
  return readdirSync(blobs, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('/'))
    .sort();
}

async function find(viewer: Viewer, search: Search = {}) {
  return searchDatasets(test.archive, viewer, search);
}

/** The sums of usage must always be those of the rows. */
async function usageIsRight(): Promise<boolean> {
  const { rows } = await sql<{ right: boolean }>`
    select not exists (
      select from (select user_id, bytes::numeric, datasets::numeric from archive.usage where bytes <> 0 or datasets <> 0) u
      full join (select charged_to as user_id, sum(bytes) as bytes, count(*)::numeric as datasets from archive.datasets where not dropped group by 1) d
        using (user_id)
      where u.bytes is distinct from d.bytes or u.datasets is distinct from d.datasets) as right
  `.execute(test.archive.db);
  return rows[0]?.right === true;
}

describe('dropping and making again', () => {
  async function dropped(content = 'pixels') {
    const [alice, bob] = [newViewer(), newViewer()];
    const outputs = taskOutputs(alice.userId, [test.file('a.fits', content)]);
    await test.register(outputs);
    const { id } = (await find(alice))[0]!;
    await share(test.archive, alice, { datasetIds: [id] }, 'all');
    await dropDatasets(test.archive, alice, [id]);
    return { alice, bob, id, recipeHash: outputs.recipe.recipeHash };
  }

  async function complete(recipeHash: string, content: string) {
    const runId = v7();
    const [wish] = await listWanted(test.archive);
    await test.archive.db.transaction().execute(async (transaction) => {
      expect(await assignRestoration(transaction, wish!.id, runId)).toBe(true);
      expect(await assignRestoration(transaction, wish!.id, v7())).toBe(false);
    });
    const files = [test.file('a.fits', content)];
    await test.archive.db
      .transaction()
      .execute((transaction) => completeRestoration(test.archive, transaction, runId, recipeHash, files));
  }

  it('frees the disk and the quota, and comes back for the reader, charged to the reader, until its time is over', async () => {
    const { alice, bob, id, recipeHash } = await dropped();
    expect(storedFiles()).toEqual([]);
    expect(await readUsage(test.archive, alice.userId)).toMatchObject({ bytes: 0 });
    expect(await readDataset(test.archive, bob, id)).toMatchObject({ state: 'dropped', replicas: [] });
    const [one, two] = [
      await requestRestoration(test.archive, bob, id),
      await requestRestoration(test.archive, alice, id),
    ];
    expect(two.id).toBe(one.id);
    expect(await readDataset(test.archive, bob, id)).toMatchObject({ state: 'making' });
    await complete(recipeHash, 'pixels');
    expect(await readDataset(test.archive, bob, id)).toMatchObject({ state: 'present' });
    expect([
      (await readUsage(test.archive, alice.userId)).bytes,
      (await readUsage(test.archive, bob.userId)).bytes,
    ]).toEqual([0, 6]);
    await sql`update archive.datasets set restored_until = clock_timestamp()`.execute(test.archive.db);
    expect(await sweepExpired(test.archive)).toBe(1);
    expect(await readDataset(test.archive, bob, id)).toMatchObject({ state: 'dropped' });
    expect(await usageIsRight()).toBe(true);
  });

  it('does not take other pixels for the old ones', async () => {
    const { bob, id, recipeHash } = await dropped();
    await requestRestoration(test.archive, bob, id);
    await complete(recipeHash, 'other!');
    expect(await readDataset(test.archive, bob, id)).toMatchObject({ state: 'dropped' });
    expect(await latestRestoration(test.archive, recipeHash)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('SHA-256'),
    });
    expect(storedFiles()).toEqual([]);
  });

  it('is there at once where another dataset holds the same content', async () => {
    const { bob, id } = await dropped();
    await test.register(taskOutputs(newViewer().userId, [test.file('x.fits', 'pixels')]));
    expect(await requestRestoration(test.archive, bob, id)).toMatchObject({ state: 'done' });
    expect(await readDataset(test.archive, bob, id)).toMatchObject({ state: 'present' });
    expect(await listWanted(test.archive)).toEqual([]);
  });

  it('keeps the catalogs that a recipe needs for as long as a dataset needs the recipe', async () => {
    const alice = newViewer();
    const catalog = test.file('catalog.txt', 'object 1');
    const catalogId = await registerUpload(test.archive, {
      ...catalog,
      ownerId: alice.userId,
      folder: '/catalogs',
      expiresAtUtc: null,
    });
    const recipe = {
      recipeHash: 'b'.repeat(64),
      document: '{}',
      catalogs: [{ files: [{ name: 'catalog.txt', sha256: catalog.sha256 }] }],
    };
    await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'pixels')], { recipe }));
    const [image] = await find(alice, { type: ['eimage'] });
    await dropDatasets(test.archive, alice, [image!.id]);
    await removeDatasets(test.archive, alice, [catalogId]);
    await collectGarbage(test.archive, 0);
    expect(storedFiles()).toEqual([`${catalog.sha256.slice(0, 2)}/${catalog.sha256}`]);
    await removeDatasets(test.archive, alice, [image!.id]);
    await collectGarbage(test.archive, 0);
    expect(storedFiles()).toEqual([]);
  });

  it('is refused for what has no recipe, and by the whole', async () => {
    const alice = newViewer();
    await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'pixels')]));
    const [image] = await find(alice);
    const catalogId = await registerUpload(test.archive, {
      ...test.file('c.txt', 'c'),
      ownerId: alice.userId,
      folder: '/',
      expiresAtUtc: null,
    });
    await expect(dropDatasets(test.archive, alice, [image!.id, catalogId])).rejects.toMatchObject({
      code: 'ARCHIVE_NO_RECIPE',
    });
    expect(await readDataset(test.archive, alice, image!.id)).toMatchObject({ state: 'present' });
  });
});

describe('contents that something under way holds', () => {
  it('stay when their dataset is removed, and go when they are held no more', async () => {
    const alice = newViewer();
    const file = test.file('stars.txt', 'object 1');
    const upload = { ...file, ownerId: alice.userId, folder: '/', expiresAtUtc: null };
    const id = await registerUpload(test.archive, upload);
    const holder = v7();
    const absent = 'f'.repeat(64);
    const missing = await test.archive.db
      .transaction()
      .execute((transaction) => holdContents(transaction, holder, [file.sha256, absent]));
    expect(missing).toEqual([absent]);
    await removeDatasets(test.archive, alice, [id]);
    expect(await collectGarbage(test.archive, 0)).toBe(0);
    expect(storedFiles()).toHaveLength(1);
    expect(await listHolders(test.archive)).toEqual([holder]);
    await releaseHolds(test.archive, [holder]);
    expect(await collectGarbage(test.archive, 0)).toBe(1);
    expect(storedFiles()).toEqual([]);
  });

  it('are never both held and gone, whichever comes first', async () => {
    const alice = newViewer();
    for (let round = 0; round < 20; round++) {
      const file = test.file('stars.txt', `object ${round}`);
      const id = await registerUpload(test.archive, {
        ...file,
        ownerId: alice.userId,
        folder: '/',
        expiresAtUtc: null,
      });
      const [missing] = await Promise.all([
        test.archive.db
          .transaction()
          .execute((transaction) => holdContents(transaction, v7(), [file.sha256])),
        removeDatasets(test.archive, alice, [id]),
      ]);
      expect(await test.archive.store.has(file.sha256, file.bytes)).toBe(missing.length === 0);
    }
  });
});

describe('removals', () => {
  it.each([
    ['by id', removeDatasets, 0],
    ['to their recipes', dropDatasets, 10_500],
  ] as const)('of more contents than the database has locks for end well: %s', async (_, act, rowsLeft) => {
    const alice = newViewer();
    // 64 locks for each of 60 connections and some more: one transaction could hold about 8,000.
    const { rows } = await sql<{ id: string }>`
      with blobs as (
        insert into archive.blobs (sha256, adler32, bytes)
        select encode(sha256(i::text::bytea), 'hex'), '00000001', 1 from generate_series(1, 10500) i returning sha256),
      recipe as (insert into archive.recipes values (${'c'.repeat(64)}, '{}', '[]')),
      usage as (insert into archive.usage values (${alice.userId}::uuid, 10500, 10500))
      insert into archive.datasets (id, type, format, name, folder, owner, charged_to, bytes, sha256, adler32, recipe_hash)
      select gen_random_uuid(), 'eimage', 'fits', sha256, '/', ${alice.userId}::uuid, ${alice.userId}::uuid, 1, sha256, '00000001', ${'c'.repeat(64)}
      from blobs returning id
    `.execute(test.archive.db);
    const ids = rows.map(({ id }) => id);
    expect(await act(test.archive, alice, ids)).toEqual({ datasets: 10_500, bytes: 10_500 });
    const { rows: left } = await sql<{ blobs: number; datasets: number }>`
      select (select count(*) from archive.blobs) as blobs, (select count(*) from archive.datasets) as datasets
    `.execute(test.archive.db);
    expect(left).toEqual([{ blobs: 0, datasets: rowsLeft }]);
    expect(await usageIsRight()).toBe(true);
  });

  it('that fail at their commit leave every file', async () => {
    const alice = newViewer();
    await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'pixels')]));
    const { id } = (await find(alice))[0]!;
    await sql`
      create function archive.refuse() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
      create constraint trigger refusing after update on archive.usage deferrable initially deferred
        for each row execute function archive.refuse();
    `.execute(test.archive.db);
    try {
      await expect(dropDatasets(test.archive, alice, [id])).rejects.toThrow('cut off');
      await expect(removeDatasets(test.archive, alice, [id])).rejects.toThrow('cut off');
      expect(storedFiles()).toHaveLength(1);
    } finally {
      await sql`drop trigger refusing on archive.usage; drop function archive.refuse()`.execute(
        test.archive.db,
      );
    }
    await dropDatasets(test.archive, alice, [id]);
    expect(storedFiles()).toEqual([]);
  });

  it('leave a file that came back before it was taken', async () => {
    const file = test.file('a.fits', 'pixels');
    await test.register(taskOutputs(newViewer().userId, [file]));
    expect(await unlinkContents(test.archive, [file.sha256])).toBe(0);
    expect(storedFiles()).toHaveLength(1);
  });
});

describe('retention and quota', () => {
  it('drops what has a recipe and removes what has none, when their time has come', async () => {
    const alice = newViewer();
    const soon = new Date(Date.now() - 1000).toISOString();
    await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'pixels')], { expiresAtUtc: soon }));
    await registerUpload(test.archive, {
      ...test.file('c.txt', 'c'),
      ownerId: alice.userId,
      folder: '/',
      expiresAtUtc: soon,
    });
    await test.register(taskOutputs(alice.userId, [test.file('kept.fits', 'kept')]));
    expect(await sweepExpired(test.archive)).toBe(2);
    expect(await sweepExpired(test.archive)).toBe(0);
    expect((await find(alice)).map(({ name, state }) => `${name} ${state}`)).toEqual([
      'kept.fits present',
      'a.fits dropped',
    ]);
    expect(await usageIsRight()).toBe(true);
  });

  it('says how much is used, and what would be too much', async () => {
    const alice = newViewer();
    await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'pixels')]));
    await setQuota(test.archive, alice.userId, 10);
    expect(await readUsage(test.archive, alice.userId)).toEqual({ bytes: 6, datasets: 1, quotaBytes: 10 });
    await checkQuota(test.archive, alice.userId, 4);
    await expect(checkQuota(test.archive, alice.userId, 5)).rejects.toMatchObject({
      code: 'ARCHIVE_QUOTA',
      usedBytes: 6,
    });
    await setQuota(test.archive, alice.userId, null);
    expect(await readUsage(test.archive, alice.userId)).toMatchObject({ quotaBytes: 1e9 });
  });

  it('gives no more room to uploads at one moment than one after the other', async () => {
    const alice = newViewer();
    await setQuota(test.archive, alice.userId, 10);
    const uploads = await Promise.allSettled(
      ['one', 'two', 'three'].map((name) =>
        registerUpload(test.archive, {
          ...test.file(name, `${name} bytes`.slice(0, 6)),
          ownerId: alice.userId,
          folder: '/',
          expiresAtUtc: null,
        }),
      ),
    );
    expect(uploads.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await readUsage(test.archive, alice.userId)).toMatchObject({ bytes: 6, datasets: 1 });
    expect(await collectGarbage(test.archive, 0)).toBe(2);
  });

  it('counts dropped pixels that a reader wants, with their sisters, and refuses what would be too much', async () => {
    const [alice, bob] = [newViewer(), newViewer()];
    for (const letter of ['a', 'b']) {
      const recipe = { recipeHash: letter.repeat(64), document: '{}', catalogs: [] };
      const files = ['image', 'truth'].map((name) => test.file(`${letter}-${name}`, `${letter} ${name}`));
      const outputs = taskOutputs(alice.userId, files, { recipe });
      await test.register(outputs);
      await share(test.archive, alice, { runId: outputs.runId }, 'all');
    }
    const ids = new Map((await find(alice)).map(({ name, id }) => [name, id]));
    await dropDatasets(test.archive, alice, [...ids.values()]);
    await setQuota(test.archive, bob.userId, 14);
    await expect(requestRestoration(test.archive, bob, ids.get('a-image')!, 1)).rejects.toMatchObject({
      code: 'ARCHIVE_QUOTA',
      wantedBytes: 14,
      reservedBytes: 1,
    });
    expect(await requestRestoration(test.archive, bob, ids.get('a-image')!)).toMatchObject({
      state: 'wanted',
    });
    expect(await requestRestoration(test.archive, bob, ids.get('a-truth')!)).toMatchObject({
      state: 'wanted',
    });
    await expect(requestRestoration(test.archive, bob, ids.get('b-image')!)).rejects.toMatchObject({
      code: 'ARCHIVE_QUOTA',
      reservedBytes: 14,
    });
  });

  it('removes all of a run', async () => {
    const alice = newViewer();
    const outputs = taskOutputs(alice.userId, [test.file('a.fits', 'a'), test.file('b.fits', 'b')]);
    await test.register(outputs);
    expect(await removeOutputsOfRun(test.archive, outputs.runId)).toEqual({ datasets: 2, bytes: 2 });
    expect(storedFiles()).toEqual([]);
  });
});
