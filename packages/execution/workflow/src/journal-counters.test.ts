import { caseCount } from '@imsim-od/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimTasks } from './claims.js';
import { LeaseLostError, RunBusyError, RunNotFoundError } from './errors.js';
import { newServiceMemory } from './fair-share.js';
import { readHeldTasks } from './held-tasks.js';
import { acquireLease, releaseLease, takeOverExpired } from './leases.js';
import { cancelRun, deleteRun, pauseRun, resumeRun, retryRun, sweepDeletedRuns } from './run-control.js';
import { submitRuns } from './submission.js';
import { TRANSITIONS } from './task-state.js';
import { brokenInvariants, seededRandom, testRun } from './testing/journal-fixtures.js';
import { testJournal, type TestJournal } from './testing/test-journal.js';
import { advanceTasks, type TaskChange } from './transitions.js';

const WORKERS = 4;

describe('Counters', () => {
  let test: TestJournal;
  beforeAll(async () => {
    test = await testJournal();
  });
  afterAll(async () => {
    await test.drop();
  });

  it('equal the counts after random operations of several servers at once', async () => {
    const seed = Number(process.env['IMSIM_OD_SEED'] ?? Math.floor(performance.now() * 1000) % 1_000_000);
    console.log(`random operations with IMSIM_OD_SEED=${seed}`);
    const runs = Array.from({ length: 8 }, (_, index) =>
      testRun(
        0,
        {},
        {
          owner: `owner${index % 3}`,
          batches: [3, 20, 7].map((taskCount) => ({ expander: 'test', argument: {}, taskCount })),
        },
      ),
    );
    await submitRuns(test.db, runs);
    const tally = new Map<string, number>();
    const server = async (worker: number): Promise<void> => {
      const random = seededRandom(seed + worker);
      const any = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
      const memory = newServiceMemory();
      let token = await acquireLease(test.db, `server${worker}`, 60_000);
      const operations: Record<string, () => Promise<unknown>> = {
        claim: () =>
          claimTasks(test.db, token, { sites: ['table'], slots: Math.ceil(random() * 15), memory }),
        advance: async () => {
          const changes = (await readHeldTasks(test.db, token)).flatMap((task): TaskChange[] => {
            const to = any(TRANSITIONS[task.state]);
            const { runNo, taskIndex, attempt } = task;
            return to === undefined || random() < 0.3 ? [] : [{ runNo, taskIndex, attempt, to }];
          });
          return advanceTasks(test.db, token, changes);
        },
        takeOver: () => takeOverExpired(test.db, token, ['table'], 10),
        die: async () => {
          await releaseLease(test.db, token);
          token = await acquireLease(test.db, `server${worker}`, 60_000);
        },
        pause: () => pauseRun(test.db, any(runs)?.id ?? ''),
        resume: () => resumeRun(test.db, any(runs)?.id ?? ''),
        cancel: async () => (random() < 0.2 ? cancelRun(test.db, any(runs)?.id ?? '') : 0),
        retry: () => retryRun(test.db, any(runs)?.id ?? ''),
        remove: async () => (random() < 0.02 ? deleteRun(test.db, any(runs)?.id ?? '') : undefined),
        sweep: () => sweepDeletedRuns(test.db, 5),
      };
      const names = [...Object.keys(operations), 'claim', 'claim', 'advance', 'advance', 'advance', 'resume'];
      for (let step = 0; step < caseCount(120, 3000); step += 1) {
        const name = any(names) ?? 'claim';
        try {
          await operations[name]?.();
          tally.set(name, (tally.get(name) ?? 0) + 1);
        } catch (error) {
          const expected = [LeaseLostError, RunBusyError, RunNotFoundError];
          if (!expected.some((kind) => error instanceof kind)) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, (_, worker) => server(worker)));
    // A run half removed has fewer tasks than it counts; removal goes on until nothing of it is left.
    while (await sweepDeletedRuns(test.db, 5));
    expect(await brokenInvariants(test.db)).toEqual([]);
    for (const name of ['claim', 'advance', 'takeOver', 'cancel', 'retry', 'sweep'])
      expect(tally.get(name), name).toBeGreaterThan(0);
    // Within a run events are numbered in the order of their commits, and each task's events tell a life along the arrows.
    const jumps = await sql`
      select * from (
        select kind, lag(kind) over (partition by run_no, task_index order by seq) as before from workflow.events
        where task_index is not null and kind <> 'takenOver') as pairs
      where before is not null and (before, kind) not in (select * from (values ${sql.raw(
        Object.entries(TRANSITIONS)
          .flatMap(([from, tos]) => tos.map((to) => `('${from}', '${to}')`))
          .join(', '),
      )}) as arrow)
    `.execute(test.db);
    expect(jumps.rows).toEqual([]);
  });

  it('are refused by the database itself when they do not add up', async () => {
    await submitRuns(test.db, [testRun(5)]);
    await expect(sql`update workflow.runs set waiting = waiting + 1`.execute(test.db)).rejects.toThrow(
      'counters_add_up',
    );
  });
});
