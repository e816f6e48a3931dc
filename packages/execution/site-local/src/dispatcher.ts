/**
 * Gives jobs room, in the order in which they came: a job begins when its cores and its memory are free, and none overtakes another, so a
 * large job waits no longer than for those before it. Room is given under the lock of the state folder and taken back when the end of the
 * job is on record.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SiteError, type SiteJobId } from '@imsim-od/site';
import { currentBootId } from '../supervisor/process-table.mjs';
import { replaceStateFile } from '../supervisor/state-file.mjs';
import type { DispatchLock } from './dispatch-lock.js';
import type { InProcessRuns } from './in-process-runs.js';
import type { JobRecords } from './job-record.js';
import type { LocalSiteSettings } from './local-site-options.js';
import type { StateFolder, StoredJob, StoredLaunch } from './state-folder.js';
import { checkHost } from './state-host.js';

/** Room that is taken. */
export interface Occupancy {
  readonly jobs: number;
  readonly cores: number;
  readonly memoryMb: number;
}

export class Dispatcher {
  readonly #folder: StateFolder;
  readonly #records: JobRecords;
  readonly #lock: DispatchLock;
  readonly #settings: LocalSiteSettings;
  readonly #inProcess: InProcessRuns | null;
  /** Not known to have ended. */
  readonly #jobs = new Map<SiteJobId, StoredJob>();
  /** Known to have ended, or cancelled before the beginning; ids alone. */
  #ended = new Set<SiteJobId>();
  #waiting: StoredJob[] = [];
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #again = false;
  #learning: Promise<void> = Promise.resolve();
  #trouble: unknown;
  #closed = false;

  constructor(
    folder: StateFolder,
    records: JobRecords,
    lock: DispatchLock,
    settings: LocalSiteSettings,
    inProcess: InProcessRuns | null,
  ) {
    this.#folder = folder;
    this.#records = records;
    this.#lock = lock;
    this.#settings = settings;
    this.#inProcess = inProcess;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), this.#settings.pollIntervalMs);
    this.#timer.unref();
    this.wake();
  }

  /** Looks at once. Trouble is kept for `count` to throw, unless it is the folder's; the next look tries again. */
  wake(): void {
    if (this.#closed) return;
    if (this.#round !== undefined) {
      this.#again = true;
      return;
    }
    this.#round = this.#look()
      .then(() => {
        this.#trouble = undefined;
      })
      .catch((error: unknown) => {
        this.#trouble = error;
      })
      .finally(() => {
        this.#round = undefined;
        if (this.#again) {
          this.#again = false;
          this.wake();
        }
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#round;
  }

  /** What is waiting and what takes room, as of now. */
  async count(): Promise<{ readonly waiting: number; readonly taken: Occupancy }> {
    await this.#learnJobs();
    if (this.#trouble !== undefined && !isTroubleOfFolder(this.#trouble)) throw this.#trouble;
    return { waiting: this.#waiting.length, taken: await this.#occupancy() };
  }

  /** The job will never begin. */
  dropWaiting(ids: ReadonlySet<SiteJobId>): void {
    this.#waiting = this.#waiting.filter(({ id }) => !ids.has(id));
    for (const id of ids) if (this.#jobs.delete(id)) this.#ended.add(id);
  }

  async #look(): Promise<void> {
    await checkHost(this.#folder.path, this.#settings.name);
    await this.#learnJobs();
    await this.#inProcess?.noticeCancels();
    let taken = await this.#occupancy();
    if (!this.#fitsNext(taken)) return;
    await this.#lock.tryHold(async () => {
      taken = await this.#occupancy();
      for (let next = this.#waiting[0]; next !== undefined && !this.#closed; next = this.#waiting[0]) {
        if (!this.#fits(next, taken)) return;
        const isFree = !(await this.#isSpokenFor(next));
        if (isFree) await this.#giveRoom(next);
        if (isFree) taken = add(taken, next);
        this.#waiting = this.#waiting.filter((job) => job !== next);
      }
    });
  }

  /** Reads the jobs that came since the last look, whoever submitted them; forgets those that are gone. One reading at a time. */
  #learnJobs(): Promise<void> {
    const reading = this.#learning.then(() => this.#readNewJobs());
    this.#learning = reading.catch(() => undefined);
    return reading;
  }

  async #readNewJobs(): Promise<void> {
    const present = new Set(await this.#folder.listJobs());
    for (const id of this.#jobs.keys()) if (!present.has(id)) this.#jobs.delete(id);
    this.#ended = new Set([...this.#ended].filter((id) => present.has(id)));
    let came = false;
    for (const id of present) {
      if (this.#jobs.has(id) || this.#ended.has(id)) continue;
      const job = await this.#readUnended(id);
      if (job === undefined) {
        this.#ended.add(id);
        continue;
      }
      this.#jobs.set(id, job);
      if (!(await this.#folder.isActive(id))) {
        this.#waiting.push(job);
        came = true;
      }
    }
    this.#waiting = this.#waiting.filter(({ id }) => this.#jobs.has(id));
    if (came)
      this.#waiting.sort(
        (a, b) => a.submittedAtUtcMs - b.submittedAtUtcMs || a.order - b.order || (a.id < b.id ? -1 : 1),
      );
  }

  /** The job, or undefined where it has ended, or is damaged and will never begin. */
  async #readUnended(id: SiteJobId): Promise<StoredJob | undefined> {
    try {
      const ended = (await this.#folder.read(id, 'end.json')) !== undefined;
      return ended ? undefined : await this.#folder.read(id, 'job.json');
    } catch (error) {
      if (error instanceof SiteError && error.code === 'SITE_BROKEN') return undefined;
      throw error;
    }
  }

  /** A job with a damaged record counts as ended: what it does cannot be known, and others must not wait for it for ever. */
  async #hasEnded(job: StoredJob): Promise<boolean> {
    try {
      return (await this.#records.settle(job)) !== undefined;
    } catch (error) {
      if (error instanceof SiteError && error.code === 'SITE_BROKEN') return true;
      throw error;
    }
  }

  /** Room taken by jobs that have not ended; takes back the room of those that have, and starts supervisors anew that never claimed. */
  async #occupancy(): Promise<Occupancy> {
    let taken: Occupancy = { jobs: 0, cores: 0, memoryMb: 0 };
    for (const id of await this.#folder.listActive()) {
      const job = this.#jobs.get(id) ?? (await this.#readUnended(id));
      if (job === undefined || (await this.#hasEnded(job))) {
        if (this.#settings.discardsFailedWork) await this.#discardFailedWork(id);
        await rm(this.#folder.activeFile(id), { force: true });
        this.#jobs.delete(id);
        this.#ended.add(id);
        continue;
      }
      taken = add(taken, job);
      const launch = await this.#folder.readLaunch(id);
      if (launch === undefined || !this.#isOverdue(launch)) continue;
      if ((await this.#folder.read(id, 'claim.json')) === undefined) await this.#giveRoom(job);
    }
    return taken;
  }

  /** Before the job's room is taken back, so that a crash in between does it again. */
  async #discardFailedWork(id: SiteJobId): Promise<void> {
    const end = await this.#folder.read(id, 'end.json').catch((error: unknown) => {
      if (error instanceof SiteError && error.code === 'SITE_BROKEN') return undefined;
      throw error;
    });
    if (end === undefined || end.state === 'succeeded') return;
    await rm(join(this.#folder.jobFolder(id), 'work'), { recursive: true, force: true });
  }

  #fitsNext(taken: Occupancy): boolean {
    const next = this.#waiting[0];
    return next !== undefined && this.#fits(next, taken);
  }

  #fits({ spec }: StoredJob, taken: Occupancy): boolean {
    const { cores, memoryMb } = this.#settings;
    return taken.cores + spec.cpuCores <= cores && taken.memoryMb + spec.memoryMb <= memoryMb;
  }

  /** Given room by another adapter, cancelled while it waited, or not for this adapter. */
  async #isSpokenFor(job: StoredJob): Promise<boolean> {
    const { id, spec } = job;
    if (spec.work.kind === 'payload' && this.#inProcess === null) return true;
    if (await this.#folder.isActive(id)) return true;
    if (await this.#hasEnded(job)) {
      this.#jobs.delete(id);
      this.#ended.add(id);
      return true;
    }
    return (await this.#folder.read(id, 'claim.json')) !== undefined;
  }

  #isOverdue({ bootId, launchedAtMonotonicMs }: StoredLaunch): boolean {
    const now = this.#settings.clock.monotonicMs();
    return bootId !== currentBootId || now - launchedAtMonotonicMs > this.#settings.launchGraceMs;
  }

  async #giveRoom(job: StoredJob): Promise<void> {
    const launch: StoredLaunch = {
      bootId: currentBootId,
      launchedAtMonotonicMs: this.#settings.clock.monotonicMs(),
    };
    await replaceStateFile(this.#folder.activeFile(job.id), launch);
    if (job.spec.work.kind === 'payload') await this.#inProcess?.begin(job, () => this.wake());
    else this.#startSupervisor(job.id);
  }

  #startSupervisor(id: SiteJobId): void {
    const folder = this.#folder.jobFolder(id);
    const messages = openSync(join(folder, 'supervisor.log'), 'a', 0o600);
    const supervisor = spawn(
      this.#settings.nodePath,
      ['--max-old-space-size=64', '--max-semi-space-size=1', this.#settings.supervisorPath, folder],
      { cwd: '/', detached: true, stdio: ['ignore', 'ignore', messages], env: { NODE_NO_WARNINGS: '1' } },
    );
    closeSync(messages);
    supervisor.once('exit', () => this.wake());
    supervisor.once('error', () => this.wake()); // not started: overdue after a while, and started anew
    supervisor.unref();
  }
}

/** The caller meets it by itself, if it lasts. */
function isTroubleOfFolder(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function add(taken: Occupancy, { spec }: StoredJob): Occupancy {
  return {
    jobs: taken.jobs + 1,
    cores: taken.cores + spec.cpuCores,
    memoryMb: taken.memoryMb + spec.memoryMb,
  };
}
