import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimTasks } from './claims.js';
import { LeaseLostError } from './errors.js';
import { newServiceMemory } from './fair-share.js';
import { acquireLease, endAllLeases, releaseLease, renewLease, takeOverExpired } from './leases.js';
import { listTasks } from './listings.js';
import { submitRuns } from './submission.js';
import { brokenInvariants, testRun } from './testing/journal-fixtures.js';
import { testJournal, type TestJournal } from './testing/test-journal.js';
import { advanceTasks } from './transitions.js';

const LONG_MS = 60_000;

describe('Leases', () => {
  let test: TestJournal;
  beforeAll(async () => {
    test = await testJournal();
  });
  afterAll(async () => {
    await test.drop();
  });

  const wish = (slots: number) => ({ sites: ['table'], slots, memory: newServiceMemory() });
  const expire = (token: number) =>
    sql`update workflow.leases set expires_at = clock_timestamp() - interval '1 second' where token = ${token}`.execute(
      test.db,
    );
  const toQueued = (task: { runNo: number; taskIndex: number; attempt: number }) => ({
    ...task,
    to: 'queued' as const,
    siteJob: 'job:1',
  });

  it('have tokens that only grow, also after the last one is gone', async () => {
    const first = await acquireLease(test.db, 'a', LONG_MS);
    await sql`delete from workflow.leases`.execute(test.db);
    expect(await acquireLease(test.db, 'a', LONG_MS)).toBeGreaterThan(first);
  });

  it('that ran out can neither be renewed nor write nor claim, though nobody took over', async () => {
    const run = testRun(3);
    await submitRuns(test.db, [run]);
    const token = await acquireLease(test.db, 'a', LONG_MS);
    const [task] = await claimTasks(test.db, token, wish(1));
    if (task === undefined) throw new RangeError('nothing claimed');
    await expire(token);
    await expect(renewLease(test.db, token, LONG_MS)).rejects.toThrow(LeaseLostError);
    await expect(advanceTasks(test.db, token, [toQueued(task)])).rejects.toThrow(LeaseLostError);
    await expect(claimTasks(test.db, token, wish(1))).rejects.toThrow(LeaseLostError);
    await expect(takeOverExpired(test.db, token, ['table'], 10)).rejects.toThrow(LeaseLostError);
    expect((await listTasks(test.db, run.id)).map(({ state }) => state)).toEqual(['claimed']);
  });

  it('of the dead end at once where it is known that nobody else lives', async () => {
    const run = testRun(2);
    await submitRuns(test.db, [run]);
    const dead = await acquireLease(test.db, 'a', LONG_MS);
    const claimed = await claimTasks(test.db, dead, wish(100));
    const next = await acquireLease(test.db, 'b', LONG_MS);
    expect(await takeOverExpired(test.db, next, ['table'], 100)).toBe(1); // of the test before
    await endAllLeases(test.db);
    await expect(renewLease(test.db, next, LONG_MS)).rejects.toThrow(LeaseLostError);
    const successor = await acquireLease(test.db, 'c', LONG_MS);
    expect(await takeOverExpired(test.db, successor, ['table'], 100)).toBe(claimed.length + 1);
    await releaseLease(test.db, successor);
  });

  it('taken over leave the first server unable to write, even under a new lease', async () => {
    const run = testRun(1);
    await submitRuns(test.db, [run]);
    const old = await acquireLease(test.db, 'a', LONG_MS);
    const task = (await claimTasks(test.db, old, wish(100))).find(({ taskIndex }) => taskIndex === 0);
    if (task === undefined) throw new RangeError('nothing claimed');
    await expire(old);
    const other = await acquireLease(test.db, 'b', LONG_MS);
    expect(await takeOverExpired(test.db, other, ['elsewhere'], 100)).toBe(0);
    expect(await takeOverExpired(test.db, other, ['table'], 100)).toBeGreaterThan(0);
    await expect(advanceTasks(test.db, old, [toQueued(task)])).rejects.toThrow(LeaseLostError);
    const again = await acquireLease(test.db, 'a', LONG_MS);
    expect(await advanceTasks(test.db, again, [toQueued(task)])).toEqual([]);
    expect((await advanceTasks(test.db, other, [toQueued(task)])).length).toBe(1);
    expect(await brokenInvariants(test.db)).toEqual([]);
  });

  it('cannot be taken over while their server is in the middle of a write, however late it commits', async () => {
    const run = testRun(1);
    await submitRuns(test.db, [run]);
    const old = await acquireLease(test.db, 'a', 300);
    const other = await acquireLease(test.db, 'b', LONG_MS);
    const task = (await claimTasks(test.db, old, wish(100))).find(({ taskIndex }) => taskIndex === 0);
    if (task === undefined) throw new RangeError('nothing claimed');
    const moved = await advanceTasks(test.db, old, [toQueued(task)], async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await takeOverExpired(test.db, other, ['table'], 100)).toBe(0);
    });
    expect(moved.length).toBe(1);
    expect(await takeOverExpired(test.db, other, ['table'], 100)).toBeGreaterThan(0);
  });

  it('given up are taken over at once; many servers taking over share the tasks without overlap', async () => {
    await submitRuns(test.db, [testRun(100, {}, { site: 'shared' })]);
    const old = await acquireLease(test.db, 'a', LONG_MS);
    await claimTasks(test.db, old, { ...wish(100), sites: ['shared'] });
    await releaseLease(test.db, old);
    const tokens = await Promise.all(['b', 'c', 'd'].map((server) => acquireLease(test.db, server, LONG_MS)));
    let taken = 0;
    for (let round = 0; round < 20 && taken < 100; round += 1) {
      const counts = await Promise.all(
        tokens.map((token) => takeOverExpired(test.db, token, ['shared'], 20)),
      );
      taken += counts.reduce((sum, count) => sum + count, 0);
    }
    expect(taken).toBe(100);
    expect(await brokenInvariants(test.db)).toEqual([]);
  });
});
