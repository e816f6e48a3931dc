import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isEnded,
  toJobKey,
  type JobRef,
  type JobSpec,
  type JobStatus,
  type SiteAdapter,
  SiteError,
} from '@imsim-od/site';
import { identify, isAlive, readProcess } from '../supervisor/process-table.mjs';
import { createStateFile } from '../supervisor/state-file.mjs';
import { openLocalSite } from './local-site.js';
import { StateFolder } from './state-folder.js';
import { makeLocalTestSite, type LocalTestSite } from './testing/local-test-site.js';

let testSite: LocalTestSite;
let site: SiteAdapter;
beforeEach(async () => {
  testSite = await makeLocalTestSite();
  site = await testSite.open();
});
afterEach(async () => {
  await site.close();
  await testSite.dispose();
});

const shell = (key: string, script: string, changes: Partial<JobSpec> = {}): JobSpec => ({
  key: toJobKey(key),
  work: { kind: 'command', argv: ['/bin/sh', '-c', script] },
  environment: { PATH: '/usr/bin:/bin' },
  workingFolder: null,
  inputs: [],
  cpuCores: 1,
  memoryMb: 100,
  wallS: null,
  cpuS: null,
  niceness: 0,
  outputs: [],
  ...changes,
});
const ref = (key: string): JobRef => ({ key: toJobKey(key) });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const waitFor = async (key: string, holds: (status: JobStatus) => boolean): Promise<JobStatus> => {
  for (let attempt = 0; attempt < 500; attempt++) {
    const [status] = await site.status([ref(key)]);
    if (status !== undefined && holds(status)) return status;
    await pause(20);
  }
  throw new Error(`${key} did not come so far`);
};
const waitForRoom = async (): Promise<void> => {
  for (let attempt = 0; attempt < 500 && (await site.ping()).freeCores !== testSite.cores; attempt++)
    await pause(20);
  expect((await site.ping()).freeCores).toBe(testSite.cores);
};
const endOf = (key: string): Promise<JobStatus> => waitFor(key, ({ state }) => isEnded(state));
const runs = (key: string): Promise<JobStatus> => waitFor(key, ({ state }) => state === 'running');

describe('the local site', () => {
  it('never takes a stranger for a job because the number of a process came round', async () => {
    const stranger = spawn('sleep', ['60'], { detached: true });
    const identity = identify(stranger.pid ?? 0);
    if (identity === undefined) throw new Error('the stranger did not start');
    try {
      await site.submit([shell('blocks', 'sleep 300', { cpuCores: 2 }), shell('gone', 'sleep 300')]);
      await runs('blocks');
      const folder = await StateFolder.open(testSite.stateFolder, 'test');
      const id = folder.idOf(toJobKey('gone'));
      const before = { pid: identity.pid, startId: 'an earlier process' };
      await folder.create(id, 'progress.json', { leader: before, startedAtUtcMs: 0 });
      await folder.create(id, 'claim.json', { by: 'supervisor', process: before });
      expect((await endOf('gone')).state).toBe('lost');
      expect(isAlive(identity)).toBe(true);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('ends a job whose supervisor died before it could say which process it had started', async () => {
    await site.submit([shell('nameless', 'sleep 300')]);
    await runs('nameless');
    const leader = identify(await testSite.leaderPid(ref('nameless')));
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    const progress = join(folder.jobFolder(folder.idOf(toJobKey('nameless'))), 'progress.json');
    await rename(progress, `${progress}.hidden`);
    await testSite.killWorker(ref('nameless'));
    expect((await endOf('nameless')).state).toBe('lost');
    expect(leader && isAlive(leader)).toBe(false);
  });

  it('gives one of several supervisors of a job the job', async () => {
    const supervisors = new URL('../supervisor/supervise.mjs', import.meta.url).pathname;
    await site.close();
    site = await testSite.open(undefined, {
      supervisorPath: '/no/such/supervisor.mjs',
      launchGraceMs: 60_000,
    });
    const count = join(testSite.scratch, 'count');
    await site.submit([shell('contested', `echo ran >> ${count}; sleep 0.2`)]);
    expect((await waitFor('contested', ({ state }) => state === 'queued')).state).toBe('queued');
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    const jobFolder = folder.jobFolder(folder.idOf(toJobKey('contested')));
    for (let index = 0; index < 4; index++)
      spawn(process.execPath, [supervisors, jobFolder], { stdio: 'ignore' });
    expect((await endOf('contested')).state).toBe('succeeded');
    expect(await readFile(count, 'utf8')).toBe('ran\n');
  });

  it('starts a supervisor anew that never claimed its job', async () => {
    await site.close();
    site = await testSite.open(undefined, { supervisorPath: '/no/such/supervisor.mjs' });
    await site.submit([shell('retried', 'true')]);
    await waitFor('retried', ({ state }) => state === 'queued');
    await site.close();
    site = await testSite.open(undefined, { launchGraceMs: 300 });
    expect((await endOf('retried')).state).toBe('succeeded');
  });

  it('takes a job for lost whose machine restarted', async () => {
    await site.submit([shell('blocks', 'sleep 300', { cpuCores: 2 }), shell('rebooted', 'true')]);
    await runs('blocks');
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    const self = identify(process.pid);
    const earlierBoot = { pid: process.pid, startId: `00000000:${self?.startId.split(':')[1]}` };
    await folder.create(folder.idOf(toJobKey('rebooted')), 'claim.json', {
      by: 'supervisor',
      process: earlierBoot,
    });
    expect((await endOf('rebooted')).state).toBe('lost');
  });

  it('ends the job, lost, when its supervisor is told to end, as at the shutdown of the machine', async () => {
    await site.submit([shell('shutdown', 'sleep 300')]);
    await runs('shutdown');
    const leader = identify(await testSite.leaderPid(ref('shutdown')));
    process.kill(await testSite.supervisorPid(ref('shutdown')), 'SIGTERM');
    expect((await endOf('shutdown')).state).toBe('lost');
    expect(leader && isAlive(leader)).toBe(false);
  });

  it('ends a job whose folder was removed by hand', async () => {
    await site.submit([shell('removed', 'sleep 300')]);
    await runs('removed');
    const leader = identify(await testSite.leaderPid(ref('removed')));
    const supervisor = identify(await testSite.supervisorPid(ref('removed')));
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    await rm(folder.jobFolder(folder.idOf(toJobKey('removed'))), { recursive: true });
    for (let attempt = 0; attempt < 500 && supervisor && isAlive(supervisor); attempt++) await pause(20);
    expect([leader && isAlive(leader), supervisor && isAlive(supervisor)]).toEqual([false, false]);
    expect((await site.status([ref('removed')]))[0]?.unknownBecause).toBe('notFound');
    await waitForRoom();
  });

  it('ends a stopped job, too', async () => {
    await site.submit([shell('stopped', 'sleep 300')]);
    await runs('stopped');
    process.kill(await testSite.leaderPid(ref('stopped')), 'SIGSTOP');
    await site.cancel([ref('stopped')]);
    expect((await endOf('stopped')).state).toBe('cancelled');
  });

  it('keeps a talkative job within its log', async () => {
    await site.close();
    site = await testSite.open(undefined, { logBytes: 10_000 });
    await site.submit([shell('talks', 'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done')]);
    expect((await endOf('talks')).state).toBe('succeeded');
    const { bytes, totalBytes } = await site.logs(ref('talks'), { stream: 'stdout' });
    const text = new TextDecoder().decode(bytes);
    expect(totalBytes).toBeLessThanOrEqual(10_000);
    expect(text.startsWith('line 0\nline 1\n')).toBe(true);
    expect(text.endsWith('line 19999\n')).toBe(true);
    expect(text).toMatch(/\[\.\.\. [0-9]+ bytes left out \.\.\.\]/);
  });

  it('takes no more jobs than it was told, and says that this passes', async () => {
    await site.close();
    site = await testSite.open(undefined, { maxActiveJobs: 3 });
    const specs = Array.from({ length: 4 }, (_, index) =>
      shell(`full-${index}`, 'sleep 0.2', { cpuCores: 2 }),
    );
    const answers = await site.submit(specs);
    const refused = answers.filter((answer) => answer.outcome === 'refused');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.error).toMatchObject({
      code: 'SITE_LIMIT_REACHED',
      retryable: true,
      limit: 'jobs',
      available: 3,
    });
    for (const { key, outcome } of answers) if (outcome !== 'refused') await endOf(key);
    expect((await site.submit(specs)).map(({ outcome }) => outcome).sort()).toEqual([
      'accepted',
      'existing',
      'existing',
      'existing',
    ]);
    for (const { key } of specs) await endOf(key);
  });

  it('goes on with the others when the record of one job is damaged', async () => {
    await site.submit([shell('blocks', 'sleep 300', { cpuCores: 2 }), shell('damaged', 'true')]);
    await runs('blocks');
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    const path = join(folder.jobFolder(folder.idOf(toJobKey('damaged'))), 'job.json');
    const whole = await readFile(path, 'utf8');
    await writeFile(path, '{"half');
    const [status] = await site.status([ref('damaged')]);
    expect([status?.state, status?.unknownBecause]).toEqual(['unknown', 'noAnswer']);
    await expect(site.logs(ref('damaged'), { stream: 'stdout' })).rejects.toMatchObject({
      code: 'SITE_BROKEN',
    });
    expect((await site.status([ref('blocks')]))[0]?.state).toBe('running');
    const next = join(folder.jobFolder(folder.idOf(toJobKey('blocks'))), 'claim.json');
    const claim = await readFile(next, 'utf8');
    await writeFile(next, ''); // that of the job which takes all room
    await site.submit([shell('others', 'true')]);
    expect((await endOf('others')).state).toBe('succeeded');
    await writeFile(next, claim);
    await writeFile(path, whole);
    await site.close();
    site = await testSite.open(undefined, { launchGraceMs: 300 }); // its first supervisor could not read it
    expect((await endOf('damaged')).state).toBe('succeeded');
  });

  it('finishes a collection that was cut short', async () => {
    const outputs = ['one', 'two', 'three'].map((path) => ({ path, required: true }));
    await site.submit([shell('cut', 'for f in one two three; do printf $f > $f; done', { outputs })]);
    await endOf('cut');
    const into = join(testSite.scratch, 'into');
    const plan = { ...(await site.collect(ref('cut'))), location: into };
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    const jobFolder = folder.jobFolder(folder.idOf(toJobKey('cut')));
    await createStateFile(join(jobFolder, 'collected.json'), plan);
    await mkdir(into);
    await rename(join(jobFolder, 'work', 'two'), join(into, 'two'));
    expect(await site.collect(ref('cut'), { into })).toEqual(plan);
    for (const name of ['one', 'two', 'three']) expect(await readFile(join(into, name), 'utf8')).toBe(name);
    await writeFile(join(into, 'two'), 'changed');
    await expect(site.collect(ref('cut'), { into })).rejects.toMatchObject({ code: 'SITE_BROKEN' });
    await expect(site.collect(ref('cut'), { into: '/elsewhere' })).rejects.toMatchObject({
      code: 'SITE_BAD_JOB',
    });
  });

  it('refuses options that cannot be', async () => {
    await expect(openLocalSite({ stateFolder: 'relative' })).rejects.toThrow(/not an absolute path/);
    await expect(openLocalSite({ stateFolder: testSite.stateFolder, cores: 0 })).rejects.toThrow(
      /cores .* is 0, below 1/,
    );
    await expect(
      openLocalSite({ stateFolder: join(testSite.scratch, 'no', 'parent') }),
    ).rejects.toMatchObject({
      code: 'SITE_UNAVAILABLE',
    });
    await expect(
      site.submit([{ ...shell('x', 'true'), key: 'no blanks' as JobRef['key'] }]),
    ).resolves.toMatchObject([{ outcome: 'refused', error: expect.any(SiteError) }]);
  });

  it('costs little while it watches', async () => {
    await site.close();
    site = await testSite.open(undefined, { pollIntervalMs: 250 });
    await site.submit([shell('idle', 'sleep 300')]);
    await runs('idle');
    const pid = await testSite.supervisorPid(ref('idle'));
    await pause(300);
    const before = readProcess(pid)?.cpuS ?? 0;
    await pause(1_500);
    const share = ((readProcess(pid)?.cpuS ?? 0) - before) / 1.5;
    console.log(`a supervisor takes ${(share * 100).toFixed(1)} % of a core`);
    expect(share).toBeLessThan(0.05); // measured 1 %, in steps of 0.7 %
    await site.cancel([ref('idle')]);
    await endOf('idle');
  });
});
