/**
 * Payloads on their way through the app's function. They are on record as any other job, claimed in the name of this process: when it dies,
 * the next adapter finds them lost. Wall time and cancelling reach them as an abort; memory and CPU time of theirs are not told apart from
 * the app's own, and not measured.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteClock, SiteJobId } from '@imsim-od/site';
import { stageInput } from '../supervisor/input-staging.mjs';
import { JobLog } from '../supervisor/job-log.mjs';
import { identify } from '../supervisor/process-table.mjs';
import type { JobRecords } from './job-record.js';
import { InProcessLimitError, InProcessLostError, type RunInProcess } from './local-site-options.js';
import type { StateFolder, StoredEnd, StoredJob } from './state-folder.js';

interface Run {
  readonly job: StoredJob;
  readonly abort: AbortController;
  stop:
    (Pick<StoredEnd, 'state'> & { readonly reason: string; readonly limitExceeded: 'wall' | null }) | null;
  settled: Promise<void>;
}

export class InProcessRuns {
  readonly #folder: StateFolder;
  readonly #records: JobRecords;
  readonly #clock: SiteClock;
  readonly #run: RunInProcess;
  readonly #runs = new Map<SiteJobId, Run>();

  constructor(folder: StateFolder, records: JobRecords, clock: SiteClock, run: RunInProcess) {
    this.#folder = folder;
    this.#records = records;
    this.#clock = clock;
    this.#run = run;
  }

  /** Claims the job and begins it; `onEnd` is called when its end is on record. Does nothing where someone else claimed it. */
  async begin(job: StoredJob, onEnd: () => void): Promise<void> {
    const self = identify(process.pid);
    if (self === undefined) return;
    if (!(await this.#folder.create(job.id, 'claim.json', { by: 'inProcess', process: self }))) return;
    const run: Run = { job, abort: new AbortController(), stop: null, settled: Promise.resolve() };
    this.#runs.set(job.id, run);
    run.settled = this.#carryOut(run).finally(() => {
      this.#runs.delete(job.id);
      onEnd();
    });
  }

  /** Hands on wishes to cancel. */
  async noticeCancels(): Promise<void> {
    for (const run of this.#runs.values()) {
      if (run.stop === null && (await this.#folder.read(run.job.id, 'cancel.json')) !== undefined) {
        stop(run, 'cancelled', null, 'The job was cancelled.');
      }
    }
  }

  /** Aborts them all and waits for them, at most `patienceMs`; those that go on regardless are on record as lost. */
  async close(patienceMs: number): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const run of runs) stop(run, 'lost', null, 'The site was closed while the job ran in its process.');
    if (runs.length === 0) return;
    const patience = new Promise<void>((resolve) => setTimeout(resolve, patienceMs));
    await Promise.race([Promise.all(runs.map(({ settled }) => settled)), patience]);
    for (const { job } of this.#runs.values()) {
      await this.#records.putDownEnd(
        job.id,
        'lost',
        'The site was closed, and the job in its process did not stop.',
      );
    }
  }

  async #carryOut(run: Run): Promise<void> {
    const { spec, id, settings } = run.job;
    const startedAtMs = this.#clock.monotonicMs();
    let timer: NodeJS.Timeout | undefined;
    let failure: Error | null = null;
    let log: JobLog | undefined;
    try {
      const workingFolder = spec.workingFolder ?? join(this.#folder.jobFolder(id), 'work');
      await mkdir(workingFolder, { recursive: true });
      for (const input of spec.inputs) await stageInput(input, workingFolder);
      const openLog = new JobLog(join(this.#folder.jobFolder(id), 'stdout.log'), settings.logBytes);
      log = openLog;
      await this.#folder.create(id, 'progress.json', { startedAtUtcMs: this.#clock.nowUtcMs() });
      if (spec.wallS !== null) {
        const reason = `The job exceeded its wall limit of ${spec.wallS} s.`;
        timer = setTimeout(
          () => stop(run, 'failed', 'wall', reason),
          Math.min(spec.wallS * 1000, 2 ** 31 - 1),
        );
      }
      if (spec.work.kind === 'payload' && run.stop === null) {
        await this.#run(spec.work.payload, {
          key: spec.key,
          workingFolder,
          environment: spec.environment,
          cpuCores: spec.cpuCores,
          memoryMb: spec.memoryMb,
          cpuS: spec.cpuS,
          signal: run.abort.signal,
          log: (text) => openLog.write(Buffer.from(text)),
        });
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      clearTimeout(timer);
      log?.close();
    }
    const wallS = Math.round(this.#clock.monotonicMs() - startedAtMs) / 1000;
    if (run.stop !== null) {
      const { state, reason, limitExceeded } = run.stop;
      await this.#records.putDownEnd(id, state, reason, { wallS, limitExceeded });
    } else if (failure === null) {
      await this.#records.putDownEnd(id, 'succeeded', 'The payload was carried out.', { exitCode: 0, wallS });
    } else if (failure instanceof InProcessLostError) {
      await this.#records.putDownEnd(id, 'lost', failure.message, { wallS });
    } else {
      const limitExceeded = failure instanceof InProcessLimitError ? failure.limit : null;
      const reason = `The payload failed: ${failure.message}`;
      await this.#records.putDownEnd(id, 'failed', reason, { exitCode: 1, wallS, limitExceeded });
    }
  }
}

function stop(run: Run, state: StoredEnd['state'], limitExceeded: 'wall' | null, reason: string): void {
  if (run.stop !== null) return;
  run.stop = { state, reason, limitExceeded };
  run.abort.abort(new Error(reason));
}
