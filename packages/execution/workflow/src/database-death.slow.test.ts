import { caseCount } from '@imsim-od/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '@imsim-od/database';
import type { WorkflowDatabase } from './database.js';
import { readRun } from './listings.js';
import { migrateWorkflow } from './migrations.js';
import { Scheduler } from './scheduler.js';
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
import { type OwnServer, startOwnServer } from '@imsim-od/database/testing';
import { TableSite } from './testing/table-site.js';

const TASKS = 300;

describe('A PostgreSQL killed with SIGKILL', () => {
  let server: OwnServer;
  let db: WorkflowDatabase;
  let site: TableSite;
  beforeAll(async () => {
    server = await startOwnServer();
    db = openDatabase(server.url);
    await migrateWorkflow(db);
    site = await TableSite.open(server.url);
    await makeCatalog(db);
  });
  afterAll(async () => {
    await site.close();
    await db.destroy();
    server.stop();
  });

  it('and started again costs no task, and nothing is done twice', async () => {
    const run = testRun(TASKS, { runMs: 10 });
    await submitRuns(db, [run]);
    const troubles: string[] = [];
    const schedulers = ['a', 'b'].map(
      (name) =>
        new Scheduler({
          db,
          url: server.url,
          server: name,
          sites: [site],
          expanders: testExpanders,
          intervalMs: 50,
          leaseTtlMs: 5000,
          maxInFlightPerSite: 5,
          recordOutputs: recordInCatalog,
          onTrouble: (_error, where) => troubles.push(where),
        }),
    );
    for (const scheduler of schedulers) scheduler.start();
    const succeeded = () => patiently(async () => (await readRun(db, run.id)).counts.succeeded);
    for (let kill = 0; kill < caseCount(3, 10); kill += 1) {
      const before = await succeeded();
      await until('some more are done', async () => (await succeeded()) > Math.min(before + 5, TASKS - 1));
      server.kill();
    }
    await until('all are done', async () => (await succeeded()) === TASKS, 60_000);
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
    expect(troubles.length).toBeGreaterThan(0);
    expect(await catalogSize(db)).toBe(TASKS);
    expect(await brokenInvariants(db)).toEqual([]);
    const jobs = await sql<{ count: number }>`select count(*) from test_site.jobs`.execute(db);
    expect(jobs.rows[0]?.count).toBe(TASKS);
  });
});
