import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJobKey, type JobSpec } from '@imsim-od/site';
import { makeLocalTestSite, type LocalTestSite } from './testing/local-test-site.js';

const sourcePath = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const APART = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'];
const hasNamespaces = spawnSync('unshare', [...APART, 'true']).status === 0;

let testSite: LocalTestSite;
let program = '';

beforeAll(async () => {
  testSite = await makeLocalTestSite({ hostPatienceMs: 5000 });
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

describe.skipIf(!hasNamespaces)(
  'an adapter among processes that we do not see, as in another container',
  () => {
    it('keeps its jobs from us while it lives', { timeout: 60_000 }, async () => {
      const { scratch, stateFolder } = testSite;
      const count = join(scratch, 'count');
      const spec: JobSpec = {
        key: toJobKey('there'),
        work: { kind: 'command', argv: ['/bin/sh', '-c', `echo begun >> ${count}; sleep 300`] },
        environment: { PATH: '/usr/bin:/bin' },
        workingFolder: null,
        inputs: [],
        cpuCores: 1,
        memoryMb: 50,
        wallS: null,
        cpuS: null,
        niceness: 0,
        outputs: [],
      };
      const orders = JSON.stringify({
        stateFolder,
        supervisorPath: sourcePath('../supervisor/supervise.mjs'),
        specs: [spec],
      });
      const there = spawn('unshare', [...APART, process.execPath, program, orders], { stdio: 'inherit' });
      await expect
        .poll(() => readFile(count, 'utf8').catch(() => ''), { timeout: 20_000, interval: 50 })
        .toBe('begun\n');
      await expect(testSite.open()).rejects.toMatchObject({ code: 'SITE_IN_USE' });
      there.kill('SIGKILL');
      await once(there, 'exit');
      // It gave a sign of life every 2 s; we wait for 5 s without one.
      const site = await testSite.open();
      expect(await site.status([spec])).toMatchObject([{ state: 'lost' }]);
      expect(await readFile(count, 'utf8')).toBe('begun\n');
      await site.close();
    });
  },
);
