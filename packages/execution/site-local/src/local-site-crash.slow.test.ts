import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseCount } from '@imsim-od/testing';
import { isEnded, toJobKey, type JobSpec } from '@imsim-od/site';
import { makeLocalTestSite, type LocalTestSite } from './testing/local-test-site.js';

const sourcePath = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let testSite: LocalTestSite;
let program = '';

beforeAll(async () => {
  testSite = await makeLocalTestSite();
  const outDir = join(testSite.scratch, 'built');
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['source'] },
    ssr: { noExternal: true, resolve: { conditions: ['source'] } },
    build: { ssr: sourcePath('testing/adapter-process.ts'), outDir, target: 'node20', minify: false },
  });
  program = join(outDir, 'adapter-process.js');
});
afterAll(() => testSite.dispose());

describe('an adapter killed at any moment', () => {
  it('has each job run once, whoever submits it and gives it room', async () => {
    const { scratch, stateFolder } = testSite;
    const count = join(scratch, 'count');
    const specs = Array.from({ length: 24 }, (_, index): JobSpec => ({
      key: toJobKey(`job-${index}`),
      work: { kind: 'command', argv: ['/bin/sh', '-c', `echo ${index} >> ${count}; sleep 0.1`] },
      environment: { PATH: '/usr/bin:/bin' },
      workingFolder: null,
      inputs: [],
      cpuCores: 1,
      memoryMb: 50,
      wallS: 60,
      cpuS: null,
      niceness: 0,
      outputs: [],
    }));
    const orders = JSON.stringify({
      stateFolder,
      supervisorPath: sourcePath('../supervisor/supervise.mjs'),
      specs,
    });
    const seed = Date.now() % 100_000;
    console.log(`seed ${seed}`);
    let random = seed;
    const nextMs = (upTo: number): number => {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (random / 2_147_483_648) * upTo;
    };
    for (let kill = 0; kill < caseCount(8, 100); kill++) {
      // Two at once, so that one is often killed while the other waits for its lock.
      const adapters = [
        spawn(process.execPath, [program, orders]),
        spawn(process.execPath, [program, orders]),
      ];
      const messages: string[] = [];
      for (const adapter of adapters)
        adapter.stderr.on('data', (chunk: Buffer) => messages.push(chunk.toString()));
      await new Promise((resolve) => setTimeout(resolve, 60 + nextMs(300)));
      for (const adapter of adapters) {
        adapter.kill('SIGKILL');
        if (adapter.exitCode === null && adapter.signalCode === null) await once(adapter, 'exit');
      }
      expect(messages, `seed ${seed}, kill ${kill}`).toEqual([]);
    }
    const site = await testSite.open(undefined, { launchGraceMs: 500 });
    try {
      await site.submit(specs);
      for (let attempt = 0; attempt < 1_000; attempt++) {
        if ((await site.status(specs)).every(({ state }) => isEnded(state))) break;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      const states = (await site.status(specs)).map(({ state }) => state);
      expect(states, `seed ${seed}`).toEqual(specs.map(() => 'succeeded'));
      const lines = (await readFile(count, 'utf8')).trim().split('\n').map(Number);
      expect(
        lines.sort((a, b) => a - b),
        `seed ${seed}`,
      ).toEqual(specs.map((_, index) => index));
      expect((await site.ping()).activeJobs).toBe(0);
    } finally {
      await site.close();
    }
  });
});
