import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  collectGarbage,
  dropDatasets,
  readDataset,
  readUsage,
  registerUpload,
  removeDatasets,
  requestRestoration,
  searchDatasets,
  setQuota,
  share,
} from '@imsim-od/archive';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cancelRun,
  deleteRun,
  estimateRequests,
  listRunLines,
  listTaskViews,
  pauseRun,
  readRequests,
  readTaskLog,
  reconcile,
  resumeRun,
  retryRun,
  submitRun,
  viewRun,
  type Submission,
} from './index.js';
import { newViewer, testRequest, testRuns, type TestRuns, writeSmallFiles } from './testing/test-runs.js';

let test: TestRuns;

beforeAll(async () => {
  test = await testRuns();
});
beforeEach(() => {
  test.setWork(writeSmallFiles);
});
afterAll(async () => {
  await test.close();
});

async function finished(id: string, viewer = newViewer({ isAdmin: true })) {
  await test.until(`the end of run ${id}`, async () =>
    ['succeeded', 'failed', 'cancelled'].includes((await viewRun(test.runs, viewer, id)).state),
  );
  return viewRun(test.runs, viewer, id);
}

describe('a run', () => {
  it('goes from requests to datasets that know what they show', async () => {
    const alice = newViewer();
    const id = await submitRun(test.runs, alice, {
      name: 'Two visits: é/..',
      requests: [testRequest(1), testRequest(2, { snaps: 2, band: 'i' })],
    });
    const run = await finished(id, alice);
    expect(run).toMatchObject({
      state: 'succeeded',
      progress: 1,
      visits: 2,
      counts: { total: 12, succeeded: 12 },
      cost: { tasks: 12, cpuS: 24, reusedTasks: 0 },
    });
    const datasets = await searchDatasets(
      test.runs.archive,
      alice,
      { runId: id, expression: "type = 'eimage'" },
      { limit: 100 },
    );
    expect(datasets).toHaveLength(12);
    expect(new Set(datasets.map(({ folder }) => folder))).toEqual(
      new Set([`/runs/Two-visits-e-..-${id.slice(-6)}`.replace('-..-', '-')]),
    );
    const one = datasets.find(
      ({ visit, snap, detector }) => visit === 2 && snap === 1 && detector === 'R22_S11',
    );
    expect(one).toMatchObject({
      band: 'i',
      physicalFilter: 'i_39',
      exposureS: 15,
      detectorId: 94,
      state: 'present',
    });
    expect(one?.corners).toHaveLength(4);
    const cone = { raDeg: 53.1, decDeg: -27.8, radiusDeg: 0.01 };
    const there = await searchDatasets(test.runs.archive, alice, { runId: id, cone, type: ['eimage'] });
    expect(new Set(there.map(({ detector }) => detector)).has('R22_S11')).toBe(true);
    expect((await readUsage(test.runs.archive, alice.userId)).datasets).toBe(24);
  });

  it('submitted twice under its id is one run, and another under the id is refused', async () => {
    const alice = newViewer();
    const submission: Submission = { id: v7(), requests: [testRequest(3)] };
    const ids = await Promise.all([1, 2, 3].map(() => submitRun(test.runs, alice, submission)));
    expect(new Set(ids).size).toBe(1);
    expect((await finished(ids[0]!, alice)).counts.total).toBe(4);
    await expect(
      submitRun(test.runs, alice, { ...submission, requests: [testRequest(4)] }),
    ).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    await expect(submitRun(test.runs, newViewer(), submission)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
  });

  it('that a crash kept from the journal is submitted by reconciliation', async () => {
    const alice = newViewer();
    const id = await submitRun(test.runs, alice, { requests: [testRequest(5)], paused: true });
    await sql`delete from workflow.runs where id = ${id}::uuid`.execute(test.db);
    await sql`update runs.runs set submitted = false, paused = false, created_at = created_at - interval '1 hour' where id = ${id}::uuid`.execute(
      test.db,
    );
    expect(await viewRun(test.runs, alice, id)).toMatchObject({
      state: 'preparing',
      counts: { unexpanded: 4 },
    });
    expect(await reconcile(test.runs)).toBe(1);
    expect(await finished(id, alice)).toMatchObject({ state: 'succeeded' });
  });

  it('with which something is wrong holds up no other, nor what dropped pixels wait for', async () => {
    const alice = newViewer();
    const [odd, conflicting, good] = await Promise.all(
      [40, 41, 42].map((visit) =>
        submitRun(test.runs, alice, { requests: [testRequest(visit)], paused: true }),
      ),
    );
    const older = sql`set submitted = false, created_at = created_at - interval '1 hour'`;
    await sql`update runs.runs ${older} where id = any(${[odd, conflicting, good]}::uuid[])`.execute(test.db);
    await sql`delete from workflow.runs where id = any(${[odd, good]}::uuid[])`.execute(test.db);
    await sql`update workflow.runs set digest = 'of another retry rule' where id = ${conflicting!}::uuid`.execute(
      test.db,
    );
    await sql`delete from runs.visits where run_id = ${odd!}::uuid`.execute(test.db);
    await expect(reconcile(test.runs)).rejects.toThrow('1 of 3');
    const { rows } = await sql<{ id: string }>`
      select id from runs.runs where id = any(${[odd, conflicting, good]}::uuid[]) and submitted order by id
    `.execute(test.db);
    expect(rows.map(({ id }) => id)).toEqual([conflicting, good].sort());
    await sql`delete from runs.runs where id = ${odd!}::uuid`.execute(test.db);
  });

  it('lists its tasks with what each makes, also those that are far from their turn', async () => {
    const alice = newViewer();
    const id = await submitRun(test.runs, alice, {
      requests: [testRequest(6), testRequest(7)],
      paused: true,
    });
    const waiting = await listTaskViews(test.runs, alice, id);
    expect(waiting.map(({ visit, detector, state }) => `${visit} ${detector} ${state}`)).toEqual(
      [6, 7].flatMap((visit) =>
        ['R22_S00', 'R22_S01', 'R22_S10', 'R22_S11'].map((detector) => `${visit} ${detector} waiting`),
      ),
    );
    expect(
      (await listTaskViews(test.runs, alice, id, { after: 2, limit: 3 })).map(({ taskIndex }) => taskIndex),
    ).toEqual([3, 4, 5]);
    expect(await viewRun(test.runs, alice, id)).toMatchObject({ state: 'paused' });
    await resumeRun(test.runs, alice, id);
    await finished(id, alice);
    expect((await listTaskViews(test.runs, alice, id))[5]).toMatchObject({
      state: 'succeeded',
      sources: 7,
      cpuS: 2,
      warnings: ['a remark'],
    });
    expect(await readTaskLog(test.runs, alice, id, 5)).toMatchObject({ attempt: 1, text: 'begun\n' });
  });

  it('that fails says why and what to do, and goes on when it is retried', async () => {
    const alice = newViewer();
    test.setWork((payload, folder) =>
      payload.taskIndex === 2
        ? Promise.reject(new Error('no space left on the disk'))
        : writeSmallFiles(payload, folder),
    );
    const id = await submitRun(test.runs, alice, { requests: [testRequest(8)] });
    const run = await finished(id, alice);
    expect(run).toMatchObject({
      state: 'failed',
      counts: { succeeded: 3, failed: 1 },
      failures: [
        {
          end: 'exit',
          tasks: 1,
          taskIndex: 2,
          reason: expect.stringContaining('no space left'),
          advice: expect.stringContaining('disk is full'),
        },
      ],
    });
    test.setWork(writeSmallFiles);
    expect(await retryRun(test.runs, alice, id)).toBe(1);
    expect(await finished(id, alice)).toMatchObject({ state: 'succeeded', failures: [] });
    expect(test.worked()).toBe(1);
  });

  it('is cancelled, retried, cloned and deleted, with or without what it made', async () => {
    const alice = newViewer();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    test.setWork(async (payload, folder) => {
      await gate;
      await writeSmallFiles(payload, folder);
    });
    const id = await submitRun(test.runs, alice, { requests: [testRequest(9)] });
    await test.until('the first start', () => Promise.resolve(test.worked() > 0));
    await expect(deleteRun(test.runs, alice, id)).rejects.toMatchObject({ code: 'RUN_STATE' });
    expect(await cancelRun(test.runs, alice, id)).toBeGreaterThan(0);
    release();
    expect((await finished(id, alice)).state).toBe('cancelled');
    test.setWork(writeSmallFiles);
    await retryRun(test.runs, alice, id);
    expect((await finished(id, alice)).state).toBe('succeeded');
    const [request] = await readRequests(test.runs, alice, id);
    const clone = await submitRun(test.runs, alice, { requests: [{ ...(request as object), visitId: 10 }] });
    await finished(clone, alice);
    await deleteRun(test.runs, alice, id);
    await expect(viewRun(test.runs, alice, id)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    expect(await searchDatasets(test.runs.archive, alice, { runId: id })).toHaveLength(8);
    await deleteRun(test.runs, alice, clone, { withData: true });
    expect(await searchDatasets(test.runs.archive, alice, { runId: clone })).toEqual([]);
  });
});

describe('a run that is cancelled before its turn', () => {
  it('has no task that still waits, and goes on when it is tried again, though it was paused', async () => {
    const alice = newViewer();
    const request = testRequest(11, { detectors: 'R22_S*' });
    const id = await submitRun(test.runs, alice, { requests: [request], paused: true });
    const statesOf = async (): Promise<string[]> =>
      (await listTaskViews(test.runs, alice, id)).map(({ state }) => state);
    expect(await statesOf()).toEqual(Array(9).fill('waiting'));
    await cancelRun(test.runs, alice, id);
    expect(await statesOf()).toEqual(Array(9).fill('cancelled'));
    expect(await listTaskViews(test.runs, alice, id, { state: 'waiting' })).toEqual([]);
    expect(await listTaskViews(test.runs, alice, id, { state: 'cancelled', after: 6 })).toHaveLength(2);
    expect(await viewRun(test.runs, alice, id)).toMatchObject({
      state: 'cancelled',
      counts: { cancelled: 9, unexpanded: 0, total: 9 },
    });
    await retryRun(test.runs, alice, id);
    expect((await finished(id, alice)).counts).toMatchObject({ succeeded: 9, cancelled: 0 });
  });
});

describe('who may see and change a run', () => {
  it('is its owner, whom it is shared with (to see), and an administrator', async () => {
    const group = v7();
    const [alice, bob, carol, admin] = [
      newViewer(),
      newViewer({ groupIds: [group] }),
      newViewer(),
      newViewer({ isAdmin: true }),
    ];
    const id = await submitRun(test.runs, alice, { requests: [testRequest(11)], paused: true });
    for (const act of [viewRun, listTaskViews, readRequests, cancelRun, pauseRun, retryRun, deleteRun])
      await expect(act(test.runs, bob, id), act.name).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await share(test.runs.archive, alice, { runId: id }, { groupId: group });
    expect(await viewRun(test.runs, bob, id)).toMatchObject({ id });
    for (const act of [cancelRun, pauseRun, retryRun, deleteRun])
      await expect(act(test.runs, bob, id), act.name).rejects.toMatchObject({ code: 'RUN_NOT_OWNER' });
    await expect(viewRun(test.runs, carol, id)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await expect(viewRun(test.runs, alice, "x' or true")).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    expect((await listRunLines(test.runs, bob, { from: 'shared' })).map((run) => run.id)).toEqual([id]);
    expect(await listRunLines(test.runs, carol, { from: 'all' })).toEqual([]);
    expect(
      (await listRunLines(test.runs, admin, { from: 'all', state: 'paused' })).map((run) => run.id),
    ).toContain(id);
    expect(await listRunLines(test.runs, alice, { name: 'VISIT 11' })).toHaveLength(1);
    await cancelRun(test.runs, admin, id);
  });
});

describe('a submission', () => {
  it.each([
    [{ requests: [] }, 'requests', '0 entries'],
    [{ requests: [testRequest(1), { band: 'r' }] }, 'requests[1].pointing', 'is missing'],
    [{ requests: [testRequest(1, { bandd: 'r' })] }, 'requests[0].bandd', 'band'],
    [{ requests: ['x'] }, 'requests[0]', 'mapping'],
    [
      { requests: [testRequest(1, { sky: [{ type: 'instanceCatalog', path: '/etc/passwd' }] })] },
      'requests[0].sky[0].path',
      'upload the file',
    ],
    [
      { requests: [testRequest(1, { sky: [{ type: 'instanceCatalog', path: `dataset:${v7()}` }] })] },
      'requests[0].sky[0].path',
      'that you may see',
    ],
    [
      { requests: [testRequest(1, { sky: [{ type: 'skyCatalogs', path: '/data' }] })] },
      'requests[0].sky[0].path',
      'is no dataset of the archive',
    ],
    [
      { requests: [testRequest(1, { sky: [{ type: 'table', path: 'stars.csv' }] })] },
      'requests[0].sky[0].path',
      'is no dataset of the archive',
    ],
    [
      {
        requests: [
          testRequest(1, {
            sky: [
              {
                type: 'synthetic',
                lensing: { map: { path: '../map.fits', axes: 'westNorth' } },
              },
            ],
          }),
        ],
      },
      'requests[0].sky[0].lensing.map.path',
      'is no dataset of the archive',
    ],
    [{ requests: [testRequest(1)], site: 'moon' }, 'site', 'there are local'],
    [{ requests: [testRequest(1)], priority: 1000 }, 'priority', '-100 to 100'],
    [{ requests: [testRequest(1)], name: 'a\0b' }, 'name', 'control'],
    [{ requests: [testRequest(1)], id: 'mine' }, 'id', 'UUID'],
  ] as const)('that is %j is refused at %s', async (submission, path, message) => {
    const error = await submitRun(test.runs, newViewer(), submission as unknown as Submission).catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({
      code: 'RUN_INVALID',
      faults: expect.arrayContaining([{ path, message: expect.stringContaining(message) }]),
    });
  });

  it('reads an uploaded catalog with what it includes, and no other user’s', async () => {
    const [alice, bob] = [newViewer(), newViewer()];
    const put = (name: string, content: string) => {
      const path = join(test.runs.archive.store.folder, name);
      writeFileSync(path, content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return registerUpload(test.runs.archive, {
        ownerId: alice.userId,
        folder: '/cats',
        name,
        path,
        bytes: content.length,
        sha256,
        adler32: '00000001',
        expiresAtUtc: null,
      });
    };
    await put('part.txt', 'part');
    const top = await put('top.txt', 'top');
    const requests = [testRequest(12, { sky: [{ type: 'instanceCatalog', path: `dataset:${top}` }] })];
    await expect(submitRun(test.runs, bob, { requests })).rejects.toMatchObject({ code: 'RUN_INVALID' });
    let seen: unknown;
    test.setWork((payload, folder) => {
      seen = payload.catalogs;
      return writeSmallFiles(payload, folder);
    });
    await finished(await submitRun(test.runs, alice, { requests }), alice);
    expect(seen).toMatchObject([{ files: [{ name: 'part.txt' }, { name: 'top.txt' }] }]);
  });

  it('keeps its catalogs until its end, also where their owner removes them', async () => {
    const [alice, bob] = [newViewer(), newViewer()];
    const content = `object 1 of ${alice.userId}`;
    const path = join(test.folder, 'stars.txt');
    writeFileSync(path, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const upload = {
      path,
      sha256,
      bytes: content.length,
      adler32: '00000001',
      name: 'stars.txt',
      folder: '/',
    };
    const catalog = await registerUpload(test.runs.archive, {
      ...upload,
      ownerId: alice.userId,
      expiresAtUtc: null,
    });
    await share(test.runs.archive, alice, { datasetIds: [catalog] }, 'all');
    const sky = [{ type: 'instanceCatalog', path: `dataset:${catalog}` }];
    const id = await submitRun(test.runs, bob, { requests: [testRequest(18, { sky })], paused: true });
    await removeDatasets(test.runs.archive, alice, [catalog]);
    await reconcile(test.runs);
    await collectGarbage(test.runs.archive, 0);
    expect(existsSync(test.runs.archive.store.pathOf(sha256))).toBe(true);
    await cancelRun(test.runs, bob, id);
    await finished(id, bob);
    await reconcile(test.runs);
    await collectGarbage(test.runs.archive, 0);
    expect(existsSync(test.runs.archive.store.pathOf(sha256))).toBe(false);
  });

  it('beyond the quota of bytes or of tasks is refused, and nothing is left of it', async () => {
    const alice = newViewer();
    await setQuota(test.runs.archive, alice.userId, 1000);
    await expect(submitRun(test.runs, alice, { requests: [testRequest(13)] })).rejects.toMatchObject({
      code: 'ARCHIVE_QUOTA',
    });
    expect((await estimateRequests(test.runs, alice, [testRequest(13)])).obstacles).toEqual([
      expect.stringContaining('quota'),
    ]);
    const few = { ...test.runs, maxActiveTasks: 6 };
    const bob = newViewer();
    await submitRun(few, bob, { requests: [testRequest(14)], paused: true });
    await expect(submitRun(few, bob, { requests: [testRequest(15)] })).rejects.toMatchObject({
      code: 'RUN_TASK_LIMIT',
      active: 4,
      wanted: 4,
    });
    expect([await listRunLines(few, alice), (await listRunLines(few, bob)).length]).toEqual([[], 1]);
  });
});

describe('dropped pixels', () => {
  it('come back by a run of their reader', async () => {
    const [alice, bob] = [newViewer(), newViewer()];
    const id = await submitRun(test.runs, alice, { requests: [testRequest(16)] });
    await finished(id, alice);
    const [image] = await searchDatasets(test.runs.archive, alice, {
      runId: id,
      type: ['eimage'],
      detector: ['R22_S11'],
    });
    await share(test.runs.archive, alice, { runId: id }, 'all');
    await dropDatasets(test.runs.archive, alice, [image!.id]);
    await requestRestoration(test.runs.archive, bob, image!.id);
    await reconcile(test.runs);
    await test.until(
      'the pixels',
      async () => (await readDataset(test.runs.archive, bob, image!.id)).state === 'present',
    );
    const [again] = await listRunLines(test.runs, bob);
    expect(again).toMatchObject({
      kind: 'restoration',
      name: 'again: visit 16 r R22_S11',
      ownerId: bob.userId,
    });
    expect((await readUsage(test.runs.archive, bob.userId)).datasets).toBe(1);
  });

  it('that come out otherwise are not taken, and the wish fails', async () => {
    const alice = newViewer();
    const id = await submitRun(test.runs, alice, { requests: [testRequest(17)] });
    await finished(id, alice);
    const [image] = await searchDatasets(test.runs.archive, alice, {
      runId: id,
      type: ['eimage'],
      detector: ['R22_S11'],
    });
    await dropDatasets(test.runs.archive, alice, [image!.id]);
    test.setWork((payload, folder) =>
      writeSmallFiles({ ...payload, recipeHash: 'x' }, folder).then(() => undefined),
    );
    const wish = await requestRestoration(test.runs.archive, alice, image!.id);
    await reconcile(test.runs);
    await test.until('the end of the wish', async () => {
      await reconcile(test.runs);
      const { rows } = await sql<{
        state: string;
      }>`select state from archive.restorations where id = ${wish.id}::uuid`.execute(test.db);
      return rows[0]?.state === 'failed';
    });
    expect((await readDataset(test.runs.archive, alice, image!.id)).state).toBe('dropped');
  });
});

describe('estimates', () => {
  it('learn what tasks cost: the error bar holds what came, and shrinks', async () => {
    const alice = newViewer();
    const before = (await estimateRequests(test.runs, alice, [testRequest(20)])).sites[0]!;
    for (let visit = 21; visit < 26; visit++)
      await finished(await submitRun(test.runs, alice, { requests: [testRequest(visit)] }), alice);
    const after = (await estimateRequests(test.runs, alice, [testRequest(20)])).sites[0]!;
    // Every task of the test's worker says 2 s of CPU, 3 s of wall and 400 MB.
    expect(after.cpuS.value).toBeCloseTo(8, 0);
    expect(after.cpuS.low).toBeLessThan(8);
    expect(after.cpuS.high).toBeGreaterThan(8);
    expect(after.cpuS.high / after.cpuS.low).toBeLessThan(before.cpuS.high / before.cpuS.low);
    expect(after.wallS.value).toBeCloseTo(3, 0);
    expect(after.memoryMb.value).toBeCloseTo(400, -2);
  });
});
