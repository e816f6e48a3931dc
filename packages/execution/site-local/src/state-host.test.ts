import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toJobKey, type JobSpec } from '@imsim-od/site';
import { createStateFile, replaceStateFile } from '../supervisor/state-file.mjs';
import { StateFolder } from './state-folder.js';
import { makeLocalTestSite, type LocalTestSite } from './testing/local-test-site.js';

const PATIENCE_MS = 500;
const THERE = { table: 'another-boot.1', hostname: 'elsewhere' };

let testSite: LocalTestSite;
beforeEach(async () => {
  testSite = await makeLocalTestSite({ hostPatienceMs: PATIENCE_MS });
});
afterEach(() => testSite.dispose());

const hostFile = (): string => join(testSite.stateFolder, 'host.json');
const job: JobSpec = {
  key: toJobKey('theirs'),
  work: { kind: 'command', argv: ['/bin/true'] },
  environment: {},
  workingFolder: null,
  inputs: [],
  cpuCores: 1,
  memoryMb: 100,
  wallS: null,
  cpuS: null,
  niceness: 0,
  outputs: [],
};

describe('a state folder of another host', () => {
  it('is refused as long as that host gives signs of life', async () => {
    await (await testSite.open()).close();
    await replaceStateFile(hostFile(), THERE);
    const life = setInterval(
      () => void writeFile(join(testSite.stateFolder, 'beat'), String(Math.random())),
      PATIENCE_MS / 5,
    );
    try {
      await expect(testSite.open()).rejects.toMatchObject({
        code: 'SITE_IN_USE',
        message: expect.stringMatching(/in use by elsewhere.*a folder of its own/) as string,
      });
      expect(JSON.parse(await readFile(hostFile(), 'utf8'))).toEqual(THERE);
    } finally {
      clearInterval(life);
    }
  });

  it('is taken when that host is gone, and what ran there is lost', async () => {
    const before = await testSite.open(undefined, { supervisorPath: '/no/such/supervisor.mjs' });
    await before.submit([job]);
    await before.close();
    await replaceStateFile(hostFile(), THERE);
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    // A process of ours has the number; it is not the one that is meant.
    const ghost = { pid: process.pid, startId: `${THERE.table}:1` };
    await createStateFile(join(folder.jobFolder(folder.idOf(job.key)), 'claim.json'), {
      by: 'inProcess',
      process: ghost,
    });
    const site = await testSite.open();
    expect(await site.status([job])).toMatchObject([{ state: 'lost' }]);
    await site.close();
  });

  it('that took it meanwhile is left alone: nothing is said about its jobs, and none is begun', async () => {
    const site = await testSite.open();
    await replaceStateFile(hostFile(), THERE);
    await expect(site.status([job])).rejects.toMatchObject({ code: 'SITE_IN_USE', retryable: false });
    await expect(site.submit([job])).rejects.toMatchObject({ code: 'SITE_IN_USE' });
    const beat = await readFile(join(testSite.stateFolder, 'beat'), 'utf8');
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    expect(await readFile(join(testSite.stateFolder, 'beat'), 'utf8')).toBe(beat);
    await site.close();
  });
});
