import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { estimateRequests, submitRun, viewRun } from './index.js';
import { newViewer, testRequest, testRuns, type TestRuns, writeSmallFiles } from './testing/test-runs.js';

let test: TestRuns;
beforeAll(async () => {
  test = await testRuns();
});
afterAll(async () => {
  await test.close();
});

it('an estimate asks the store for the recipes of all its visits at once, product by product', async () => {
  // Tasks leave their recipe beside what was asked for.
  test.setWork((payload, folder) =>
    writeSmallFiles({ ...payload, products: [...payload.products, 'recipe'] as never }, folder),
  );
  const alice = newViewer();
  const visits = Array.from({ length: 12 }, (_, index) =>
    testRequest(100 + index, index % 3 === 0 ? { products: ['eimage'] } : {}),
  );
  const id = await submitRun(test.runs, alice, { name: 'twelve', requests: visits });
  await test.until('the end of the run', async () => {
    const { state } = await viewRun(test.runs, alice, id);
    return state === 'succeeded';
  });
  const queries: string[] = [];
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (node.kind === 'RawNode') queries.push(node.sqlFragments.join('?'));
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  const { archive } = test.runs;
  const counted = { ...test.runs, archive: { ...archive, db: archive.db.withPlugin(counter) } };
  const asked = () => queries.splice(0).filter((text) => text.includes('recipe_hash = any'));
  // Half of the detectors of the first are new, the whole second is, and the third has the types of the fourth and more.
  const estimate = await estimateRequests(counted, alice, [
    testRequest(100, { products: ['eimage'], detectors: ['R22_S00', 'R22_S01', 'R22_S20', 'R22_S21'] }),
    testRequest(101, { band: 'i' }),
    testRequest(103),
    ...visits.slice(4),
  ]);
  expect(estimate.visits.map(({ reusedTasks }) => reusedTasks)).toEqual([
    2,
    0,
    0,
    ...visits.slice(4).map(() => 4),
  ]);
  expect(asked()).toHaveLength(2);
});
