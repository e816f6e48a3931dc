import assert from 'node:assert/strict';
import { join } from 'node:path';
import {
  readLines,
  shellJob,
  statusOf,
  submitOne,
  waitForEnd,
  waitForState,
  waitUntil,
  waitUntilGone,
  type ContractStep,
} from './contract-case.js';

/** How jobs end by themselves. */
export const endingCases: readonly ContractStep[] = [
  {
    name: 'tells success, with what it took',
    run: async (site) => {
      const ref = await submitOne(
        site,
        shellJob('success', 'sleep 0.6; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'),
      );
      const { state, end, siteJobId, submittedAtUtcMs, startedAtUtcMs, endedAtUtcMs, unknownBecause } =
        await waitForEnd(site, ref);
      assert.equal(state, 'succeeded');
      assert.equal(unknownBecause, null);
      assert.ok(siteJobId !== null);
      assert.equal(end?.exitCode, 0);
      assert.equal(end.signal, null);
      assert.equal(end.limitExceeded, null);
      assert.ok(
        end.wallS === null || (end.wallS >= 0.55 && end.wallS < 30),
        `wall ${end.wallS} s of a sleep of 0.6 s`,
      );
      if (site.capabilities.measuresCpu)
        assert.ok(end.cpuS !== null && end.cpuS > 0.01 && end.cpuS < 20, `CPU ${end.cpuS} s`);
      if (site.capabilities.measuresMemory)
        assert.ok(end.maxRssMb !== null && end.maxRssMb > 0.1 && end.maxRssMb < 60, `${end.maxRssMb} MiB`);
      assert.ok(
        submittedAtUtcMs !== null &&
          startedAtUtcMs !== null &&
          endedAtUtcMs !== null &&
          endedAtUtcMs >= startedAtUtcMs,
      );
    },
  },
  {
    name: 'tells the exit code of a failure',
    run: async (site) => {
      const { state, end } = await waitForEnd(site, await submitOne(site, shellJob('failure', 'exit 37')));
      assert.equal(state, 'failed');
      assert.equal(end?.exitCode, 37);
      assert.match(end.reason, /37/);
    },
  },
  {
    name: 'tells the signal of a crash, which is a failure',
    run: async (site) => {
      const { state, end } = await waitForEnd(
        site,
        await submitOne(site, shellJob('crash', 'kill -SEGV $$')),
      );
      assert.equal(state, 'failed');
      assert.equal(end?.exitCode, null);
      assert.equal(end.signal, 'SIGSEGV');
    },
  },
  {
    name: 'fails a job whose program is not there',
    run: async (site) => {
      const work = { kind: 'command', argv: ['/no/such/program'] } as const;
      const { state, end } = await waitForEnd(
        site,
        await submitOne(site, shellJob('no-program', '', { work })),
      );
      assert.equal(state, 'failed');
      assert.match(end?.reason ?? '', /\/no\/such\/program/);
    },
  },
  {
    name: 'passes through its states in order and keeps the last',
    run: async (site, { scratch }) => {
      const go = join(scratch, 'go');
      const ref = await submitOne(site, shellJob('states', `while [ ! -e ${go} ]; do sleep 0.05; done`));
      const order = ['waiting', 'queued', 'running', 'succeeded'];
      const seen: string[] = [];
      const look = async (): Promise<string> => {
        const { state, end } = await statusOf(site, ref);
        assert.equal(end !== null, state === 'succeeded', 'an end with ended states alone');
        if (seen.at(-1) !== state) seen.push(state);
        return state;
      };
      await waitUntil('it runs', async () => (await look()) === 'running');
      await submitOne(site, shellJob('go', `: > ${go}`));
      await waitUntil('it ends', async () => (await look()) === 'succeeded');
      assert.deepEqual(
        seen,
        order.filter((state) => seen.includes(state)),
        'no state came back',
      );
      assert.deepEqual(await statusOf(site, ref), await statusOf(site, ref));
    },
  },
  {
    name: 'leaves no process behind when a job ends, not even one that fled its session',
    run: async (site, { scratch }) => {
      const pids = join(scratch, 'pids');
      const script = `sleep 300 & echo $! >> ${pids}
        setsid sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 1; done' &
        while [ "$(wc -l < ${pids})" -lt 2 ]; do sleep 0.05; done`;
      const ref = await submitOne(site, shellJob('leaver', script));
      const { state } = await waitForEnd(site, ref);
      assert.equal(state, 'succeeded');
      const left = await readLines(pids);
      assert.equal(left.length, 2);
      await waitUntilGone(left);
    },
  },
  {
    name: 'calls a job lost whose process was killed from outside',
    run: async (site, testSite) => {
      const ref = await submitOne(site, shellJob('killed', 'sleep 300'));
      await waitForState(site, ref, 'running');
      await testSite.killJob(ref);
      const { state, end } = await waitForEnd(site, ref);
      assert.equal(state, 'lost');
      assert.equal(end?.exitCode, null);
      assert.equal(end.limitExceeded, null);
    },
  },
];
