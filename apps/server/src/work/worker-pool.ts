/** Warm workers, as many as may work at a time. One that dies is replaced when it is next needed. */
import { WorkerProcess } from './worker-process.js';

/** Workers handed out one at a time. */
export class WorkerPool {
  readonly #program: string;
  readonly #size: number;
  readonly #idle: WorkerProcess[] = [];
  readonly #busy = new Set<WorkerProcess>();
  readonly #waiting: ((worker: WorkerProcess) => void)[] = [];
  #isClosed = false;

  /** @param program the `imsim-od` program @param size workers at a time */
  constructor(program: string, size: number) {
    this.#program = program;
    this.#size = size;
  }

  /** Lends a worker for a piece of work; it is killed where the signal is aborted. */
  async use<T>(work: (worker: WorkerProcess) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const worker = await this.#take();
    const kill = (): void => worker.kill();
    signal?.addEventListener('abort', kill);
    try {
      signal?.throwIfAborted();
      return await work(worker);
    } finally {
      signal?.removeEventListener('abort', kill);
      this.#giveBack(worker);
    }
  }

  /** Pids of the workers, for those who watch the machine. */
  pids(): readonly number[] {
    return [...this.#idle, ...this.#busy].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Kills all workers. */
  close(): void {
    this.#isClosed = true;
    for (const worker of [...this.#idle, ...this.#busy]) worker.kill();
  }

  async #take(): Promise<WorkerProcess> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.isAlive) continue;
      this.#busy.add(idle);
      return idle;
    }
    if (this.#busy.size < this.#size) {
      const worker = new WorkerProcess(this.#program);
      this.#busy.add(worker);
      return worker;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(worker: WorkerProcess): void {
    this.#busy.delete(worker);
    const next = this.#waiting.shift();
    if (next !== undefined) {
      const fit = worker.isAlive ? worker : new WorkerProcess(this.#program);
      this.#busy.add(fit);
      next(fit);
    } else if (worker.isAlive && !this.#isClosed) {
      this.#idle.push(worker);
    }
  }
}
