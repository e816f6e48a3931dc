import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '@imsim-od/database';
import { BadOutputsError } from './errors.js';
import { listTasks, readRun } from './listings.js';
import { DEFAULT_RETRY_RULE } from './retry-rule.js';
import { cancelRun, deleteRun, pauseRun, resumeRun, retryRun } from './run-control.js';
import type { WorkflowTables } from './schema.js';
import { Scheduler, type SchedulerOptions } from './scheduler.js';
import { submitRuns } from './submission.js';
import {
  brokenInvariants,
  catalogSize,
  makeCatalog,
  patiently,
  recordInCatalog,
  testExpanders,
  testRun,
  until,
} from './testing/journal-fixtures.js';
import { TableSite } from './testing/table-site.js';
import { testJournal, type TestJournal } from './testing/test-journal.js';

const QUICK = { ...DEFAULT_RETRY_RULE, backoffS: 0.01, maxBackoffS: 0.01 };

describe('Scheduler', () => {
  let test: TestJournal;
  let site: TableSite;
  const schedulers: Scheduler[] = [];

  beforeAll(async () => {
    test = await testJournal();
    site = await TableSite.open(test.url);
    await makeCatalog(test.db);
  });
  afterEach(async () => {
    await Promise.all(schedulers.splice(0).map((scheduler) => scheduler.stop()));
    expect(await brokenInvariants(test.db)).toEqual([]);
    site.away = false;
    site.maxActiveJobs = Infinity;
    await sql`truncate catalog`.execute(test.db);
  });
  afterAll(async () => {
    await site.close();
    await test.drop();
  });

  function start(more: Partial<SchedulerOptions> = {}): Scheduler {
    const scheduler = new Scheduler({
      db: test.db,
      url: test.url,
      server: 'a',
      sites: [site],
      expanders: testExpanders,
      intervalMs: 20,
      recordOutputs: recordInCatalog,
      ...more,
    });
    schedulers.push(scheduler);
    scheduler.start();
    return scheduler;
  }

  const stateIs = (id: string, state: string) => async () => (await readRun(test.db, id)).state === state;
  const settled = (id: string) => async () =>
    !['active', 'cancelling'].includes((await readRun(test.db, id)).state);

  it('does every task of a run once, more than fit at the site at a time', async () => {
    const run = testRun(250, { runMs: 5 });
    await submitRuns(test.db, [run]);
    start({ maxInFlightPerSite: 40 });
    await until('the run succeeds', stateIs(run.id, 'succeeded'));
    expect((await readRun(test.db, run.id)).counts).toMatchObject({
      succeeded: 250,
      unexpanded: 0,
      total: 250,
    });
    expect(await catalogSize(test.db)).toBe(250);
  });

  it('shares the work of two servers, each task done by one of them', async () => {
    const runs = [testRun(150, { runMs: 10 }), testRun(150, { runMs: 10 }, { owner: 'ben' })];
    const other = openDatabase<WorkflowTables>(test.url);
    const otherSite = await TableSite.open(test.url);
    try {
      await submitRuns(test.db, runs);
      start({ maxInFlightPerSite: 20 });
      const second = start({ maxInFlightPerSite: 20, db: other, server: 'b', sites: [otherSite] });
      for (const run of runs) await until('both runs succeed', stateIs(run.id, 'succeeded'));
      expect(await catalogSize(test.db)).toBe(300);
      const claims = await sql<{ lease: number; count: number }>`
        select (e.data->>'lease')::bigint as lease, count(*) from workflow.events e join workflow.runs r using (run_no)
        where e.kind = 'claimed' and r.id = any(${runs.map((run) => run.id)}::uuid[]) group by 1
      `.execute(test.db);
      expect(claims.rows.length).toBe(2);
      expect(claims.rows.reduce((sum, row) => sum + row.count, 0)).toBe(300);
      await second.stop();
    } finally {
      await other.destroy();
      await otherSite.close();
    }
  });

  it('ends an attempt whose outputs cannot be recorded for what they are, and no other', async () => {
    const run = testRun(3, { runMs: 5 }, { retryRule: QUICK });
    const wrong = testRun(1, { runMs: 5 }, { retryRule: QUICK });
    await submitRuns(test.db, [run, wrong]);
    start({
      recordOutputs: async (transaction, collected) => {
        for (const { task } of collected)
          if (task.runId === wrong.id || (task.taskIndex === 1 && task.attempt === 1))
            throw new BadOutputsError('not what the report says');
        await recordInCatalog(transaction, collected);
      },
    });
    for (const { id } of [run, wrong]) await until('all runs settle', settled(id));
    const of = async (id: string) =>
      (await listTasks(test.db, id)).map((task) => [task.state, task.attempt, task.lastEnd]);
    expect(await of(run.id)).toEqual([
      ['succeeded', 1, null],
      ['succeeded', 2, 'outputs'],
      ['succeeded', 1, null],
    ]);
    expect(await of(wrong.id)).toEqual([['failed', 2, 'outputs']]);
  });

  it('tries again by rule: lost with the same memory, over its memory with twice as much, a bad exit never', async () => {
    const lost = testRun(3, { outcome: 'lost', goodFromAttempt: 3 }, { retryRule: QUICK });
    const memory = testRun(1, { outcome: 'memory', goodFromAttempt: 3 }, { retryRule: QUICK });
    const failing = testRun(2, { outcome: 'failed' }, { retryRule: QUICK });
    const hopeless = testRun(1, { outcome: 'lost' }, { retryRule: QUICK });
    const missing = testRun(1, { outcome: 'missing' }, { retryRule: QUICK });
    const oversize = testRun(1, { outcome: 'oversize' }, { retryRule: QUICK });
    const vanished = testRun(1, { outcome: 'vanished', goodFromAttempt: 2 }, { retryRule: QUICK });
    const runs = [lost, memory, failing, hopeless, missing, oversize, vanished];
    await submitRuns(test.db, runs);
    start();
    for (const run of runs) await until('all runs settle', settled(run.id));
    const of = async (id: string) =>
      (await listTasks(test.db, id)).map((task) => [task.state, task.attempt, task.lastEnd]);
    expect(await of(lost.id)).toEqual(Array.from({ length: 3 }, () => ['succeeded', 3, 'lost']));
    expect(await of(memory.id)).toEqual([['succeeded', 3, 'memory']]);
    expect(await of(failing.id)).toEqual([
      ['failed', 1, 'exit'],
      ['failed', 1, 'exit'],
    ]);
    expect(await of(hopeless.id)).toEqual([['failed', 5, 'lost']]);
    expect(await of(missing.id)).toEqual([['failed', 2, 'outputs']]);
    expect(await of(oversize.id)).toEqual([['failed', 1, 'refused']]);
    expect(await of(vanished.id)).toEqual([['succeeded', 2, 'lost']]);
    const asked = await sql<{ memory_mb: number }>`
      select memory_mb from test_site.jobs where key like ${`${memory.id}.%`} order by key
    `.execute(test.db);
    expect(asked.rows.map((row) => row.memory_mb)).toEqual([100, 200, 400]);
  });

  it('retries failed tasks when asked, under new keys', async () => {
    const run = testRun(2, { outcome: 'failed', goodFromAttempt: 2 });
    await submitRuns(test.db, [run]);
    start();
    await until('the run fails', stateIs(run.id, 'failed'));
    expect(await retryRun(test.db, run.id)).toBe(2);
    await until('the run succeeds', stateIs(run.id, 'succeeded'));
  });

  it('takes nothing of a paused run, and goes on when it is resumed', async () => {
    const run = testRun(60, { runMs: 5 }, { paused: true });
    await submitRuns(test.db, [run]);
    start({ maxInFlightPerSite: 5 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await readRun(test.db, run.id)).counts.unexpanded).toBe(60);
    await resumeRun(test.db, run.id);
    await until('some are done', async () => (await readRun(test.db, run.id)).counts.succeeded > 5);
    await pauseRun(test.db, run.id);
    await until('nothing is in flight', async () => {
      const { claimed, queued, running, collecting } = (await readRun(test.db, run.id)).counts;
      return claimed + queued + running + collecting === 0;
    });
    const { counts, state } = await readRun(test.db, run.id);
    expect(counts.succeeded).toBeLessThan(60);
    expect(state).toBe('active');
    await resumeRun(test.db, run.id);
    await until('the run succeeds', stateIs(run.id, 'succeeded'));
  });

  it('cancels what waits at once and what runs at its site, and a cancelled run can go on', async () => {
    const run = testRun(50, { runMs: 600_000 });
    await submitRuns(test.db, [run]);
    start({ maxInFlightPerSite: 10 });
    await until('ten run', async () => (await readRun(test.db, run.id)).counts.running === 10);
    expect(await cancelRun(test.db, run.id)).toBe(10);
    await until('the run is cancelled', stateIs(run.id, 'cancelled'));
    expect((await readRun(test.db, run.id)).counts).toMatchObject({ cancelled: 10, unexpanded: 40 });
    const alive = await sql`
      select 1 from test_site.jobs where key like ${`${run.id}.%`} and not cancelled
    `.execute(test.db);
    expect(alive.rows).toEqual([]);
    expect(await cancelRun(test.db, run.id)).toBe(0);
    expect(await retryRun(test.db, run.id)).toBe(10);
    await until('ten run again', async () => (await readRun(test.db, run.id)).counts.running === 10);
    await cancelRun(test.db, run.id);
    await until('the run is cancelled', stateIs(run.id, 'cancelled'));
    await deleteRun(test.db, run.id);
    await until('its rows are gone', async () => {
      const rows = await sql`select 1 from workflow.runs where id = ${run.id}`.execute(test.db);
      return rows.rows.length === 0;
    });
  });

  it('goes on when a run that was cancelled while it was paused is tried again, but keeps the pause of one under way', async () => {
    const run = testRun(4, { runMs: 5 });
    await submitRuns(test.db, [run]);
    await pauseRun(test.db, run.id);
    await retryRun(test.db, run.id);
    expect(await readRun(test.db, run.id)).toMatchObject({ state: 'active', paused: true });
    await cancelRun(test.db, run.id);
    expect((await readRun(test.db, run.id)).state).toBe('cancelled');
    await retryRun(test.db, run.id);
    expect(await readRun(test.db, run.id)).toMatchObject({ state: 'active', paused: false });
    start();
    await until('the run succeeds', stateIs(run.id, 'succeeded'));
  });

  it('waits for a site that is away and counts no attempt for it', async () => {
    const run = testRun(5, { runMs: 5 });
    site.away = true;
    const troubles: string[] = [];
    await submitRuns(test.db, [run]);
    start({ onTrouble: (_error, where) => troubles.push(where) });
    await until('trouble is told', () => troubles.includes('site table'));
    site.away = false;
    await until('the run succeeds', stateIs(run.id, 'succeeded'));
    expect((await listTasks(test.db, run.id)).map((task) => task.attempt)).toEqual([1, 1, 1, 1, 1]);
  });

  it('puts back what a full site refuses, without counting it as tried', async () => {
    const run = testRun(3, { runMs: 30 }, { retryRule: { ...QUICK, maxAttempts: 1 } });
    site.maxActiveJobs = 1;
    await submitRuns(test.db, [run]);
    start();
    await until('some are put back', async () => (await readRun(test.db, run.id)).counts.waiting === 2);
    await until('one is done', async () => (await readRun(test.db, run.id)).counts.succeeded === 1);
    site.maxActiveJobs = Infinity;
    await sql`update workflow.tasks set ready_at = clock_timestamp() where state = 'waiting'`.execute(
      test.db,
    );
    await until('the run succeeds', stateIs(run.id, 'succeeded'));
    const tries = await sql<{ tries: number }>`
      select tries from workflow.tasks t join workflow.runs r using (run_no) where r.id = ${run.id}
    `.execute(test.db);
    expect(tries.rows.map((row) => row.tries)).toEqual([1, 1, 1]);
  });

  it('fails tasks whose expander it does not have, naming it', async () => {
    const run = testRun(1, {}, { batches: [{ expander: 'nobody', argument: 1, taskCount: 1 }] });
    await submitRuns(test.db, [run]);
    start();
    await until('the run fails', stateIs(run.id, 'failed'));
    const { rows } = await sql<{ reason: string }>`
      select data->>'reason' as reason from workflow.events e join workflow.runs r using (run_no)
      where r.id = ${run.id} and kind = 'failed'
    `.execute(test.db);
    expect(rows[0]?.reason).toBe('No expander "nobody" on this server; known: test.');
  });

  it('goes on when the database has cut every connection', async () => {
    const run = testRun(200, { runMs: 5 });
    await submitRuns(test.db, [run]);
    start({ maxInFlightPerSite: 10 });
    for (let cut = 0; cut < 5; cut += 1) {
      const { counts } = await patiently(() => readRun(test.db, run.id));
      await until('some more are done', async () => {
        const now = await patiently(() => readRun(test.db, run.id));
        return now.counts.succeeded >= Math.min(200, counts.succeeded + 10);
      });
      const killer = openDatabase<WorkflowTables>(test.url);
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
      `.execute(killer);
      await killer.destroy();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await until('the run succeeds', () => patiently(stateIs(run.id, 'succeeded')));
    expect(await catalogSize(test.db)).toBe(200);
  });
});
