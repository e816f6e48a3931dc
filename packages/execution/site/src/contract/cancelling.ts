import assert from 'node:assert/strict';
import { join } from 'node:path';
import {
  pause,
  readLines,
  shellJob,
  statusOf,
  submitAll,
  submitOne,
  waitForEnd,
  waitForState,
  waitUntil,
  waitUntilGone,
  type ContractStep,
} from './contract-case.js';

/** Ending jobs because we say so. */
export const cancellingCases: readonly ContractStep[] = [
  {
    name: 'never begins a job that was cancelled before',
    run: async (site, { cores, scratch }) => {
      const count = join(scratch, 'count');
      const [blocker, next] = await submitAll(
        site,
        shellJob('blocker', 'sleep 300', { cpuCores: cores }),
        shellJob('next', `echo ran >> ${count}`),
      );
      assert.ok(blocker && next);
      await waitForState(site, blocker, 'running');
      assert.deepEqual(await site.cancel([next]), [{ key: next.key, outcome: 'requested' }]);
      const { state, end, startedAtUtcMs } = await waitForEnd(site, next);
      assert.equal(state, 'cancelled');
      assert.equal(end?.exitCode, null);
      assert.equal(startedAtUtcMs, null);
      await site.cancel([blocker]);
      await waitForEnd(site, blocker);
      const after = await submitOne(site, shellJob('after', 'true'));
      assert.equal((await waitForEnd(site, after)).state, 'succeeded');
      assert.deepEqual(await readLines(count), []);
    },
  },
  {
    name: 'ends a running job with all its processes, also those that will not',
    needs: ['cancelsRunning'],
    run: async (site, { scratch }) => {
      const pids = join(scratch, 'pids');
      const stubborn = `sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 1; done'`;
      const script = `trap "" TERM; echo $$ >> ${pids}; ${stubborn} & setsid ${stubborn} & while :; do sleep 1; done`;
      const ref = await submitOne(site, shellJob('stubborn', script));
      await waitUntil('all three run', async () => (await readLines(pids)).length === 3);
      const [answer] = await site.cancel([ref]);
      assert.equal(answer?.outcome, 'requested');
      await site.cancel([ref]);
      const { state, end } = await waitForEnd(site, ref);
      assert.equal(state, 'cancelled');
      assert.equal(end?.limitExceeded, null);
      await waitUntilGone(await readLines(pids));
    },
  },
  {
    name: 'lets a running job end in its own way when cancelled',
    needs: ['cancelsRunning'],
    run: async (site, { scratch }) => {
      const said = join(scratch, 'said');
      const ready = join(scratch, 'ready');
      const script = `trap 'echo farewell >> ${said}; exit 0' TERM; echo >> ${ready} here; while :; do sleep 0.1; done`;
      const ref = await submitOne(site, shellJob('polite', script));
      await waitUntil('it is ready', async () => (await readLines(ready)).length === 1);
      await site.cancel([ref]);
      assert.equal((await waitForEnd(site, ref)).state, 'cancelled');
      assert.deepEqual(await readLines(said), ['farewell']);
    },
  },
  {
    name: 'leaves an ended job as it ended',
    run: async (site) => {
      const ref = await submitOne(site, shellJob('ended', 'exit 3'));
      const before = await waitForEnd(site, ref);
      assert.deepEqual(await site.cancel([ref]), [{ key: ref.key, outcome: 'ended' }]);
      await pause(200);
      assert.deepEqual(await statusOf(site, ref), before);
    },
  },
  {
    name: 'cancels at any moment: each job ends once, and none is left',
    needs: ['cancelsRunning'],
    run: async (site, { scratch }) => {
      const pids = join(scratch, 'pids');
      const specs = Array.from({ length: 6 }, (_, index) =>
        shellJob(`any-${index}`, `echo $$ >> ${pids}; sleep 0.3; sleep 0.01`),
      );
      const refs = await submitAll(site, ...specs);
      for (const ref of refs) {
        await pause(60);
        await site.cancel([ref]);
      }
      for (const ref of refs) {
        const { state } = await waitForEnd(site, ref);
        assert.ok(state === 'cancelled' || state === 'succeeded', state);
      }
      await waitUntilGone(await readLines(pids));
      assert.equal((await site.ping()).activeJobs ?? 0, 0);
    },
  },
];
