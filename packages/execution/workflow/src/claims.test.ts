import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimTasks } from './claims.js';
import { newServiceMemory } from './fair-share.js';
import { readHeldTasks } from './held-tasks.js';
import { acquireLease } from './leases.js';
import { type RunSubmission, submitRuns } from './submission.js';
import { brokenInvariants, testRun } from './testing/journal-fixtures.js';
import { testJournal, type TestJournal } from './testing/test-journal.js';
import { advanceTasks } from './transitions.js';

describe('claimTasks', () => {
  let test: TestJournal;
  let token: number;
  beforeEach(async () => {
    test = await testJournal();
    token = await acquireLease(test.db, 'a', 60_000);
  });
  afterEach(async () => {
    expect(await brokenInvariants(test.db)).toEqual([]);
    await test.drop();
  });

  const claim = (slots: number) =>
    claimTasks(test.db, token, { sites: ['table'], slots, memory: newServiceMemory() });
  /** How many tasks of each run this server holds. */
  const holdings = async (...runs: readonly RunSubmission[]): Promise<readonly number[]> => {
    const held = await readHeldTasks(test.db, token);
    return runs.map((run) => held.filter(({ runId }) => runId === run.id).length);
  };

  it('serves owners alike, and an owner’s small run before the big one that came first', async () => {
    const big = testRun(100_000);
    const small = testRun(4);
    const other = testRun(1000, {}, { owner: 'ben' });
    await submitRuns(test.db, [big, small, other]);
    await claim(20);
    expect(await holdings(big, small, other)).toEqual([6, 4, 10]);
    await claim(10);
    expect(await holdings(big, small, other)).toEqual([11, 4, 15]);
  });

  it('expands batches in order and no further than it claims', async () => {
    const batches = [3, 2, 50].map((taskCount, argument) => ({ expander: 'test', argument, taskCount }));
    await submitRuns(test.db, [testRun(0, {}, { batches })]);
    expect((await claim(7)).length).toBe(7);
    const held = await readHeldTasks(test.db, token);
    const places = held.map(({ taskIndex, firstIndex, indexInBatch }) => [
      taskIndex,
      firstIndex,
      indexInBatch,
    ]);
    expect(places).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [2, 0, 2],
      [3, 3, 0],
      [4, 3, 1],
      [5, 5, 0],
      [6, 5, 1],
    ]);
    const made = await sql<{ count: number }>`select count(*) from workflow.tasks`.execute(test.db);
    expect(made.rows[0]?.count).toBe(7);
  });

  it('leaves alone what is paused, belongs to another site, or waits for its back-off, and serves others instead', async () => {
    const paused = testRun(5, {}, { paused: true });
    const elsewhere = testRun(5, {}, { site: 'elsewhere' });
    const waiting = testRun(1, {}, { priority: 9 });
    await submitRuns(test.db, [paused, elsewhere, waiting]);
    const [task] = await claim(1);
    if (task === undefined) throw new RangeError('nothing claimed');
    const { runNo, taskIndex, attempt } = task;
    await advanceTasks(test.db, token, [
      { runNo, taskIndex, attempt, to: 'waiting', end: 'lost', delayS: 3600 },
    ]);
    const open = testRun(5);
    await submitRuns(test.db, [open]);
    await claim(3);
    expect(await holdings(paused, elsewhere, waiting, open)).toEqual([0, 0, 0, 3]);
  });

  it('gives each task to one server when many claim at the same moment', async () => {
    await submitRuns(test.db, [testRun(100), testRun(100, {}, { owner: 'ben' })]);
    const tokens = await Promise.all(
      ['b', 'c', 'd', 'e'].map((server) => acquireLease(test.db, server, 60_000)),
    );
    const claimed = await Promise.all(
      tokens.flatMap((one) =>
        [1, 2].map(() =>
          claimTasks(test.db, one, { sites: ['table'], slots: 30, memory: newServiceMemory() }),
        ),
      ),
    );
    const names = claimed.flat().map(({ runNo, taskIndex }) => `${runNo}.${taskIndex}`);
    expect(new Set(names).size).toBe(names.length);
    // 8 claims of 30 want 240 of 200 tasks: a claim may find its grant taken by another, never more than there is.
    expect(names.length).toBeGreaterThan(100);
  });
});
