import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JournalMisuseError } from './errors.js';
import { acquireLease } from './leases.js';
import { submitRuns } from './submission.js';
import { isHeld, submissionKey, TASK_STATES, TRANSITIONS, type TaskState } from './task-state.js';
import { brokenInvariants, testRun } from './testing/journal-fixtures.js';
import { testJournal, type TestJournal } from './testing/test-journal.js';
import { advanceTasks } from './transitions.js';

/** The arrows as they were agreed, written out apart from the program's own table. */
const ARROWS =
  'waiting>claimed waiting>cancelled claimed>queued claimed>waiting claimed>failed claimed>cancelling ' +
  'queued>running queued>collecting queued>waiting queued>failed queued>cancelling ' +
  'running>queued running>collecting running>waiting running>failed running>cancelling ' +
  'collecting>succeeded collecting>waiting collecting>failed collecting>cancelling ' +
  'cancelling>cancelled failed>waiting cancelled>waiting';

describe('The states of a task', () => {
  let test: TestJournal;
  beforeAll(async () => {
    test = await testJournal();
  });
  afterAll(async () => {
    await test.drop();
  });

  it('have the agreed arrows and no others', () => {
    const arrows = TASK_STATES.flatMap((from) => TRANSITIONS[from].map((to) => `${from}>${to}`));
    expect([...arrows].sort()).toEqual(ARROWS.split(' ').sort());
  });

  it('move in the database along the arrows alone, tried for every pair of states', async () => {
    const pairs = TASK_STATES.flatMap((from) => TASK_STATES.map((to) => ({ from, to })));
    await submitRuns(test.db, [testRun(pairs.length)]);
    const token = await acquireLease(test.db, 'a', 60_000);
    const counters = TASK_STATES.map(
      (state) => `${state} = (select count(*) from workflow.tasks where state = '${state}')`,
    );
    await sql`update workflow.batches set expanded = task_count`.execute(test.db);
    await sql`
      insert into workflow.tasks (run_no, task_index, state, attempt, fence)
      select run_no, i - 1, given.state, 1, case when held then ${token}::bigint end
      from workflow.runs cross join unnest(
        ${pairs.map(({ from }) => from)}::workflow.task_state[], ${pairs.map(({ from }) => isHeld(from))}::boolean[]
      ) with ordinality as given (state, held, i)
    `.execute(test.db);
    await sql`update workflow.runs set unexpanded = 0, ${sql.raw(counters.join(', '))}`.execute(test.db);
    const { rows } = await sql<{ run_no: number }>`select run_no from workflow.runs`.execute(test.db);
    const runNo = rows[0]?.run_no ?? 0;
    const moved = await advanceTasks(
      test.db,
      token,
      pairs.map(({ to }, taskIndex) => ({ runNo, taskIndex, attempt: 1, to })),
    );
    const expected = pairs.filter(
      ({ from, to }) => isHeld(from) && ARROWS.split(' ').includes(`${from}>${to}`),
    );
    expect(moved.map(({ from, to }) => `${from}>${to}`).sort()).toEqual(
      expected.map(({ from, to }) => `${from}>${to}`).sort(),
    );
    expect(await brokenInvariants(test.db)).toEqual([]);
    const other: TaskState = 'queued';
    const twin = { runNo, taskIndex: 0, attempt: 1, to: other };
    await expect(advanceTasks(test.db, token, [twin, twin])).rejects.toThrow(JournalMisuseError);
  });

  it('belong to attempts whose keys tell run, task and attempt', () => {
    expect(submissionKey('0190aaaa-0000-7000-8000-000000000000', 17, 2)).toBe(
      '0190aaaa-0000-7000-8000-000000000000.17.2',
    );
  });
});
