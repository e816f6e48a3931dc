import { isValidation } from '@imsim-od/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimTasks } from './claims.js';
import { newServiceMemory } from './fair-share.js';
import { acquireLease } from './leases.js';
import { listRuns, listTasks, type RunSummary } from './listings.js';
import { cancelRun, pauseRun, resumeRun } from './run-control.js';
import { submitRuns } from './submission.js';
import type { TaskState } from './task-state.js';
import { brokenInvariants, testRun } from './testing/journal-fixtures.js';
import { testJournal, type TestJournal } from './testing/test-journal.js';
import { advanceTasks } from './transitions.js';

// Times are printed, not judged: the machine may be busy. What is judged is that everything is counted right at this size.
const RUNS = isValidation ? 5000 : 500;
const TASKS_PER_RUN = 200;
const OWNERS = 20;
const LIFE: readonly TaskState[] = ['queued', 'running', 'collecting', 'succeeded'];
const PORTION = 200;
const WORKED_TASKS = isValidation ? 40_000 : 4000;

function percentile(times: readonly number[], fraction: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}

describe(`${RUNS * TASKS_PER_RUN} tasks over ${RUNS} runs`, () => {
  let test: TestJournal;
  const report = (line: string): void => console.log(line);
  beforeAll(async () => {
    test = await testJournal();
  });
  afterAll(async () => {
    await test.drop();
  });

  async function allRuns(): Promise<readonly RunSummary[]> {
    const runs: RunSummary[] = [];
    for (;;) {
      const after = runs.at(-1)?.runNo;
      const page = await listRuns(test.db, { limit: 1000, ...(after === undefined ? {} : { after }) });
      if (page.length === 0) return runs;
      runs.push(...page);
    }
  }

  const sum = (runs: readonly RunSummary[], count: (run: RunSummary) => number): number =>
    runs.reduce((total, run) => total + count(run), 0);

  it('are accepted as a handful of rows', async () => {
    const runs = Array.from({ length: RUNS }, (_, index) =>
      testRun(TASKS_PER_RUN, {}, { owner: `owner${index % OWNERS}`, priority: index % 3 }),
    );
    const start = performance.now();
    await submitRuns(test.db, runs);
    report(`accepted ${RUNS} runs in ${(performance.now() - start).toFixed(0)} ms`);
    const { rows } = await sql<{ count: number }>`select count(*) from workflow.tasks`.execute(test.db);
    expect(rows[0]?.count).toBe(0);
    expect(sum(await allRuns(), ({ counts }) => counts.unexpanded)).toBe(RUNS * TASKS_PER_RUN);
  });

  it('are worked on by two servers while they are listed', async () => {
    let done = 0;
    let transitions = 0;
    const server = async (name: string): Promise<void> => {
      const token = await acquireLease(test.db, name, 600_000);
      const memory = newServiceMemory();
      while (done < WORKED_TASKS) {
        const claimed = await claimTasks(test.db, token, { sites: ['table'], slots: PORTION, memory });
        transitions += claimed.length;
        for (const to of LIFE) {
          const changes = claimed.map(({ runNo, taskIndex, attempt }) => ({ runNo, taskIndex, attempt, to }));
          const moved = await advanceTasks(test.db, token, changes);
          transitions += moved.length;
        }
        done += claimed.length;
      }
    };
    const times: number[] = [];
    let busy = true;
    const lister = async (): Promise<void> => {
      const someRuns = await listRuns(test.db, { limit: 50 });
      for (let turn = 0; busy; turn += 1) {
        const start = performance.now();
        if (turn % 3 === 0) await listRuns(test.db, { limit: 100 });
        else if (turn % 3 === 1) await listRuns(test.db, { owner: `owner${turn % OWNERS}`, limit: 100 });
        else await listTasks(test.db, someRuns[turn % someRuns.length]?.id ?? '', { limit: 100 });
        times.push(performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    const listing = lister();
    const start = performance.now();
    await Promise.all([server('a'), server('b')]);
    const seconds = (performance.now() - start) / 1000;
    busy = false;
    await listing;
    report(`${transitions} transitions by two servers: ${(transitions / seconds).toFixed(0)} per second`);
    report(
      `${times.length} listings meanwhile: median ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`,
    );
    const runs = await allRuns();
    expect(sum(runs, ({ counts }) => counts.succeeded)).toBe(done);
    expect(transitions).toBe(done * (LIFE.length + 1));
    expect(await brokenInvariants(test.db)).toEqual([]);
    const perOwner = new Map<string, number>();
    for (const { owner, counts } of runs) perOwner.set(owner, (perOwner.get(owner) ?? 0) + counts.succeeded);
    // Each claim of 200 gives 20 owners 10 each; the two servers look at loads a moment apart, so a portion of slack.
    expect(Math.max(...perOwner.values()) - Math.min(...perOwner.values())).toBeLessThanOrEqual(PORTION);
  });

  it('are paused, resumed and cancelled', async () => {
    const runs = (await allRuns()).filter(({ state }) => state === 'active');
    for (const [name, act] of Object.entries({ pauseRun, resumeRun, cancelRun })) {
      const start = performance.now();
      for (const { id } of runs) await act(test.db, id);
      report(`${name}: ${((performance.now() - start) / runs.length).toFixed(2)} ms a run`);
    }
    expect((await allRuns()).filter(({ state }) => state === 'active')).toEqual([]);
    expect(await brokenInvariants(test.db)).toEqual([]);
    report(`memory of this process: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`);
  });
});
