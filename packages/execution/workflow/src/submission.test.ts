import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MigrationError, openDatabase } from '@imsim-od/database';
import { InvalidRunError, RunConflictError, RunNotFoundError } from './errors.js';
import { listEvents, listRuns, readRun } from './listings.js';
import { migrateWorkflow } from './migrations.js';
import type { WorkflowTables } from './schema.js';
import { type RunSubmission, submitRuns } from './submission.js';
import { brokenInvariants, newRunId, testRun } from './testing/journal-fixtures.js';
import { testJournal, type TestJournal } from './testing/test-journal.js';

describe('migrateWorkflow', () => {
  it('makes the schema once when many servers start at the same moment', async () => {
    const test = await testJournal({ migrated: false });
    const pools = Array.from({ length: 4 }, () => openDatabase<WorkflowTables>(test.url));
    try {
      await Promise.all(pools.map(migrateWorkflow));
      expect(await listRuns(test.db)).toEqual([]);
    } finally {
      await Promise.all(pools.map((pool) => pool.destroy()));
      await test.drop();
    }
  });

  it('refuses a database that a newer version has written', async () => {
    const test = await testJournal();
    try {
      await sql`insert into workflow.kysely_migration (name, timestamp) values ('9999-future', 'now')`.execute(
        test.db,
      );
      await expect(migrateWorkflow(test.db)).rejects.toThrow(MigrationError);
    } finally {
      await test.drop();
    }
  });
});

describe('submitRuns', () => {
  let test: TestJournal;
  beforeAll(async () => {
    test = await testJournal();
  });
  afterAll(async () => {
    await test.drop();
  });

  it('accepts a million tasks as two rows', async () => {
    const run = testRun(1_000_000);
    await submitRuns(test.db, [run]);
    const { counts, state } = await readRun(test.db, run.id);
    expect({ unexpanded: counts.unexpanded, total: counts.total, state }).toEqual({
      unexpanded: 1_000_000,
      total: 1_000_000,
      state: 'active',
    });
    const rows = await sql<{ tasks: number; batches: number }>`
      select (select count(*) from workflow.tasks) as tasks, (select count(*) from workflow.batches) as batches
    `.execute(test.db);
    expect(rows.rows).toEqual([{ tasks: 0, batches: 1 }]);
  });

  it('does nothing when it is asked again, and refuses other contents under the same id', async () => {
    const run = testRun(5);
    await submitRuns(test.db, [run]);
    await submitRuns(test.db, [run, testRun(2)]);
    expect((await listEvents(test.db, run.id, 0)).map(({ kind }) => kind)).toEqual(['submitted']);
    await expect(submitRuns(test.db, [{ ...run, name: 'other' }])).rejects.toThrow(RunConflictError);
    expect(await brokenInvariants(test.db)).toEqual([]);
  });

  it('writes none of a call’s runs when one of them conflicts', async () => {
    const run = testRun(5);
    await submitRuns(test.db, [run]);
    const fresh = testRun(1);
    await expect(submitRuns(test.db, [fresh, { ...run, priority: 3 }])).rejects.toThrow(RunConflictError);
    await expect(readRun(test.db, fresh.id)).rejects.toThrow(RunNotFoundError);
  });

  const batch = { expander: 'test', argument: {}, taskCount: 1 };
  const cases: [string, Partial<RunSubmission>][] = [
    ['id', { id: 'x' }],
    ['owner', { owner: '' }],
    ['name', { name: 'a\0b' }],
    ['priority', { priority: 1.5 }],
    ['batches', { batches: [] }],
    ['batches.taskCount', { batches: [{ ...batch, taskCount: 0 }] }],
    ['batches.argument', { batches: [{ ...batch, argument: 'x'.repeat(9000) }] }],
    ['batches.argument', { batches: [{ ...batch, argument: '\0' }] }],
    ['batches.argument', { batches: [{ ...batch, argument: undefined }] }],
    ['batches', { batches: [{ ...batch, taskCount: 10_000_001 }] }],
  ];
  it.each(cases)('refuses a bad %s (%#) and writes nothing', async (field, part) => {
    const good = testRun(1);
    const error = await submitRuns(test.db, [good, testRun(1, {}, part)]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidRunError);
    expect((error as InvalidRunError).field).toBe(field);
    await expect(readRun(test.db, good.id)).rejects.toThrow(RunNotFoundError);
  });

  it('keeps names as they are, whatever is in them', async () => {
    const name = `'); drop table workflow.runs; -- {"a",\\} ☃`;
    const run = testRun(1, {}, { name, owner: '{}' });
    await submitRuns(test.db, [run]);
    expect(await readRun(test.db, run.id)).toMatchObject({ name, owner: '{}' });
  });

  it('lists runs newest first, page by page, each once', async () => {
    const runs = Array.from({ length: 25 }, () => testRun(1, {}, { owner: 'pages' }));
    await submitRuns(test.db, runs);
    const seen: string[] = [];
    let after: number | undefined;
    for (;;) {
      const page = await listRuns(test.db, {
        owner: 'pages',
        limit: 10,
        ...(after === undefined ? {} : { after }),
      });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      after = page.at(-1)?.runNo;
    }
    expect(seen).toEqual(runs.map(({ id }) => id).reverse());
  });

  it('keeps events as they were written', async () => {
    await expect(sql`update workflow.events set kind = 'x'`.execute(test.db)).rejects.toThrow('append-only');
  });

  it('says which run is not known', async () => {
    const id = newRunId();
    await expect(readRun(test.db, id)).rejects.toThrow(`Run ${id} is not known`);
  });
});
