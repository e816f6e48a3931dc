import { searchDatasets } from '@imsim-od/archive';
import { deleteRun as deleteInJournal, sweepDeletedRuns } from '@imsim-od/workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteRun, listRunLines, listTaskViews, readTaskLog, submitRun, viewRun } from './index.js';
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

describe('deleting a run', () => {
  it('that is busy is refused, and its logs and files are as they were', async () => {
    const alice = newViewer();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    test.setWork(async (payload, folder) => {
      if (payload.taskIndex > 0) await gate;
      await writeSmallFiles(payload, folder);
    });
    const id = await submitRun(test.runs, alice, { requests: [testRequest(30)] });
    await test.until(
      'the first end',
      async () => (await viewRun(test.runs, alice, id)).counts.succeeded === 1,
    );
    await expect(deleteRun(test.runs, alice, id)).rejects.toMatchObject({ code: 'RUN_STATE' });
    expect(await readTaskLog(test.runs, alice, id, 0)).toMatchObject({ text: 'begun\n' });
    release();
    expect(await finished(id, alice)).toMatchObject({ state: 'succeeded', counts: { succeeded: 4 } });
    expect((await listTaskViews(test.runs, alice, id)).map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
  });

  it.each([false, true])(
    'goes on where an earlier call was cut (rows of the journal gone: %s)',
    async (swept) => {
      const alice = newViewer();
      const id = await submitRun(test.runs, alice, { requests: [testRequest(31)] });
      await finished(id, alice);
      await deleteInJournal(test.runs.journal, id);
      if (swept) while (await sweepDeletedRuns(test.runs.journal)) continue;
      await deleteRun(test.runs, alice, id, { withData: true });
      expect(await searchDatasets(test.runs.archive, alice, { runId: id })).toEqual([]);
      expect(await listRunLines(test.runs, alice)).toEqual([]);
    },
  );
});
