/**
 * What the files of a job say about it, and what must be done when whoever looked after it is gone: end what it left behind, and put down
 * that it was lost. That may be done by several adapters at once; one of them puts down the end.
 */
import { isEnded, type JobEnd, type JobStatus, type SiteClock, type SiteJobId } from '@imsim-od/site';
import { endProcesses, JobProcesses } from '../supervisor/job-processes.mjs';
import { isAlive } from '../supervisor/process-table.mjs';
import type { StateFolder, StoredEnd, StoredJob } from './state-folder.js';

const LOST_PATIENCE_MS = 5_000; // for what will not end at all
const LOST_GRACE_MS = 1_000; // between SIGTERM and SIGKILL for what a lost job left behind

export const NO_END: Omit<JobEnd, 'reason'> = {
  exitCode: null,
  signal: null,
  limitExceeded: null,
  cpuS: null,
  wallS: null,
  maxRssMb: null,
};

export class JobRecords {
  readonly #folder: StateFolder;
  readonly #clock: SiteClock;
  readonly #settling = new Map<SiteJobId, Promise<StoredEnd>>();

  constructor(folder: StateFolder, clock: SiteClock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** The status of a job; undefined where there is none. A job found without anyone looking after it is lost from then on. */
  async status(id: SiteJobId): Promise<JobStatus | undefined> {
    const job = await this.#folder.read(id, 'job.json');
    if (job === undefined) return undefined;
    const ended = await this.settle(job);
    if (ended !== undefined) {
      return toStatus(job, ended.state, ended.startedAtUtcMs, ended);
    }
    const progress = await this.#folder.read(id, 'progress.json');
    if (progress !== undefined) return toStatus(job, 'running', progress.startedAtUtcMs);
    const begun = (await this.#folder.read(id, 'claim.json')) !== undefined || (await this.#hasRoom(id));
    return toStatus(job, begun ? 'queued' : 'waiting', null);
  }

  /** How the job ended, or undefined while it has not. */
  async settle(job: StoredJob): Promise<StoredEnd | undefined> {
    const { id } = job;
    const end = await this.#folder.read(id, 'end.json');
    if (end !== undefined) return end;
    const claim = await this.#folder.read(id, 'claim.json');
    if (claim === undefined) return undefined;
    if (claim.by === 'cancel')
      return this.putDownEnd(id, 'cancelled', 'The job was cancelled before it began.');
    // A claim from another process table is of a host that is gone: one that lives keeps us from opening the folder.
    if (isAlive(claim.process)) return undefined;
    const lateEnd = await this.#folder.read(id, 'end.json'); // put down between our first look and its maker's end
    return lateEnd ?? this.#settleLost(job);
  }

  /** Puts the end down unless there is one; returns the one that is there. */
  async putDownEnd(
    id: SiteJobId,
    state: StoredEnd['state'],
    reason: string,
    end: Partial<JobEnd> = {},
  ): Promise<StoredEnd> {
    const progress = await this.#folder.read(id, 'progress.json');
    const stored: StoredEnd = {
      state,
      startedAtUtcMs: progress?.startedAtUtcMs ?? null,
      endedAtUtcMs: this.#clock.nowUtcMs(),
      end: { ...NO_END, ...end, reason },
    };
    if (await this.#folder.create(id, 'end.json', stored)) return stored;
    return (await this.#folder.read(id, 'end.json')) ?? stored;
  }

  #settleLost(job: StoredJob): Promise<StoredEnd> {
    const settling =
      this.#settling.get(job.id) ?? this.#endLost(job).finally(() => this.#settling.delete(job.id));
    this.#settling.set(job.id, settling);
    return settling;
  }

  async #endLost(job: StoredJob): Promise<StoredEnd> {
    const processes = new JobProcesses(job.mark, undefined);
    const progress = await this.#folder.read(job.id, 'progress.json');
    if (progress?.leader !== undefined && isAlive(progress.leader)) processes.setLeader(progress.leader);
    const left = await endProcesses(processes, LOST_GRACE_MS, LOST_PATIENCE_MS);
    const leftOver = left.length === 0 ? '' : ` ${left.length} of its processes could not be ended.`;
    return this.putDownEnd(
      job.id,
      'lost',
      `What looked after the job vanished: it was killed, or the machine restarted.${leftOver}`,
    );
  }

  async #hasRoom(id: SiteJobId): Promise<boolean> {
    return this.#folder.isActive(id);
  }
}

function toStatus(
  job: StoredJob,
  state: JobStatus['state'],
  startedAtUtcMs: number | null,
  stored?: StoredEnd,
): JobStatus {
  return {
    key: job.spec.key,
    siteJobId: job.id,
    state,
    end: isEnded(state) && stored !== undefined ? stored.end : null,
    unknownBecause: null,
    submittedAtUtcMs: job.submittedAtUtcMs,
    startedAtUtcMs,
    endedAtUtcMs: stored?.endedAtUtcMs ?? null,
  };
}
