import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isEnded,
  toJobKey,
  type JobSpec,
  type JobStatus,
  type JsonValue,
  type SiteAdapter,
} from '@imsim-od/site';
import { InProcessLimitError, InProcessLostError, type InProcessContext } from './local-site-options.js';
import { StateFolder } from './state-folder.js';
import { makeLocalTestSite, type LocalTestSite } from './testing/local-test-site.js';

let testSite: LocalTestSite;
let site: SiteAdapter;
let running = 0;
let most = 0;

/** What the payload says it should do. */
async function carryOut(
  payload: JsonValue,
  { workingFolder, signal, log, memoryMb, cpuS }: InProcessContext,
): Promise<void> {
  running += 1;
  most = Math.max(most, running);
  try {
    log(`carrying out ${JSON.stringify(payload)}\n`);
    if (payload === 'fail') throw new RangeError('the moon is too bright');
    if (payload === 'eat') throw new InProcessLimitError('memory', `it used more than ${memoryMb} MiB`);
    if (payload === 'burn') throw new InProcessLimitError('cpu', `it used more than ${cpuS} CPU-s`);
    if (payload === 'vanish') throw new InProcessLostError('its worker was killed');
    if (payload === 'write and fail') {
      await writeFile(join(workingFolder, 'half.fits'), 'pixels');
      throw new Error('the disk is full');
    }
    if (payload === 'write') await writeFile(join(workingFolder, 'image.fits'), 'pixels');
    if (payload === 'short') await new Promise((resolve) => setTimeout(resolve, 100));
    if (payload === 'long')
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    if (payload === 'stubborn') await new Promise((resolve) => setTimeout(resolve, 1_500));
  } finally {
    running -= 1;
  }
}

const spec = (key: string, payload: JsonValue, changes: Partial<JobSpec> = {}): JobSpec => ({
  key: toJobKey(key),
  work: { kind: 'payload', payload },
  environment: {},
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

const waitFor = async (
  adapter: SiteAdapter,
  key: string,
  holds: (status: JobStatus) => boolean,
): Promise<JobStatus> => {
  for (let attempt = 0; attempt < 400; attempt++) {
    const [status] = await adapter.status([{ key: toJobKey(key) }]);
    if (status !== undefined && holds(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${key} did not come so far`);
};
const endOf = (key: string): Promise<JobStatus> => waitFor(site, key, ({ state }) => isEnded(state));

beforeEach(async () => {
  running = 0;
  most = 0;
  testSite = await makeLocalTestSite({ runInProcess: carryOut });
  site = await testSite.open();
});
afterEach(async () => {
  await site.close();
  await testSite.dispose();
});

describe('a payload in the process of the adapter', () => {
  it('is carried out in its folder, with a log, and its outputs are collected', async () => {
    expect(site.capabilities.payloads).toBe(true);
    await site.submit([spec('writes', 'write', { outputs: [{ path: 'image.fits', required: true }] })]);
    const { state, end } = await endOf('writes');
    expect([state, end?.exitCode]).toEqual(['succeeded', 0]);
    const { files, missing } = await site.collect({ key: toJobKey('writes') });
    expect([files[0]?.path, files[0]?.bytes, missing]).toEqual(['image.fits', 6, []]);
    const { bytes } = await site.logs({ key: toJobKey('writes') }, { stream: 'stdout' });
    expect(new TextDecoder().decode(bytes)).toBe('carrying out "write"\n');
  });

  it('fails with the message of the error', async () => {
    await site.submit([spec('fails', 'fail')]);
    const { state, end } = await endOf('fails');
    expect([state, end?.exitCode]).toEqual(['failed', 1]);
    expect(end?.reason).toContain('the moon is too bright');
  });

  it('that passes its memory or CPU time, or whose worker vanished, ends as such', async () => {
    await site.submit([spec('eats', 'eat'), spec('burns', 'burn', { cpuS: 7 }), spec('vanishes', 'vanish')]);
    const burnt = await waitFor(site, 'burns', ({ state }) => isEnded(state));
    expect(burnt).toMatchObject({ state: 'failed', end: { limitExceeded: 'cpu' } });
    expect(burnt.end?.reason).toContain('more than 7 CPU-s');
    const eaten = await waitFor(site, 'eats', ({ state }) => isEnded(state));
    expect(eaten).toMatchObject({ state: 'failed', end: { limitExceeded: 'memory' } });
    expect(eaten.end?.reason).toContain('more than 100 MiB');
    const vanished = await waitFor(site, 'vanishes', ({ state }) => isEnded(state));
    expect(vanished).toMatchObject({ state: 'lost', end: { reason: 'its worker was killed' } });
  });

  it('that fails leaves no files where they are not wanted, and its record and log stay', async () => {
    await site.close();
    site = await testSite.open(undefined, { discardsFailedWork: true });
    await site.submit([spec('halves', 'write and fail'), spec('writes', 'write')]);
    await endOf('halves');
    await endOf('writes');
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    const isActive = async () => (await folder.listActive()).length > 0;
    for (let tries = 0; (await isActive()) && tries < 200; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(existsSync(join(folder.jobFolder(folder.idOf(toJobKey('halves'))), 'work'))).toBe(false);
    expect((await endOf('halves')).end?.reason).toContain('the disk is full');
    const { bytes } = await site.logs({ key: toJobKey('halves') }, { stream: 'stdout' });
    expect(new TextDecoder().decode(bytes)).toContain('carrying out');
    expect((await site.collect({ key: toJobKey('writes') })).files).toHaveLength(1);
  });

  it('takes its cores as any job does', async () => {
    await site.submit(Array.from({ length: 7 }, (_, index) => spec(`short-${index}`, 'short')));
    for (let index = 0; index < 7; index++) await endOf(`short-${index}`);
    expect(most).toBe(testSite.cores);
  });

  it('is aborted when cancelled, and above its wall time', async () => {
    await site.submit([spec('cancelled', 'long'), spec('too-long', 'long', { wallS: 0.3 })]);
    await waitFor(site, 'cancelled', ({ state }) => state === 'running');
    await site.cancel([{ key: toJobKey('cancelled') }]);
    expect((await endOf('cancelled')).state).toBe('cancelled');
    const { state, end } = await endOf('too-long');
    expect([state, end?.limitExceeded]).toEqual(['failed', 'wall']);
    expect(end?.wallS).toBeGreaterThanOrEqual(0.29); // timers of Node may come a millisecond early
  });

  it('is lost when the adapter closes, also where it does not stop', async () => {
    await site.submit([spec('stops', 'long'), spec('does-not', 'stubborn')]);
    await waitFor(site, 'stops', ({ state }) => state === 'running');
    await waitFor(site, 'does-not', ({ state }) => state === 'running');
    await site.close();
    site = await testSite.open();
    expect((await endOf('stops')).state).toBe('lost');
    expect((await endOf('does-not')).state).toBe('lost');
  });

  it('is lost when the process that carried it out is no more', async () => {
    await site.close();
    const other = await testSite.open(undefined, { launchGraceMs: 60_000 });
    await other.submit([spec('blocks', 'long', { cpuCores: testSite.cores }), spec('orphan', 'long')]);
    await waitFor(other, 'blocks', ({ state }) => state === 'running');
    const folder = await StateFolder.open(testSite.stateFolder, 'test');
    const dead = { pid: process.pid, startId: 'an earlier process' };
    await folder.create(folder.idOf(toJobKey('orphan')), 'claim.json', { by: 'inProcess', process: dead });
    expect((await waitFor(other, 'orphan', ({ state }) => isEnded(state))).state).toBe('lost');
    await other.close();
    site = await testSite.open();
  });

  it('is refused where nobody carries payloads out', async () => {
    await site.close();
    site = await testSite.open(undefined, { runInProcess: undefined });
    const [answer] = await site.submit([spec('nobody', 'short')]);
    expect(answer?.outcome === 'refused' && answer.error.code).toBe('SITE_UNSUPPORTED');
  });
});
