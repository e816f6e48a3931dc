import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { caseCount, repositoryRoot } from '@imsim-od/testing';
import { sql } from 'kysely';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAULT_POINTS } from './fault-point.js';
import { listTasks, readRun } from './listings.js';
import { Scheduler } from './scheduler.js';
import { submitRuns } from './submission.js';
import {
  brokenInvariants,
  catalogSize,
  makeCatalog,
  recordInCatalog,
  seededRandom,
  testExpanders,
  testRun,
  until,
} from './testing/journal-fixtures.js';
import type { ChildOrders } from './testing/scheduler-child.js';
import { TableSite } from './testing/table-site.js';
import { testJournal, type TestJournal } from './testing/test-journal.js';

const LEASE_TTL_MS = 600;
const TASKS = 40;

describe('A scheduler that dies or freezes', () => {
  const folder = join(repositoryRoot, '.cache', `scheduler-child-${process.pid}`);
  let test: TestJournal;
  let site: TableSite;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['source'] },
      ssr: { resolve: { conditions: ['source'] }, noExternal: [/^@imsim-od\//], external: ['pg', 'kysely'] },
      build: {
        ssr: join(import.meta.dirname, 'testing/scheduler-child.ts'),
        outDir: folder,
        target: 'node20',
        rollupOptions: { output: { entryFileNames: 'child.mjs' } },
      },
    });
    test = await testJournal();
    site = await TableSite.open(test.url);
    await makeCatalog(test.db);
  });
  beforeEach(async () => {
    await sql`truncate catalog, test_site.jobs`.execute(test.db);
  });
  afterAll(async () => {
    await site.close();
    await test.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  function startChild(orders: Omit<ChildOrders, 'url' | 'leaseTtlMs'>): ChildProcess {
    const full: ChildOrders = { url: test.url, leaseTtlMs: LEASE_TTL_MS, ...orders };
    return spawn(process.execPath, [join(folder, 'child.mjs'), JSON.stringify(full)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** How many tasks of the run changed hands because a lease ran out. */
  async function takenOver(runId: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*) from workflow.events e join workflow.runs r using (run_no) where r.id = ${runId} and e.kind = 'takenOver'
    `.execute(test.db);
    return rows[0]?.count ?? 0;
  }

  /** A scheduler that lives finishes the run; then everything was done once. */
  async function finishAndCheck(runId: string, meanwhile?: () => Promise<void>): Promise<void> {
    const scheduler = new Scheduler({
      db: test.db,
      url: test.url,
      server: 'survivor',
      sites: [site],
      expanders: testExpanders,
      intervalMs: 20,
      recordOutputs: recordInCatalog,
    });
    scheduler.start();
    try {
      await meanwhile?.();
      await until('the run succeeds', async () => (await readRun(test.db, runId)).state === 'succeeded');
    } finally {
      await scheduler.stop();
    }
    expect(await brokenInvariants(test.db)).toEqual([]);
    expect(await catalogSize(test.db)).toBe(TASKS);
    const tasks = await listTasks(test.db, runId);
    // The attempt is written before the job is submitted and goes on under its key, so a death costs no attempt and makes no second job.
    expect(tasks.map((task) => task.attempt)).toEqual(tasks.map(() => 1));
    const jobs = await sql<{ count: number }>`select count(*) from test_site.jobs`.execute(test.db);
    expect(jobs.rows[0]?.count).toBe(TASKS);
    const endings = await sql`
      select task_index from workflow.events e join workflow.runs r using (run_no)
      where r.id = ${runId} and e.kind = 'succeeded' group by task_index having count(*) <> 1
    `.execute(test.db);
    expect(endings.rows).toEqual([]);
  }

  it.each(FAULT_POINTS)('%s loses nothing and does nothing twice', async (dieAt) => {
    const run = testRun(TASKS, { runMs: dieAt === 'duringLeaseRenewal' ? 400 : 20 });
    await submitRuns(test.db, [run]);
    for (let death = 0; death < caseCount(3, 10); death += 1) {
      const child = startChild({ maxInFlight: 4, dieAt, dieOnHit: 1 + (death % 2) });
      const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      expect(signal).toBe('SIGKILL');
    }
    await finishAndCheck(run.id);
    expect(await takenOver(run.id)).toBeGreaterThan(0);
    if (dieAt === 'afterSubmitBeforeJournal') {
      const resubmitted = await sql`select 1 from test_site.jobs where submissions > 1`.execute(test.db);
      expect(resubmitted.rows.length).toBeGreaterThan(0);
    }
  });

  it('at any moment, two at a time, loses nothing and does nothing twice', async () => {
    const seed = Number(process.env['IMSIM_OD_SEED'] ?? Math.floor(performance.now() * 1000) % 1_000_000);
    console.log(`random kills with IMSIM_OD_SEED=${seed}`);
    const random = seededRandom(seed);
    const run = testRun(TASKS, { runMs: 100 });
    await submitRuns(test.db, [run]);
    for (let kill = 0; kill < caseCount(5, 50); kill += 1) {
      const children = [startChild({ maxInFlight: 3 }), startChild({ maxInFlight: 3 })];
      await Promise.all(
        children.map(async (child) => {
          const ended = once(child, 'exit');
          await once(child.stdout ?? child, 'data');
          await new Promise((resolve) => setTimeout(resolve, random() * 400));
          child.kill('SIGKILL');
          await ended;
        }),
      );
    }
    await finishAndCheck(run.id);
  });

  it('frozen for longer than its lease and woken again, cannot write what others have taken over', async () => {
    const run = testRun(TASKS, { runMs: 60 });
    await submitRuns(test.db, [run]);
    const frozen: ChildProcess[] = [];
    try {
      for (let freeze = 0; freeze < caseCount(3, 8); freeze += 1) {
        const child = startChild({ maxInFlight: 4 });
        frozen.push(child);
        await until('it holds tasks', async () => {
          const { rows } = await sql`
            select 1 from workflow.tasks t join workflow.leases l on l.token = t.fence where l.server = ${`child ${child.pid}`}
          `.execute(test.db);
          return rows.length > 0;
        });
        await new Promise((resolve) => setTimeout(resolve, 7 * freeze));
        child.kill('SIGSTOP');
      }
      await finishAndCheck(run.id, async () => {
        await until('their tasks are taken over', async () => (await takenOver(run.id)) > 0);
        for (const child of frozen) child.kill('SIGCONT');
      });
    } finally {
      await Promise.all(
        frozen.map((child) => {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          return ended;
        }),
      );
    }
  });
});
