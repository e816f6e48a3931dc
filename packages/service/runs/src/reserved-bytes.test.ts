import { setQuota } from '@imsim-od/archive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelRun, estimateRequests, reservedBytes, resumeRun, submitRun, viewRun } from './index.js';
import { newViewer, testRequest, testRuns, type TestRuns } from './testing/test-runs.js';

let test: TestRuns;

beforeAll(async () => {
  test = await testRuns();
});
afterAll(async () => {
  await test.close();
});

describe('what runs will store', () => {
  it('is reserved until they have ended', async () => {
    const alice = newViewer();
    const id = await submitRun(test.runs, alice, { requests: [testRequest(1)], paused: true });
    expect(await reservedBytes(test.runs.db, alice.userId)).toBeGreaterThan(1e6);
    await resumeRun(test.runs, alice, id);
    await test.until('its end', async () => (await viewRun(test.runs, alice, id)).state === 'succeeded');
    expect(await reservedBytes(test.runs.db, alice.userId)).toBe(0);
    const other = await submitRun(test.runs, alice, { requests: [testRequest(2)], paused: true });
    await cancelRun(test.runs, alice, other);
    await test.until('its end', async () => (await viewRun(test.runs, alice, other)).state === 'cancelled');
    expect(await reservedBytes(test.runs.db, alice.userId)).toBe(0);
  });

  it('counts for what is submitted at the same moment', async () => {
    const alice = newViewer();
    const estimate = await estimateRequests(test.runs, alice, [testRequest(3)]);
    const bytes = estimate.visits[0]!.bytes;
    await setQuota(test.runs.archive, alice.userId, Math.ceil(2.5 * bytes));
    const submissions = await Promise.allSettled(
      [3, 4, 5, 6].map((visit) =>
        submitRun(test.runs, alice, { requests: [testRequest(visit)], paused: true }),
      ),
    );
    const refused = submissions.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: { code: 'ARCHIVE_QUOTA', usedBytes: 0 } });
    expect((await estimateRequests(test.runs, alice, [testRequest(7)])).obstacles).toEqual([
      expect.stringContaining('on their way'),
    ]);
  });
});
