/** Warm workers, as many as may work at a time. One that dies is replaced when it is next needed. */
import { WorkerGoneError, WorkerProcess } from './worker-process.js';

const CLOSED = 'The service is being stopped';

/** Workers handed out one at a time. */
export class WorkerPool {
  readonly #program: string;
  readonly #size: number;
  readonly #sedDir: string | undefined;
  readonly #idle: WorkerProcess[] = [];
  readonly #busy = new Set<WorkerProcess>();
  readonly #waiting = new Set<{
    readonly take: (worker: WorkerProcess) => void;
    readonly refuse: (error: Error) => void;
  }>();
  #isClosed = false;

  /** @param program the `imsim-od` program @param size workers at a time @param sedDir their library of SED files */
  constructor(program: string, size: number, sedDir?: string) {
    this.#program = program;
    this.#size = size;
    this.#sedDir = sedDir;
  }

  /**
   * Lends a worker for a piece of work. Where the signal is aborted, waiting ends with its reason, and a worker at work is killed.
   * @throws WorkerGoneError where the pool is closed
   */
  async use<T>(work: (worker: WorkerProcess) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const worker = await this.#take(signal);
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

  /** Kills all workers; there are none any more. */
  close(): void {
    this.#isClosed = true;
    for (const { refuse } of this.#waiting) refuse(new WorkerGoneError(CLOSED));
    for (const worker of [...this.#idle, ...this.#busy]) worker.kill();
  }

  async #take(signal?: AbortSignal): Promise<WorkerProcess> {
    if (this.#isClosed) throw new WorkerGoneError(CLOSED);
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.isAlive) continue;
      this.#busy.add(idle);
      return idle;
    }
    if (this.#busy.size < this.#size) {
      const worker = new WorkerProcess(this.#program, this.#sedDir);
      this.#busy.add(worker);
      return worker;
    }
    return this.#await(signal);
  }

  async #await(signal?: AbortSignal): Promise<WorkerProcess> {
    let abort = (): void => undefined;
    const turn = new Promise<WorkerProcess>((take, refuse) => {
      const waiting = { take, refuse };
      this.#waiting.add(waiting);
      abort = () => {
        // Once a worker was handed over it is given back by its user, not here.
        if (this.#waiting.delete(waiting)) refuse(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort);
    });
    return turn.finally(() => signal?.removeEventListener('abort', abort));
  }

  #giveBack(worker: WorkerProcess): void {
    this.#busy.delete(worker);
    if (this.#isClosed) return;
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      const fit = worker.isAlive ? worker : new WorkerProcess(this.#program, this.#sedDir);
      this.#busy.add(fit);
      next.take(fit);
    } else if (worker.isAlive) {
      this.#idle.push(worker);
    }
  }
}
