/**
 * Makes detectors on worker threads, one detector per worker at a time. A worker that dies is reported as a failure of
 * its detector and replaced; a failure that the next detector would meet too (a full disk) stops the whole pool.
 */
import { Worker } from 'node:worker_threads';
import { REPORT_REQUEST, explainError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import type {
  DetectorDrawn,
  DetectorFailure,
  DetectorTask,
  WorkerReport,
  WorkerSetup,
} from './worker-messages.js';

/** Called as the pool goes on; `index` is that of the task. */
export interface PoolListener {
  onStart(index: number): void;
  onProgress(index: number, fraction: number): void;
  /** Called on the main thread when a detector's files are whole; may throw to fail the detector. */
  onDrawn(index: number, drawn: DetectorDrawn): void;
  onFailed(index: number, failure: DetectorFailure): void;
}

/** A pool at work. */
export interface DetectorPool {
  /** Resolves when every task was made, failed or, after a fatal failure, left. */
  readonly finished: Promise<void>;
  /** Ends all workers at once, whatever they do. */
  stop(): Promise<void>;
}

/** Starts a pool on `tasks` with at most `workers` threads. */
export function startPool(
  tasks: readonly DetectorTask[],
  setup: WorkerSetup,
  workers: number,
  listener: PoolListener,
): DetectorPool {
  const waiting = [...tasks];
  const threads = new Set<Worker>();
  let stopped = false;
  const stop = async () => {
    stopped = true;
    waiting.length = 0;
    await Promise.all([...threads].map((thread) => thread.terminate()));
  };
  const fail = (index: number, failure: DetectorFailure) => {
    listener.onFailed(index, failure);
    if (failure.fatal) void stop();
  };

  /** One worker's life: tasks until none is left; resolves when the thread is gone. */
  const runWorker = () =>
    new Promise<void>((resolve) => {
      const thread = new Worker(new URL('./detector-worker.js', import.meta.url), { workerData: setup });
      threads.add(thread);
      let current: DetectorTask | undefined;
      let crash: unknown;
      const next = () => {
        current = waiting.shift();
        if (!current) {
          void thread.terminate();
          return;
        }
        listener.onStart(current.index);
        thread.postMessage(current);
      };
      thread.on('message', (report: WorkerReport) => {
        if (stopped) return;
        if (report.type === 'progress') {
          listener.onProgress(report.index, report.fraction);
          return;
        }
        current = undefined;
        if (report.type === 'failed') fail(report.index, report.failure);
        else deliver(report.index, report.drawn);
        next();
      });
      thread.on('error', (error) => {
        crash = error;
      });
      thread.on('exit', () => {
        threads.delete(thread);
        const lost = current;
        current = undefined;
        if (lost && !stopped) fail(lost.index, crashFailure(crash));
        resolve(lost && !stopped && waiting.length > 0 ? runWorker() : undefined);
      });
      next();
    });
  const deliver = (index: number, drawn: DetectorDrawn) => {
    try {
      listener.onDrawn(index, drawn);
    } catch (error) {
      fail(index, explainError(error));
    }
  };

  const lives = Array.from({ length: Math.min(workers, tasks.length) }, runWorker);
  return { finished: Promise.all(lives).then(() => undefined), stop };
}

function crashFailure(error: unknown): DetectorFailure {
  if (error === undefined) {
    return {
      exitCode: EXIT_CODE.bug,
      message: `its worker ended without a word\n${REPORT_REQUEST}`,
      fatal: false,
    };
  }
  const stack = error instanceof Error ? error.stack : undefined;
  return { ...explainError(error), ...(stack ? { stack } : {}) };
}
