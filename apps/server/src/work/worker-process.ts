/** One warm worker: the `imsim-od` program in a process of its own, with little of our environment, niced, one order at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { resolve } from 'node:path';
import type { WorkAnswer, WorkRequest, WorkResult } from './work-protocol.js';

/** What a worker could not do. */
export class WorkError extends Error {
  override readonly name = 'WorkError';
  /** The code of the error that the worker met; WORK_FAILED where it has none. */
  readonly code: string;
  /** What was asked for cannot be done; otherwise another attempt may succeed. */
  readonly badInput: boolean;

  constructor(message: string, code: string | null, badInput: boolean) {
    super(message);
    this.code = code ?? 'WORK_FAILED';
    this.badInput = badInput;
  }
}

/** The worker's process ended before its order did. */
export class WorkerGoneError extends Error {
  override readonly name = 'WorkerGoneError';
  readonly code = 'WORKER_GONE';
}

const NICENESS = 10;
/** The name under which simulators look for SED files. */
export const SED_LIBRARY_VARIABLE = 'SIMS_SED_LIBRARY_DIR';
/** Linux counts in these for every program, whatever the kernel's own (USER_HZ). */
const TICKS_PER_S = 100;

/** A worker. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  #current:
    | {
        readonly id: number;
        settle: (answer: WorkAnswer | Error) => void;
        onProgress: (fraction: number) => void;
      }
    | undefined;
  #nextId = 1;
  #end: string | undefined;

  /** @param sedDir library of SED files; default: that of our own environment */
  constructor(program: string, sedDir = process.env[SED_LIBRARY_VARIABLE]) {
    this.#child = fork(program, ['work', '--serve'], {
      env: {
        PATH: process.env['PATH'],
        LC_ALL: 'C.UTF-8',
        TZ: 'UTC',
        NODE_OPTIONS: '',
        ...(sedDir === undefined ? {} : { [SED_LIBRARY_VARIABLE]: resolve(sedDir) }),
      },
      execArgv: [],
      cwd: '/',
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    this.#child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2000)));
    this.#ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message: unknown) => {
        const answer = message as WorkAnswer;
        if (answer.kind === 'ready') resolve();
        else if (answer.id !== this.#current?.id) return;
        else if (answer.kind === 'progress') this.#current.onProgress(answer.fraction);
        else this.#current.settle(answer);
      });
      const ended = (how: string): void => {
        this.#end ??= `The worker's process ended (${how})${said === '' ? '' : `: ${said.trim()}`}`;
        const error = new WorkerGoneError(this.#end);
        reject(error);
        this.#current?.settle(error);
      };
      this.#child.on('error', (error) => ended(error.message));
      this.#child.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    });
    this.#ready.catch(() => undefined);
    try {
      if (this.#child.pid !== undefined) setPriority(this.#child.pid, NICENESS);
    } catch {
      // It ended already; whoever gives it an order hears of that.
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /** Carries out one order. @throws WorkError, WorkerGoneError */
  async carryOut(
    order: WorkRequest,
    onProgress: (fraction: number) => void = () => undefined,
  ): Promise<WorkResult> {
    await this.#ready;
    const id = this.#nextId++;
    const answer = await new Promise<WorkAnswer | Error>((resolve) => {
      if (this.#end !== undefined) return resolve(new WorkerGoneError(this.#end));
      this.#current = { id, settle: resolve, onProgress };
      this.#child.send({ id, ...order }, (error) => {
        if (error !== null) resolve(new WorkerGoneError(error.message));
      });
    });
    this.#current = undefined;
    if (answer instanceof Error) throw answer;
    if (answer.kind === 'done') return answer.result;
    if (answer.kind === 'failed') throw new WorkError(answer.message, answer.code, answer.badInput);
    throw new TypeError(`a worker answered ${answer.kind}`);
  }

  /** Resident memory now, in MiB; 0 where the system does not tell. */
  residentMb(): number {
    try {
      const pages = Number(readFileSync(`/proc/${this.#child.pid}/statm`, 'utf8').split(' ')[1]);
      return (pages * 4096) / 1_048_576;
    } catch {
      return 0;
    }
  }

  /** CPU time since its start, user and system, in seconds; 0 where the system does not tell. */
  cpuS(): number {
    try {
      // proc(5): the name in parentheses may hold anything; utime and stime are the 12th and 13th field after it.
      const fields =
        readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
    } catch {
      return 0;
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
