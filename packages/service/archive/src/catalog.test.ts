import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  beginMaking,
  changeCollection,
  collectGarbage,
  countFacets,
  createCollection,
  dropDatasets,
  endMaking,
  listNeighbours,
  listCollections,
  readDataset,
  registerOutputs,
  registerUpload,
  removeDatasets,
  type Search,
  searchDatasets,
  setExpiry,
  share,
  unshare,
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

describe('registering outputs', () => {
  it('makes a dataset of each file, and the store holds the content read-only', async () => {
    const alice = newViewer();
    await test.register(
      taskOutputs(alice.userId, [test.file('a.fits', 'pixels'), test.file('t.parquet', 'rows', 'truth')]),
    );
    const datasets = await find(alice);
    expect(datasets).toHaveLength(2);
    expect(datasets.find(({ name }) => name === 'a.fits')).toMatchObject({
      type: 'eimage',
      format: 'fits',
      state: 'present',
      bytes: 6,
      band: 'r',
      detector: 'R22_S11',
      folder: '/runs/test',
      ownerId: alice.userId,
      replicas: [{ store: 'file', state: 'present' }],
    });
    const path = test.archive.store.pathOf(datasets[0]!.sha256);
    expect(statSync(path).mode & 0o222).toBe(0);
    expect(await usageIsRight()).toBe(true);
  });

  it('twice for one task changes nothing, also when both come at once', async () => {
    const alice = newViewer();
    const outputs = taskOutputs(alice.userId, [test.file('a.fits', 'pixels')]);
    await Promise.all([1, 2, 3, 4].map(() => test.register(outputs)));
    await test.register(outputs);
    expect(await find(alice)).toHaveLength(1);
    expect(await usageIsRight()).toBe(true);
  });

  it('shares identical content on disk, and never a row or a right', async () => {
    const [alice, bob] = [newViewer(), newViewer()];
    await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'same')]));
    await test.register(taskOutputs(bob.userId, [test.file('b.fits', 'same')]));
    expect(storedFiles()).toHaveLength(1);
    expect((await find(alice)).map(({ name }) => name)).toEqual(['a.fits']);
    const [ofBob] = await find(bob);
    await expect(readDataset(test.archive, alice, ofBob!.id)).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
    await removeDatasets(test.archive, alice, [(await find(alice))[0]!.id]);
    expect(storedFiles()).toHaveLength(1);
    expect((await find(bob))[0]).toMatchObject({ state: 'present' });
    await removeDatasets(test.archive, bob, [ofBob!.id]);
    expect(storedFiles()).toHaveLength(0);
    expect(await usageIsRight()).toBe(true);
  });

  it('that is rolled back shows nothing, and its file goes with the garbage', async () => {
    const alice = newViewer();
    const outputs = taskOutputs(alice.userId, [test.file('a.fits', 'pixels')]);
    await expect(
      test.archive.db.transaction().execute(async (transaction) => {
        await registerOutputs(test.archive, transaction, [outputs]);
        throw new Error('a crash before the commit');
      }),
    ).rejects.toThrow('a crash');
    expect(await find(alice)).toEqual([]);
    expect(storedFiles()).toHaveLength(1);
    expect(await collectGarbage(test.archive, 3_600_000)).toBe(0);
    expect(await collectGarbage(test.archive, 0)).toBe(1);
    expect(storedFiles()).toEqual([]);
    await test.register(outputs);
    expect(await find(alice)).toHaveLength(1);
  });

  it('refuses a file that is not as long as it is said to be', async () => {
    const alice = newViewer();
    const file = test.file('a.fits', 'pixels');
    await expect(test.register(taskOutputs(alice.userId, [{ ...file, bytes: 5 }]))).rejects.toMatchObject({
      code: 'ARCHIVE_BLOB',
    });
    expect(await find(alice)).toEqual([]);
  });

  it('survives garbage collection and removal of the same content at the same moment', async () => {
    const alice = newViewer();
    for (let i = 0; i < 20; i++) {
      await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'contended')]));
      const [old] = await find(alice);
      await Promise.all([
        removeDatasets(test.archive, alice, [old!.id]),
        test.register(taskOutputs(alice.userId, [test.file('b.fits', 'contended')])),
        collectGarbage(test.archive, 0),
      ]);
      const [kept] = await find(alice);
      expect(existsSync(test.archive.store.pathOf(kept!.sha256))).toBe(true);
      await removeDatasets(test.archive, alice, [kept!.id]);
    }
    expect(await usageIsRight()).toBe(true);
  });
});

describe('searching', () => {
  it('finds by expression, facet and cone, in pages that miss nothing', async () => {
    const alice = newViewer();
    for (let i = 0; i < 30; i++) {
      await test.register(
        taskOutputs(alice.userId, [test.file(`f${i}.fits`, `pixels ${i}`)], {
          observation: {
            visit: i,
            band: i % 2 === 0 ? 'r' : 'i',
            seeingArcsec: i / 10,
            detector: i < 10 ? 'R22_S11' : 'R01_S00',
            hpx8: [i],
          },
        }),
      );
    }
    const byExpression = await find(alice, {
      expression: "band = 'r' and detector like 'R22%' and seeingArcsec < 0.8",
    });
    expect(byExpression.map(({ visit }) => visit)).toEqual([6, 4, 2, 0]);
    expect(await find(alice, { band: ['i'], visit: [1, 2, 3] })).toHaveLength(2);
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await searchDatasets(
        test.archive,
        alice,
        {},
        { limit: 7, ...(after === undefined ? {} : { after }) },
      );
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      after = page.at(-1)!.id;
    }
    expect(new Set(seen).size).toBe(30);
    const counts = await countFacets(test.archive, alice, { expression: 'visit < 11' });
    expect(counts).toMatchObject({
      datasets: 11,
      facets: {
        band: [
          { value: 'r', datasets: 6 },
          { value: 'i', datasets: 5 },
        ],
        detector: [
          { value: 'R22_S11', datasets: 10 },
          { value: 'R01_S00', datasets: 1 },
        ],
      },
    });
  });

  it('treats a field that is null as PostgreSQL users expect: no test is true, its negation is', async () => {
    const alice = newViewer();
    await test.register(taskOutputs(alice.userId, [test.file('a', 'a')], { observation: { airmass: null } }));
    expect(await find(alice, { expression: 'airmass < 2' })).toHaveLength(0);
    expect(await find(alice, { expression: 'not airmass < 2' })).toHaveLength(1);
    expect(await find(alice, { expression: 'airmass is null' })).toHaveLength(1);
  });

  it('finds what a cone touches and nothing far away', async () => {
    const alice = newViewer();
    const { queryCone } = await import('@imsim-od/astro');
    await test.register(
      taskOutputs(alice.userId, [test.file('a', 'a')], {
        observation: { hpx8: queryCone(53.1, -27.8, 0.1, 8) },
      }),
    );
    const cone = (raDeg: number, decDeg: number, radiusDeg: number) =>
      find(alice, { cone: { raDeg, decDeg, radiusDeg } });
    expect(await cone(53.15, -27.8, 0.01)).toHaveLength(1);
    expect(await cone(55, -27.8, 2)).toHaveLength(1);
    expect(await cone(60, -27.8, 2)).toHaveLength(0);
    await expect(cone(60, -95, 2)).rejects.toMatchObject({ code: 'ARCHIVE_INPUT', field: 'cone.decDeg' });
  });

  it('never lets an expression reach beyond what one may see', async () => {
    const [alice, bob] = [newViewer(), newViewer()];
    await test.register(taskOutputs(alice.userId, [test.file('secret.fits', 'pixels')]));
    for (const expression of [
      'visit = 1 or not visit = 1',
      "name like '%'",
      `ownerId = '${alice.userId}'`,
      'visit is not null or visit is null',
    ])
      expect(await find(bob, { expression }), expression).toEqual([]);
  });
});

describe('sharing', () => {
  it('gives nothing on of what others own, by way of a collection', async () => {
    const [group, other] = [v7(), v7()];
    const alice = newViewer();
    const bob = newViewer({ groupIds: [group, other] });
    const carol = newViewer({ groupIds: [other] });
    await test.register(taskOutputs(alice.userId, [test.file('hers.fits', 'hers')]));
    await test.register(taskOutputs(bob.userId, [test.file('his.fits', 'his')]));
    const [hers] = await searchDatasets(test.archive, alice, {});
    const [his] = await searchDatasets(test.archive, bob, {});
    await share(test.archive, alice, { datasetIds: [hers!.id] }, { groupId: group });
    const collection = await createCollection(test.archive, bob, 'mixed');
    await changeCollection(test.archive, bob, collection.id, { add: [hers!.id, his!.id] });
    await share(test.archive, bob, { collectionId: collection.id }, 'all');
    const names = async (viewer: Viewer) =>
      (await searchDatasets(test.archive, viewer, { collectionId: collection.id })).map(({ name }) => name);
    expect(await names(carol)).toEqual(['his.fits']);
    await expect(readDataset(test.archive, carol, hers!.id)).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
    expect((await names(bob)).sort()).toEqual(['hers.fits', 'his.fits']);
    await unshare(test.archive, alice, { datasetIds: [hers!.id] }, { groupId: group });
    expect(await names(bob)).toEqual(['his.fits']);
  });

  it('lets a group or all read a dataset, a run or a collection, and takes it back', async () => {
    const group = v7();
    const [alice, bob, carol] = [newViewer(), newViewer({ groupIds: [group] }), newViewer()];
    const outputs = taskOutputs(alice.userId, [test.file('a.fits', 'a'), test.file('b.fits', 'b')]);
    await test.register(outputs);
    const [first] = await find(alice, { expression: "name = 'a.fits'" });
    const seen = async () => [(await find(bob)).length, (await find(carol)).length];

    await share(test.archive, alice, { datasetIds: [first!.id] }, { groupId: group });
    await share(test.archive, alice, { datasetIds: [first!.id] }, { groupId: group });
    expect(await seen()).toEqual([1, 0]);
    await unshare(test.archive, alice, { datasetIds: [first!.id] }, { groupId: group });
    expect(await seen()).toEqual([0, 0]);
    await share(test.archive, alice, { runId: outputs.runId }, 'all');
    expect(await seen()).toEqual([2, 2]);
    await unshare(test.archive, alice, { runId: outputs.runId }, 'all');
    const collection = await createCollection(test.archive, alice, 'best');
    await changeCollection(test.archive, alice, collection.id, { add: [first!.id] });
    await share(test.archive, alice, { collectionId: collection.id }, { groupId: group });
    expect(await seen()).toEqual([1, 0]);
    expect(await listCollections(test.archive, bob)).toMatchObject([{ name: 'best', datasets: 1 }]);
  });

  it('gives no right to change, and what one may not see does not exist', async () => {
    const [alice, bob, admin] = [newViewer(), newViewer(), newViewer({ isAdmin: true })];
    await test.register(taskOutputs(alice.userId, [test.file('a.fits', 'a')]));
    const { id } = (await find(alice))[0]!;
    const attempts = [
      () => removeDatasets(test.archive, bob, [id]),
      () => dropDatasets(test.archive, bob, [id]),
      () => share(test.archive, bob, { datasetIds: [id] }, 'all'),
      () => setExpiry(test.archive, bob, [id], null),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
    await share(test.archive, alice, { datasetIds: [id] }, 'all');
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ code: 'ARCHIVE_NOT_OWNER' });
    const mine = await createCollection(test.archive, bob, 'mine');
    await unshare(test.archive, alice, { datasetIds: [id] }, 'all');
    await expect(changeCollection(test.archive, bob, mine.id, { add: [id] })).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
    await removeDatasets(test.archive, admin, [id]);
    expect(await find(alice)).toEqual([]);
  });
});

describe('a time in an expression', () => {
  it.each([
    '0001-01-01',
    '9999-12-31T24:00:00Z',
    '2026-01-01T00:00:00+15:59',
    '2026-01-01T00:00:00.123456789-15:59',
  ])('that is accepted is one for the database: %s', async (time) => {
    expect(await find(newViewer(), { expression: `createdAtUtc > '${time}'` })).toEqual([]);
  });
});

describe('an upload', () => {
  it.each(['', '..', 'a/b', 'a\\b', 'a\0b', 'a\nb', 'x'.repeat(201)])(
    'cannot have the name %j',
    async (name) => {
      const upload = { ...test.file('x', 'x'), ownerId: v7(), folder: '/', expiresAtUtc: null, name };
      await expect(registerUpload(test.archive, upload)).rejects.toMatchObject({
        code: 'ARCHIVE_INPUT',
        field: 'name',
      });
    },
  );

  it.each(['', 'a', '/a/', '/a/../b', '//', `/${'x'.repeat(201)}`])(
    'cannot lie in the folder %j',
    async (folder) => {
      const upload = { ...test.file('x', 'x'), ownerId: v7(), folder, expiresAtUtc: null };
      await expect(registerUpload(test.archive, upload)).rejects.toMatchObject({
        code: 'ARCHIVE_INPUT',
        field: 'folder',
      });
    },
  );

  it('finds what it includes in its own folder, the newest of a name', async () => {
    const [alice, bob] = [newViewer(), newViewer()];
    const put = (ownerId: string, folder: string, name: string, content: string) =>
      registerUpload(test.archive, { ...test.file(name, content), ownerId, folder, expiresAtUtc: null });
    const top = await readDataset(test.archive, alice, await put(alice.userId, '/set', 'top.txt', 'top'));
    await put(alice.userId, '/set', 'part.txt', 'old');
    const newest = await put(alice.userId, '/set', 'part.txt', 'new');
    const below = await put(alice.userId, '/set/more', 'part.txt', 'below');
    await put(alice.userId, '/other', 'part.txt', 'elsewhere');
    await put(alice.userId, '/settings', 'part.txt', 'elsewhere');
    await put(alice.userId, '/set', 'top.txt', 'a newer one of the same name');
    await put(bob.userId, '/set', 'theirs.txt', 'x');
    const found = await listNeighbours(test.archive, alice, top);
    expect(Object.fromEntries(found.map(({ relativeName, id }) => [relativeName, id]))).toEqual({
      'top.txt': top.id,
      'part.txt': newest,
      'more/part.txt': below,
    });
  });
});

describe('computing a recipe once', () => {
  it('gives one turn at a time, to another when it runs out, and none when the files are there', async () => {
    const hash = 'a'.repeat(64);
    const ask = (holder: string, ttlS = 60) => beginMaking(test.archive, hash, ['eimage'], holder, ttlS);
    expect(
      (await Promise.all(['a', 'b', 'c'].map((holder) => ask(holder)))).map(({ turn }) => turn).sort(),
    ).toEqual(['make', 'wait', 'wait']);
    await sql`update archive.making set expires_at = clock_timestamp()`.execute(test.archive.db);
    expect(await ask('d')).toEqual({ turn: 'make' });
    await endMaking(test.archive, hash, 'not me');
    expect(await ask('e')).toEqual({ turn: 'wait' });
    await test.register(taskOutputs(v7(), [test.file('a.fits', 'pixels')]));
    const done = await ask('e');
    expect(done).toMatchObject({ turn: 'done', files: [{ name: 'a.fits', bytes: 6 }] });
    expect(done.turn === 'done' && readFileSync(done.files[0]!.path, 'utf8')).toBe('pixels');
  });
});
