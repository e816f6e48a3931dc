/** A local site for one test, with hands to break it; disposing of it proves that it left no process. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  NO_CAPABILITIES,
  toJobKey,
  type JobRef,
  type SiteAdapter,
  type SiteCapabilities,
  type SiteClock,
} from '@imsim-od/site';
import type { TestSite } from '@imsim-od/site/contract';
import { isAlive, listPids, readProcess } from '../../supervisor/process-table.mjs';
import type { LocalSiteOptions } from '../local-site-options.js';
import { openLocalSite } from '../local-site.js';
import { StateFolder } from '../state-folder.js';

export interface LocalTestSite extends TestSite {
  readonly stateFolder: string;
  open(clock?: SiteClock, more?: Partial<LocalSiteOptions>): Promise<SiteAdapter>;
  /** The supervisor of a job, once it has claimed it. */
  supervisorPid(ref: JobRef): Promise<number>;
  leaderPid(ref: JobRef): Promise<number>;
}

/** What a local site without a function for payloads can do. */
export const localCapabilities: SiteCapabilities = {
  ...NO_CAPABILITIES,
  submitIsAtomic: true,
  jobsOutliveAdapter: true,
  cancelsRunning: true,
  enforcesMemory: true,
  enforcesWall: true,
  enforcesCpu: true,
  measuresCpu: true,
  measuresMemory: true,
  nices: true,
  liveLogs: true,
  stagesInputs: true,
  listsAllFiles: true,
};

const CORES = 2;
const MEMORY_MB = 1000;

export async function makeLocalTestSite(options: Partial<LocalSiteOptions> = {}): Promise<LocalTestSite> {
  const root = await mkdtemp(join(tmpdir(), 'imsim-od-site-local-'));
  const stateFolder = join(root, 'state');
  const scratch = join(root, 'scratch');
  await mkdir(scratch);

  const open = (clock?: SiteClock, more: Partial<LocalSiteOptions> = {}): Promise<SiteAdapter> =>
    openLocalSite({
      stateFolder,
      cores: CORES,
      memoryMb: MEMORY_MB,
      pollIntervalMs: 50,
      killGraceMs: 400,
      ...(clock === undefined ? {} : { clock }),
      ...options,
      ...more,
    });

  const readJobFile = async (ref: JobRef, name: 'claim.json' | 'progress.json'): Promise<number> => {
    const folder = await StateFolder.open(stateFolder, 'test');
    for (let attempt = 0; attempt < 200; attempt++) {
      const id = folder.idOf(ref.key);
      const claim = name === 'claim.json' ? await folder.read(id, name) : undefined;
      if (claim !== undefined && claim.by !== 'cancel') return claim.process.pid;
      const progress = name === 'progress.json' ? await folder.read(id, name) : undefined;
      if (progress?.leader !== undefined) return progress.leader.pid;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${name} of ${ref.key} did not come`);
  };

  return {
    scratch,
    stateFolder,
    cores: CORES,
    memoryMb: MEMORY_MB,
    open,
    supervisorPid: (ref) => readJobFile(ref, 'claim.json'),
    leaderPid: (ref) => readJobFile(ref, 'progress.json'),
    killWorker: async (ref) => {
      const pid = await readJobFile(ref, 'claim.json');
      const { startId = '' } = readProcess(pid) ?? {};
      process.kill(pid, 'SIGKILL');
      while (isAlive({ pid, startId })) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    killJob: async (ref) => {
      process.kill(await readJobFile(ref, 'progress.json'), 'SIGKILL');
    },
    setAway: (away) =>
      away ? rename(stateFolder, `${stateFolder}.away`) : rename(`${stateFolder}.away`, stateFolder),
    dispose: async () => {
      try {
        await endAllJobs(stateFolder, open);
        await assertNothingLeft(stateFolder);
      } finally {
        await rm(root, { recursive: true, force: true });
      }
    },
  };
}

async function endAllJobs(stateFolder: string, open: () => Promise<SiteAdapter>): Promise<void> {
  const names = await readdir(join(stateFolder, 'jobs'));
  if (names.length === 0) return;
  const refs = await Promise.all(
    names.map(async (name) => {
      const stored: unknown = JSON.parse(await readFile(join(stateFolder, 'jobs', name, 'job.json'), 'utf8'));
      return { key: toJobKey(/"key":"([^"]+)"/.exec(JSON.stringify(stored))?.[1] ?? '') };
    }),
  );
  const site = await open();
  try {
    await site.cancel(refs);
    for (let attempt = 0; attempt < 400; attempt++) {
      const forgotten = await site.forget(refs);
      if (forgotten.every(({ outcome }) => outcome !== 'notEnded')) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    assert.fail('jobs did not end when cancelled');
  } finally {
    await site.close();
  }
}

/** No process carries a mark of the site, and no supervisor of it lives; nor is there a zombie child of ours. */
async function assertNothingLeft(stateFolder: string): Promise<void> {
  const { token } = await StateFolder.open(stateFolder, 'test');
  let left: string[] = [];
  for (let attempt = 0; attempt < 100; attempt++) {
    left = (await Promise.all(listPids().map((pid) => describe(pid, token, stateFolder)))).flat();
    if (left.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`left behind: ${left.join('; ')}`);
}

async function describe(pid: number, token: string, stateFolder: string): Promise<string[]> {
  if (pid === process.pid) return [];
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '');
  const [environment, commandLine] = [await read('environ'), await read('cmdline')];
  const isOfSite = environment.includes(`IMSIM_OD_SITE_JOB=${token}-`) || commandLine.includes(stateFolder);
  const entry = readProcess(pid);
  const isZombieOfOurs = entry?.state === 'Z' && entry.ppid === process.pid;
  return isOfSite || isZombieOfOurs ? [`${pid} ${entry?.state} ${commandLine.replaceAll('\0', ' ')}`] : [];
}
