/** Parts of which the cases of the contract are made. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { toJobKey, type JobKey, type JobRef } from '../job-identity.js';
import type { JobSpec } from '../job-spec.js';
import { isEnded, type JobState, type JobStatus } from '../job-state.js';
import type { SiteAdapter } from '../site-adapter.js';
import type { SiteCapabilities } from '../site-capabilities.js';
import { SiteError, type SiteErrorCode } from '../site-error.js';
import type { TestSite } from './test-site.js';

/** One fact that holds for a site: rejects with an assertion where it does not. */
export interface ContractCase {
  readonly name: string;
  readonly timeoutMs: number;
  readonly run: () => Promise<void>;
}

export interface ContractStep {
  readonly name: string;
  /** Capabilities without which the case says nothing. */
  readonly needs?: readonly (keyof SiteCapabilities)[];
  readonly run: (site: SiteAdapter, testSite: TestSite) => Promise<void>;
}

const PATIENCE_MS = 30_000;

/** A job that runs the script in `/bin/sh`, small in every respect that is not given. */
export function shellJob(key: string, script: string, changes: Partial<JobSpec> = {}): JobSpec {
  return {
    key: toJobKey(key),
    work: { kind: 'command', argv: ['/bin/sh', '-c', script] },
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    workingFolder: null,
    inputs: [],
    cpuCores: 1,
    memoryMb: 100,
    wallS: null,
    cpuS: null,
    niceness: 0,
    outputs: [],
    ...changes,
  };
}

/** Submits and expects every job to be accepted. */
export async function submitAll(site: SiteAdapter, ...specs: readonly JobSpec[]): Promise<JobRef[]> {
  const results = await site.submit(specs);
  return results.map((result) => {
    assert.equal(result.outcome, 'accepted', result.outcome === 'refused' ? result.error.message : undefined);
    return { key: result.key };
  });
}

export async function submitOne(site: SiteAdapter, spec: JobSpec): Promise<JobRef> {
  const [ref] = await submitAll(site, spec);
  assert.ok(ref);
  return ref;
}

export async function statusOf(site: SiteAdapter, ref: JobRef): Promise<JobStatus> {
  const [status] = await site.status([ref]);
  assert.ok(status);
  assert.equal(status.key, ref.key);
  return status;
}

/** Asks until the condition holds. */
export async function waitUntil(
  what: string,
  holds: () => Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const begunMs = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - begunMs < patienceMs, `waited ${patienceMs / 1000} s until ${what}`);
    await pause(40);
  }
}

/** Asks until the job is in the state; fails at once where it ended in another. */
export async function waitForState(site: SiteAdapter, ref: JobRef, state: JobState): Promise<JobStatus> {
  let status = await statusOf(site, ref);
  await waitUntil(`${ref.key} is ${state}`, async () => {
    status = await statusOf(site, ref);
    if (status.state === state) return true;
    assert.ok(!isEnded(status.state), `${ref.key} is ${status.state}, not ${state}: ${status.end?.reason}`);
    return false;
  });
  return status;
}

export async function waitForEnd(site: SiteAdapter, ref: JobRef): Promise<JobStatus> {
  let status = await statusOf(site, ref);
  await waitUntil(`${ref.key} ends`, async () => {
    status = await statusOf(site, ref);
    return isEnded(status.state);
  });
  assert.ok(status.end, 'an ended job has an end');
  return status;
}

/** Lines of a file that jobs append to; none where it is not there. */
export async function readLines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}

export async function readWholeLog(
  site: SiteAdapter,
  ref: JobRef,
  stream: 'stdout' | 'stderr',
): Promise<string> {
  return new TextDecoder().decode((await site.logs(ref, { stream })).bytes);
}

export async function expectSiteError(
  code: SiteErrorCode,
  question: () => Promise<unknown>,
): Promise<SiteError> {
  try {
    await question();
  } catch (error) {
    assert.ok(error instanceof SiteError, `expected ${code}, got ${String(error)}`);
    assert.equal(error.code, code, error.message);
    return error;
  }
  assert.fail(`expected ${code}, got an answer`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether any process has this pid and is no zombie, by asking the system the suite runs on. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Waits until all of these processes, written one number a line, are gone. */
export async function waitUntilGone(pids: readonly string[]): Promise<void> {
  await waitUntil(`processes ${pids.join(', ')} are gone`, async () => {
    const running = await Promise.all(pids.map((pid) => isRunning(Number(pid))));
    return !running.includes(true);
  });
}

export function keyOf(text: string): JobKey {
  return toJobKey(text);
}
