import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, type SiteClock } from '../site-clock.js';
import { isRetryable } from '../site-error.js';
import {
  expectSiteError,
  keyOf,
  pause,
  readLines,
  readWholeLog,
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

const DAY_MS = 86_400_000;

/** What happens when something goes away: the adapter, the worker, the site, the right time. */
export const survivalCases: readonly ContractStep[] = [
  {
    name: 'finds its jobs again after a restart, running, waiting and ended',
    needs: ['jobsOutliveAdapter'],
    run: async (site, testSite) => {
      const go = join(testSite.scratch, 'go');
      const specs = [
        shellJob('ended-before', 'echo done'),
        shellJob('running', `while [ ! -e ${go} ]; do sleep 0.05; done; echo went`, {
          cpuCores: testSite.cores,
        }),
        shellJob('waiting', 'echo waited'),
      ];
      const [ended, running, waiting] = await submitAll(site, ...specs);
      assert.ok(ended && running && waiting);
      const before = await waitForEnd(site, ended);
      await waitForState(site, running, 'running');
      await site.close();
      const again = await testSite.open();
      try {
        assert.deepEqual(await statusOf(again, ended), before);
        assert.equal((await statusOf(again, running)).state, 'running');
        assert.equal((await statusOf(again, waiting)).state, 'waiting');
        const answers = await again.submit([...specs, shellJob('opens', `: > ${go}`, { cpuCores: 1 })]);
        assert.deepEqual(
          answers.map(({ outcome }) => outcome),
          ['existing', 'existing', 'existing', 'accepted'],
        );
        // `opens` waits behind `running`, so the suite opens the gate itself.
        await writeFile(go, '');
        assert.equal((await waitForEnd(again, running)).state, 'succeeded');
        assert.equal((await waitForEnd(again, waiting)).state, 'succeeded');
        assert.equal(await readWholeLog(again, running, 'stdout'), 'went\n');
        assert.equal(await readWholeLog(again, waiting, 'stdout'), 'waited\n');
        await waitForEnd(again, { key: keyOf('opens') });
      } finally {
        await again.close();
      }
    },
  },
  {
    name: 'keeps the end of a job that ended while no adapter was open',
    needs: ['jobsOutliveAdapter'],
    run: async (site, testSite) => {
      const done = join(testSite.scratch, 'done');
      const ref = await submitOne(site, shellJob('alone', `sleep 0.3; echo over >> ${done}; exit 5`));
      await waitForState(site, ref, 'running');
      await site.close();
      await waitUntil('it is over', async () => (await readLines(done)).length === 1);
      await pause(300);
      const again = await testSite.open();
      try {
        const { state, end } = await waitForEnd(again, ref);
        assert.equal(state, 'failed');
        assert.equal(end?.exitCode, 5);
      } finally {
        await again.close();
      }
    },
  },
  {
    name: 'calls a job lost whose worker was killed, and leaves none of its processes',
    run: async (site, testSite) => {
      const pids = join(testSite.scratch, 'pids');
      const script = `echo $$ >> ${pids}; setsid sh -c 'echo $$ >> ${pids}; sleep 300' & sleep 300 & echo $! >> ${pids}; wait`;
      const ref = await submitOne(site, shellJob('orphan', script));
      await waitUntil('all three run', async () => (await readLines(pids)).length === 3);
      await waitForState(site, ref, 'running');
      await testSite.killWorker(ref);
      const { state, end } = await waitForEnd(site, ref);
      assert.equal(state, 'lost');
      assert.equal(end?.exitCode, null);
      await waitUntilGone(await readLines(pids));
      const after = await submitOne(site, shellJob('after', 'true'));
      assert.equal((await waitForEnd(site, after)).state, 'succeeded', 'its room is free again');
    },
  },
  {
    name: 'calls a job lost whose worker was killed while no adapter was open',
    needs: ['jobsOutliveAdapter'],
    run: async (site, testSite) => {
      const pids = join(testSite.scratch, 'pids');
      const ref = await submitOne(site, shellJob('orphan', `echo $$ >> ${pids}; sleep 300`));
      await waitForState(site, ref, 'running');
      await waitUntil('it runs', async () => (await readLines(pids)).length === 1);
      await site.close();
      await testSite.killWorker(ref);
      const again = await testSite.open();
      try {
        assert.equal((await waitForEnd(again, ref)).state, 'lost');
        await waitUntilGone(await readLines(pids));
      } finally {
        await again.close();
      }
    },
  },
  {
    name: 'says that the site is away, not that jobs failed, and goes on when it is back',
    run: async (site, testSite) => {
      const done = join(testSite.scratch, 'done');
      const [short, long] = await submitAll(
        site,
        shellJob('short', `sleep 0.5; echo over >> ${done}`),
        shellJob('long', 'sleep 300'),
      );
      assert.ok(short && long);
      await waitForState(site, short, 'running');
      await waitForState(site, long, 'running');
      await testSite.setAway(true);
      try {
        for (const question of [
          () => site.status([short, long]),
          () => site.submit([shellJob('new', 'true')]),
          () => site.cancel([long]),
          () => site.ping(),
        ]) {
          const error = await expectSiteError('SITE_UNAVAILABLE', question);
          assert.ok(isRetryable(error));
        }
        await waitUntil('the short one is over', async () => (await readLines(done)).length === 1);
        await pause(200);
      } finally {
        await testSite.setAway(false);
      }
      assert.equal((await waitForEnd(site, short)).state, 'succeeded');
      assert.equal((await statusOf(site, long)).state, 'running');
      const [accepted] = await site.submit([shellJob('new', 'true')]);
      assert.equal(accepted?.outcome, 'accepted');
      assert.equal((await waitForEnd(site, { key: keyOf('new') })).state, 'succeeded');
      await site.cancel([long]);
      assert.equal((await waitForEnd(site, long)).state, 'cancelled');
    },
  },
  ...[-DAY_MS, DAY_MS].map((skewMs): ContractStep => ({
    name: `is not misled by an adapter's clock that is a day ${skewMs < 0 ? 'slow' : 'fast'}`,
    run: async (site, testSite) => {
      await site.close();
      let skewNowMs = 0;
      const clock: SiteClock = {
        nowUtcMs: () => systemClock.nowUtcMs() + skewNowMs,
        monotonicMs: () => systemClock.monotonicMs(),
      };
      const skewed = await testSite.open(clock);
      try {
        const ref = await submitOne(skewed, shellJob('skewed', 'sleep 1', { wallS: 20 }));
        await waitForState(skewed, ref, 'running');
        skewNowMs = skewMs;
        const later = await submitOne(skewed, shellJob('later', 'true', { wallS: 20 }));
        const { state, end } = await waitForEnd(skewed, ref);
        assert.equal(state, 'succeeded', end?.reason);
        assert.ok(end?.wallS === null || ((end?.wallS ?? 0) >= 0.9 && (end?.wallS ?? 0) < 20));
        assert.equal((await waitForEnd(skewed, later)).state, 'succeeded');
      } finally {
        await skewed.close();
      }
    },
  })),
];
