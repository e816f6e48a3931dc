import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { SiteAdapter } from '../site-adapter.js';
import type { ExceededLimit, JobStatus } from '../job-state.js';
import type { JobSpec } from '../job-spec.js';
import {
  readLines,
  readWholeLog,
  shellJob,
  submitAll,
  submitOne,
  waitForEnd,
  waitForState,
  waitUntilGone,
  type ContractStep,
} from './contract-case.js';

const expectLimit = async (site: SiteAdapter, spec: JobSpec, limit: ExceededLimit): Promise<JobStatus> => {
  const status = await waitForEnd(site, await submitOne(site, spec));
  assert.equal(status.state, 'failed', status.end?.reason);
  assert.equal(status.end?.limitExceeded, limit);
  assert.match(status.end.reason, new RegExp(limit));
  return status;
};

/** What the site has, and what a job may use. */
export const limitCases: readonly ContractStep[] = [
  {
    name: 'runs no more at once than there are cores, first come first begun',
    run: async (site, { cores, scratch }) => {
      const log = join(scratch, 'log');
      const specs = Array.from({ length: cores + 3 }, (_, index) =>
        shellJob(`core-${index}`, `echo begin ${index} >> ${log}; sleep 0.4; echo end ${index} >> ${log}`),
      );
      for (const ref of await submitAll(site, ...specs))
        assert.equal((await waitForEnd(site, ref)).state, 'succeeded');
      assert.ok(mostAtOnce(await readLines(log)) <= cores);
    },
  },
  {
    name: 'does not let small jobs overtake a large one for ever',
    run: async (site, { cores, scratch }) => {
      const log = join(scratch, 'log');
      const say = (name: string): string =>
        `echo begin ${name} >> ${log}; sleep 0.3; echo end ${name} >> ${log}`;
      const specs = [
        shellJob('small-before', say('before')),
        shellJob('large', say('large'), { cpuCores: cores }),
        ...Array.from({ length: 4 }, (_, index) => shellJob(`small-after-${index}`, say(`after-${index}`))),
      ];
      for (const ref of await submitAll(site, ...specs)) await waitForEnd(site, ref);
      const lines = await readLines(log);
      const [begun, ended] = [lines.indexOf('begin large'), lines.indexOf('end large')];
      assert.equal(ended, begun + 1, 'nothing else ran beside a job that takes all cores');
    },
  },
  {
    name: 'runs no more at once than there is memory for',
    run: async (site, { memoryMb, scratch }) => {
      const log = join(scratch, 'log');
      const half = Math.floor(memoryMb / 2) + 1;
      const specs = Array.from({ length: 3 }, (_, index) =>
        shellJob(`memory-${index}`, `echo begin ${index} >> ${log}; sleep 0.3; echo end ${index} >> ${log}`, {
          memoryMb: half,
        }),
      );
      for (const ref of await submitAll(site, ...specs))
        assert.equal((await waitForEnd(site, ref)).state, 'succeeded');
      assert.equal(mostAtOnce(await readLines(log)), 1);
    },
  },
  {
    name: 'refuses what can never run',
    run: async (site, { cores, memoryMb }) => {
      const [wide, fat] = await site.submit([
        shellJob('wide', 'true', { cpuCores: cores + 1 }),
        shellJob('fat', 'true', { memoryMb: memoryMb + 1 }),
      ]);
      assert.ok(wide?.outcome === 'refused' && fat?.outcome === 'refused');
      for (const [answer, limit, asked, available] of [
        [wide, 'cores', cores + 1, cores],
        [fat, 'memory', memoryMb + 1, memoryMb],
      ] as const) {
        assert.equal(answer.error.code, 'SITE_OVERSIZE');
        assert.equal(answer.error.retryable, false);
        assert.deepEqual(
          [answer.error.limit, answer.error.asked, answer.error.available],
          [limit, asked, available],
        );
      }
      const limits = await site.limits();
      assert.deepEqual([limits.maxCoresPerJob, limits.maxMemoryMbPerJob], [cores, memoryMb]);
    },
  },
  {
    name: 'tells the room that is left',
    run: async (site, { cores, memoryMb }) => {
      const idle = await site.ping();
      assert.deepEqual(
        [idle.freeCores, idle.freeMemoryMb, idle.activeJobs, idle.waitingJobs],
        [cores, memoryMb, 0, 0],
      );
      const [running, waiting] = await submitAll(
        site,
        shellJob('runs', 'sleep 300', { cpuCores: cores, memoryMb: 200 }),
        shellJob('waits', 'sleep 300'),
      );
      assert.ok(running && waiting);
      await waitForState(site, running, 'running');
      await waitForState(site, waiting, 'waiting');
      const busy = await site.ping();
      assert.deepEqual(
        [busy.freeCores, busy.freeMemoryMb, busy.activeJobs, busy.waitingJobs],
        [0, memoryMb - 200, 1, 1],
      );
      await site.cancel([waiting, running]);
      await waitForEnd(site, running);
    },
  },
  {
    name: 'ends a job above its memory, summed over its processes',
    needs: ['enforcesMemory'],
    run: async (site, { scratch }) => {
      const pids = join(scratch, 'pids');
      const hold = '{ head -c 60000000 /dev/zero; sleep 300; } | tail -c 60000000 > /dev/null &';
      const { end } = await expectLimit(
        site,
        shellJob('hungry', `echo $$ >> ${pids}; ${hold} ${hold} wait`, { memoryMb: 80 }),
        'memory',
      );
      if (site.capabilities.measuresMemory) assert.ok(end?.maxRssMb !== null && (end?.maxRssMb ?? 0) > 80);
      await waitUntilGone(await readLines(pids));
    },
  },
  {
    name: 'ends a job above its wall time',
    needs: ['enforcesWall'],
    run: async (site) => {
      const { end } = await expectLimit(site, shellJob('long', 'sleep 300', { wallS: 0.5 }), 'wall');
      assert.ok(end?.wallS === null || (end?.wallS ?? 0) >= 0.5);
    },
  },
  {
    name: 'ends a job above its CPU time, that of its children counted',
    needs: ['enforcesCpu'],
    run: async (site) => {
      const burn = '(i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done)';
      const { end } = await expectLimit(
        site,
        shellJob('busy', `while :; do ${burn}; done`, { cpuS: 0.6 }),
        'cpu',
      );
      if (site.capabilities.measuresCpu) assert.ok((end?.cpuS ?? 0) >= 0.6);
    },
  },
  {
    name: 'steps back for others when told to be nice',
    needs: ['nices'],
    run: async (site) => {
      const script = 'sleep 0.5; ps -o ni= -p $$ 2>/dev/null || cut -d" " -f19 /proc/$$/stat';
      const nicenessOf = async (key: string, niceness: number): Promise<number> => {
        const ref = await submitOne(site, shellJob(key, script, { niceness }));
        await waitForEnd(site, ref);
        return Number((await readWholeLog(site, ref, 'stdout')).trim());
      };
      // The site itself may have been started nicely, and nothing becomes less nice than that.
      const wanted = Math.min(19, (await nicenessOf('plain', 0)) + 3);
      assert.equal(await nicenessOf('nice', wanted), wanted);
    },
  },
];

/** How many were between their `begin` and their `end` at the same time. */
function mostAtOnce(lines: readonly string[]): number {
  let [now, most] = [0, 0];
  for (const line of lines) {
    now += line.startsWith('begin') ? 1 : -1;
    most = Math.max(most, now);
  }
  assert.ok(lines.length > 0);
  return most;
}
