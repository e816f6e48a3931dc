import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dropDatasets, removeDatasets, searchDatasets } from '@imsim-od/archive';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incomingFolder, submitRun, sweepIncoming, viewRun } from './index.js';
import { newViewer, testRequest, testRuns, type TestRuns } from './testing/test-runs.js';

let test: TestRuns;

beforeAll(async () => {
  test = await testRuns();
});
afterAll(async () => {
  await test.close();
});

/** The inodes of all files below archive/ and the work folders of jobs, and what is in incoming/. */
function onDisk(): { readonly inodes: ReadonlySet<number>; readonly incoming: readonly string[] } {
  const files = readdirSync(test.folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^archive\/(blobs|incoming)\/|\/work\//.test(name))
    .map((name) => statSync(join(test.folder, name)))
    .filter((found) => found.isFile());
  return {
    inodes: new Set(files.map(({ ino }) => ino)),
    incoming: readdirSync(join(test.folder, 'archive/incoming')),
  };
}

describe('outputs on their way in', () => {
  it('are kept once, and nothing of them is left when their datasets are dropped or removed', async () => {
    const alice = newViewer();
    const id = await submitRun(test.runs, alice, { requests: [testRequest(1)] });
    await test.until('its end', async () => (await viewRun(test.runs, alice, id)).state === 'succeeded');
    expect(await sweepIncoming(test.runs)).toBe(4);
    const datasets = await searchDatasets(test.runs.archive, alice, { runId: id }, { limit: 100 });
    for (const { sha256 } of datasets) expect(statSync(test.runs.archive.store.pathOf(sha256)).nlink).toBe(1);
    expect(onDisk()).toMatchObject({ inodes: { size: datasets.length }, incoming: [] });
    const [first, ...rest] = datasets.map((dataset) => dataset.id);
    await removeDatasets(test.runs.archive, alice, [first!]);
    await dropDatasets(test.runs.archive, alice, rest);
    expect(onDisk().inodes.size).toBe(0);
  });

  it('stay for as long as their attempt is under way, and go when it was given up or its run is gone', async () => {
    const alice = newViewer();
    const runId = await submitRun(test.runs, alice, { requests: [testRequest(2)], paused: true });
    const attempts = [
      { runId, taskIndex: 0, attempt: 1 },
      { runId, taskIndex: 0, attempt: 2 },
      { runId, taskIndex: 1, attempt: 1 },
      { runId: v7(), taskIndex: 0, attempt: 1 },
    ];
    const folders = attempts.map((attempt) => incomingFolder(test.runs.archive, attempt));
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'image.fits'), 'pixels');
    }
    // Task 0 is being collected in its second attempt, task 1 waits for its second.
    await sql`
      insert into workflow.tasks (run_no, task_index, state, attempt, fence)
      select run_no, i, case i when 0 then 'collecting' else 'waiting' end::workflow.task_state, 2 - i,
        case i when 0 then 999999 end from workflow.runs, generate_series(0, 1) i where id = ${runId}::uuid
    `.execute(test.db);
    expect(await sweepIncoming(test.runs)).toBe(3);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, true, false, false]);
  });

  it('go in portions', async () => {
    const runId = v7();
    for (let taskIndex = 0; taskIndex < 450; taskIndex++)
      mkdirSync(incomingFolder(test.runs.archive, { runId, taskIndex, attempt: 1 }), { recursive: true });
    expect(await sweepIncoming(test.runs, 200)).toBe(200);
    expect(await sweepIncoming(test.runs)).toBe(250);
  });
});
