import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { caseCount } from '@imsim-od/testing';
import { isEnded, toJobKey, type JobSpec, type SiteAdapter } from '@imsim-od/site';
import { makeLocalTestSite, type LocalTestSite } from './testing/local-test-site.js';

let testSite: LocalTestSite;
let site: SiteAdapter;
beforeEach(async () => {
  testSite = await makeLocalTestSite();
  site = await testSite.open();
});
afterEach(async () => {
  await site.close();
  await testSite.dispose(); // which asserts that no process is left
});

describe('under random kills of supervisors and programs', () => {
  it('each attempt ends once, is lost only where it was killed, and a new one brings the work to its end', async () => {
    const seed = Date.now() % 100_000;
    console.log(`seed ${seed}`);
    let random = seed;
    const draw = (below: number): number => {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((random / 2_147_483_648) * below);
    };
    const done = join(testSite.scratch, 'done');
    const spec = (work: number, attempt: number): JobSpec => ({
      key: toJobKey(`work-${work}.a${attempt}`),
      work: {
        kind: 'command',
        argv: ['/bin/sh', '-c', `sleep 0.25 & wait; echo ${work}.a${attempt} >> ${done}`],
      },
      environment: { PATH: '/usr/bin:/bin' },
      workingFolder: null,
      inputs: [],
      cpuCores: 1,
      memoryMb: 50,
      wallS: 60,
      cpuS: null,
      niceness: 0,
      outputs: [],
    });
    const attempts = Array.from({ length: 10 }, () => 1);
    const currentOf = (work: number): JobSpec => spec(work, attempts[work] ?? 1);
    const killed = new Set<string>();
    let killsLeft = caseCount(10, 100);
    await site.submit(attempts.map((_, work) => currentOf(work)));
    for (let round = 0; round < 5_000; round++) {
      const specs = attempts.map((_, work) => currentOf(work));
      const statuses = await site.status(specs);
      if (statuses.every(({ state }) => state === 'succeeded')) break;
      for (const [work, { key, state, end }] of statuses.entries()) {
        if (state !== 'lost') {
          expect(
            isEnded(state) && state !== 'succeeded',
            `seed ${seed}: ${key} is ${state}: ${end?.reason}`,
          ).toBe(false);
          continue;
        }
        expect(killed.has(key), `seed ${seed}: ${key} lost without a kill`).toBe(true);
        attempts[work] = (attempts[work] ?? 1) + 1;
        await site.submit([currentOf(work)]);
      }
      const running = statuses.filter(({ key, state }) => state === 'running' && !killed.has(key));
      const victim = running[draw(Math.max(1, running.length))];
      if (victim !== undefined && killsLeft > 0 && draw(3) === 0) {
        killsLeft -= 1;
        const ref = { key: victim.key };
        killed.add(victim.key);
        const pid = draw(2) === 0 ? await testSite.supervisorPid(ref) : await testSite.leaderPid(ref);
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          killed.delete(victim.key); // it had ended
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 20 + draw(60)));
    }
    const states = (await site.status(attempts.map((_, work) => currentOf(work)))).map(({ state }) => state);
    expect(states, `seed ${seed}`).toEqual(attempts.map(() => 'succeeded'));
    const lines = (await readFile(done, 'utf8')).trim().split('\n');
    expect(new Set(lines).size, `seed ${seed}: no attempt ran twice`).toBe(lines.length);
    for (const [work, attempt] of attempts.entries()) expect(lines).toContain(`${work}.a${attempt}`);
    const { activeJobs, freeCores } = await site.ping();
    expect([activeJobs, freeCores]).toEqual([0, testSite.cores]);
  });
});
