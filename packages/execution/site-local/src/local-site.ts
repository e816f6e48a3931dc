/**
 * This machine as a site. Each job is a process with a supervisor of its own, which goes on when the adapter ends; what is known of jobs is in
 * the state folder, where any adapter finds it. See `../supervisor/supervise.mjs` for the life of a job, `dispatcher.ts` for who begins when.
 *
 * Limits are watched, not fenced: memory and CPU time are looked at every `pollIntervalMs`, and a job may pass its memory for that long. A
 * process that clears its environment, leaves its session and outlives its supervisor is not found again.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  checkJobSpec,
  jobSpecSha256,
  NO_CAPABILITIES,
  SiteError,
  type CancelResult,
  type CollectedOutputs,
  type CollectOptions,
  type ForgetResult,
  type JobKey,
  type JobRef,
  type JobSpec,
  type JobStatus,
  type LogRange,
  type LogSlice,
  type SiteAdapter,
  type SiteCapabilities,
  type SiteErrorCode,
  type SiteLimits,
  type SitePing,
  type SubmitResult,
} from '@imsim-od/site';
import { DispatchLock } from './dispatch-lock.js';
import { Dispatcher } from './dispatcher.js';
import { InProcessRuns } from './in-process-runs.js';
import { JobRecords } from './job-record.js';
import { completeOptions, type LocalSiteOptions, type LocalSiteSettings } from './local-site-options.js';
import { readLog } from './log-reading.js';
import { collectOutputs } from './output-collection.js';
import { StateFolder, type StoredJob } from './state-folder.js';
import { checkHost, StateHost } from './state-host.js';

const MAX_BATCH = 10_000;
const AT_ONCE = 16; // jobs of a batch looked at side by side

/**
 * Opens the site, finding the jobs of earlier adapters on the same folder. Throws `SITE_BAD_JOB` on bad options, `SITE_UNAVAILABLE`,
 * `SITE_BROKEN`, and `SITE_IN_USE` where another host works in the folder.
 */
export async function openLocalSite(options: LocalSiteOptions): Promise<SiteAdapter> {
  const settings = completeOptions(options);
  return asSiteTrouble(settings.name, async () => {
    const folder = await StateFolder.open(settings.stateFolder, settings.name);
    const host = await StateHost.take(folder.path, settings.name, settings.hostPatienceMs);
    await folder.removeLeftovers();
    return new LocalSite(settings, folder, host);
  });
}

/** Where a job stands among those that wait. */
type Place = Pick<StoredJob, 'submittedAtUtcMs' | 'order'>;

class LocalSite implements SiteAdapter {
  readonly name: string;
  readonly pollIntervalMs: number;
  readonly capabilities: SiteCapabilities;
  readonly #settings: LocalSiteSettings;
  readonly #folder: StateFolder;
  readonly #host: StateHost;
  readonly #records: JobRecords;
  readonly #inProcess: InProcessRuns | null;
  readonly #dispatcher: Dispatcher;
  #order = 0;
  #closing: Promise<void> | undefined;

  constructor(settings: LocalSiteSettings, folder: StateFolder, host: StateHost) {
    this.name = settings.name;
    this.pollIntervalMs = settings.pollIntervalMs;
    this.capabilities = {
      ...NO_CAPABILITIES,
      payloads: settings.runInProcess !== null,
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
    this.#settings = settings;
    this.#folder = folder;
    this.#host = host;
    this.#records = new JobRecords(folder, settings.clock);
    this.#inProcess =
      settings.runInProcess === null
        ? null
        : new InProcessRuns(folder, this.#records, settings.clock, settings.runInProcess);
    const lock = new DispatchLock(join(folder.path, 'lock'), randomBytes(8).toString('hex'));
    this.#dispatcher = new Dispatcher(folder, this.#records, lock, settings, this.#inProcess);
    this.#dispatcher.start();
  }

  submit(specs: readonly JobSpec[]): Promise<readonly SubmitResult[]> {
    return this.#ask(specs.length, async () => {
      const { waiting, taken } = await this.#dispatcher.count();
      let room = this.#settings.maxActiveJobs - waiting - taken.jobs;
      const submittedAtUtcMs = this.#settings.clock.nowUtcMs();
      const firstOrder = this.#order;
      this.#order += specs.length;
      const takeRoom = (count: number): boolean => {
        if (room < count) return false;
        room -= count;
        return true;
      };
      const results = await inOrder(specs, (spec, index) =>
        this.#submitOne(spec, takeRoom, { submittedAtUtcMs, order: firstOrder + index }),
      );
      await this.#folder.flushJobs();
      this.#dispatcher.wake();
      return results;
    });
  }

  status(refs: readonly JobRef[]): Promise<readonly JobStatus[]> {
    return this.#ask(refs.length, async () => {
      const found = await inOrder(refs, ({ key }) => this.#statusOne(key));
      await this.#folder.check(); // before "not found" is said in earnest
      return found;
    });
  }

  cancel(refs: readonly JobRef[]): Promise<readonly CancelResult[]> {
    return this.#ask(refs.length, async () => {
      const results = await inOrder(refs, ({ key }) => this.#cancelOne(key));
      await this.#folder.check();
      this.#dispatcher.dropWaiting(
        new Set(results.filter(({ neverBegins }) => neverBegins).map(({ key }) => this.#folder.idOf(key))),
      );
      this.#dispatcher.wake();
      return results.map(({ key, outcome }) => ({ key, outcome }));
    });
  }

  logs(ref: JobRef, range: LogRange): Promise<LogSlice> {
    return this.#ask(1, async () => {
      const job = await this.#jobOf(ref);
      return readLog(join(this.#folder.jobFolder(job.id), `${range.stream}.log`), range);
    });
  }

  collect(ref: JobRef, options: CollectOptions = {}): Promise<CollectedOutputs> {
    return this.#ask(1, async () => {
      const job = await this.#jobOf(ref);
      if ((await this.#records.settle(job)) === undefined) {
        throw this.#error(
          'SITE_NOT_ENDED',
          `Job ${ref.key} has not ended: its outputs can be collected afterwards.`,
          ref.key,
        );
      }
      const folder = this.#folder.jobFolder(job.id);
      const workingFolder = job.spec.workingFolder ?? join(folder, 'work');
      return collectOutputs(
        { spec: job.spec, workingFolder, listFile: join(folder, 'collected.json') },
        options.into,
      );
    });
  }

  forget(refs: readonly JobRef[]): Promise<readonly ForgetResult[]> {
    return this.#ask(refs.length, async () => {
      const results = await inOrder(refs, async ({ key }): Promise<ForgetResult> => {
        const id = this.#folder.idOf(key);
        const job = await this.#folder.read(id, 'job.json');
        if (job === undefined) return { key, outcome: 'notFound' };
        if ((await this.#records.settle(job)) === undefined) return { key, outcome: 'notEnded' };
        await this.#folder.removeJob(id);
        return { key, outcome: 'forgotten' };
      });
      await this.#folder.check();
      return results;
    });
  }

  ping(): Promise<SitePing> {
    const askedAtMs = this.#settings.clock.monotonicMs();
    return this.#ask(1, async () => {
      const { waiting, taken } = await this.#dispatcher.count();
      return {
        answeredInMs: this.#settings.clock.monotonicMs() - askedAtMs,
        activeJobs: taken.jobs,
        waitingJobs: waiting,
        freeCores: Math.max(0, this.#settings.cores - taken.cores),
        freeMemoryMb: Math.max(0, this.#settings.memoryMb - taken.memoryMb),
      };
    });
  }

  limits(): Promise<SiteLimits> {
    const { cores, memoryMb, maxActiveJobs } = this.#settings;
    return this.#ask(1, async () => ({
      maxCoresPerJob: cores,
      maxMemoryMbPerJob: memoryMb,
      maxWallS: null,
      maxActiveJobs,
      maxBatch: MAX_BATCH,
      totalCores: cores,
      totalMemoryMb: memoryMb,
    }));
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#dispatcher.close();
      await this.#inProcess?.close(this.#settings.killGraceMs);
      this.#host.close();
    })();
    return this.#closing;
  }

  async #submitOne(spec: JobSpec, takeRoom: (count: number) => boolean, place: Place): Promise<SubmitResult> {
    const { key } = spec;
    try {
      this.#checkSpec(spec);
      const id = this.#folder.idOf(key);
      const specSha256 = jobSpecSha256(spec);
      const before = await this.#folder.read(id, 'job.json');
      if (before === undefined) {
        if (!takeRoom(1)) {
          const { maxActiveJobs } = this.#settings;
          throw new SiteError(
            'SITE_LIMIT_REACHED',
            `Site ${this.name} has ${maxActiveJobs} jobs and takes no more until some end (job ${key}).`,
            {
              site: this.name,
              key,
              limit: 'jobs',
              available: maxActiveJobs,
            },
          );
        }
        if (await this.#folder.addJob(this.#toStored(spec, specSha256, place))) {
          return { key, outcome: 'accepted', siteJobId: id };
        }
        takeRoom(-1); // someone else was first
      }
      const there = before ?? (await this.#folder.read(id, 'job.json'));
      if (there?.specSha256 !== specSha256) {
        throw this.#error(
          'SITE_KEY_CONFLICT',
          `The key ${key} belongs to a job with another specification; choose another key.`,
          key,
        );
      }
      return { key, outcome: 'existing', siteJobId: id };
    } catch (error) {
      if (error instanceof SiteError && error.code !== 'SITE_UNAVAILABLE')
        return { key, outcome: 'refused', error };
      throw error;
    }
  }

  #checkSpec(spec: JobSpec): void {
    checkJobSpec(spec);
    const { cores, memoryMb, runInProcess } = this.#settings;
    const oversize = (limit: 'cores' | 'memory', asked: number, available: number, unit: string): SiteError =>
      new SiteError(
        'SITE_OVERSIZE',
        `Job ${spec.key} asks for ${asked} ${unit}; site ${this.name} has ${available} in all.`,
        {
          site: this.name,
          key: spec.key,
          limit,
          asked,
          available,
        },
      );
    if (spec.cpuCores > cores) throw oversize('cores', spec.cpuCores, cores, 'cores');
    if (spec.memoryMb > memoryMb) throw oversize('memory', spec.memoryMb, memoryMb, 'MiB of memory');
    if (spec.work.kind === 'payload' && runInProcess === null) {
      throw this.#error(
        'SITE_UNSUPPORTED',
        `Site ${this.name} takes commands alone; job ${spec.key} is a payload.`,
        spec.key,
      );
    }
    const foreign = spec.inputs.find(
      ({ source }) => !source.startsWith('/') && !source.startsWith('file:///'),
    );
    if (foreign !== undefined) {
      throw this.#error(
        'SITE_UNSUPPORTED',
        `Site ${this.name} brings inputs from absolute paths and file:/// URLs alone; ${foreign.path} of job ${spec.key} comes from ${foreign.source}.`,
        spec.key,
      );
    }
  }

  #toStored(spec: JobSpec, specSha256: string, place: Place): StoredJob {
    const id = this.#folder.idOf(spec.key);
    const { pollIntervalMs, killGraceMs, logBytes } = this.#settings;
    return {
      id,
      mark: this.#folder.markOf(id),
      spec,
      specSha256,
      ...place,
      settings: { pollMs: pollIntervalMs, graceMs: killGraceMs, logBytes },
    };
  }

  async #statusOne(key: JobKey): Promise<JobStatus> {
    try {
      return (await this.#records.status(this.#folder.idOf(key))) ?? toUnknown(key, 'notFound');
    } catch (error) {
      if (error instanceof SiteError && error.code === 'SITE_BROKEN') return toUnknown(key, 'noAnswer');
      throw error;
    }
  }

  /** A job not begun is claimed for cancelling, so that it never begins; one that was claimed before is told. */
  async #cancelOne(key: JobKey): Promise<CancelResult & { readonly neverBegins: boolean }> {
    const id = this.#folder.idOf(key);
    const job = await this.#folder.read(id, 'job.json');
    if (job === undefined) return { key, outcome: 'notFound', neverBegins: false };
    if ((await this.#records.settle(job)) !== undefined) return { key, outcome: 'ended', neverBegins: false };
    await this.#folder.create(id, 'cancel.json', { atUtcMs: this.#settings.clock.nowUtcMs() });
    const neverBegins = await this.#folder.create(id, 'claim.json', { by: 'cancel' });
    if (neverBegins) await this.#records.settle(job);
    return { key, outcome: 'requested', neverBegins };
  }

  async #jobOf({ key }: JobRef): Promise<StoredJob> {
    const job = await this.#folder.read(this.#folder.idOf(key), 'job.json');
    if (job !== undefined) return job;
    await this.#folder.check();
    throw this.#error(
      'SITE_JOB_NOT_FOUND',
      `Site ${this.name} has no job ${key}: it was never submitted, or forgotten.`,
      key,
    );
  }

  #ask<Answer>(count: number, question: () => Promise<Answer>): Promise<Answer> {
    return asSiteTrouble(this.name, async () => {
      if (this.#closing !== undefined)
        throw new SiteError('SITE_CLOSED', `Site ${this.name} was closed.`, { site: this.name });
      if (count > MAX_BATCH) {
        throw new SiteError(
          'SITE_BAD_JOB',
          `A batch of ${count} jobs is above the ${MAX_BATCH} that site ${this.name} takes in one call.`,
          {
            site: this.name,
          },
        );
      }
      await this.#folder.check();
      await checkHost(this.#folder.path, this.name);
      return question();
    });
  }

  #error(code: SiteErrorCode, message: string, key: JobKey): SiteError {
    return new SiteError(code, message, { site: this.name, key });
  }
}

function toUnknown(key: JobKey, unknownBecause: JobStatus['unknownBecause']): JobStatus {
  return {
    key,
    siteJobId: null,
    state: 'unknown',
    end: null,
    unknownBecause,
    submittedAtUtcMs: null,
    startedAtUtcMs: null,
    endedAtUtcMs: null,
  };
}

/** Errors of the operating system become trouble of the site: its folder is away, full, or not ours. */
async function asSiteTrouble<Answer>(site: string, question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof SiteError || !(error instanceof Error && 'syscall' in error)) throw error;
    throw new SiteError(
      'SITE_UNAVAILABLE',
      `Site ${site} cannot read or write its files: ${error.message}.`,
      { site, cause: error },
    );
  }
}

/** Does the work for each, some at once; answers in the order of the items. */
async function inOrder<Item, Answer>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) answers[index] = await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return answers;
}
