/**
 * Ends a process that hangs in one input, and prints that input: a loop without end cannot be stopped from inside. A thread
 * of its own watches a counter that each input moves on.
 */
import { Worker } from 'node:worker_threads';

/** Far beyond what any input of a fuzz test takes, on a busy machine as well. */
const PATIENCE_S = 120;
const MOST_BYTES = 65_536;

const WATCH = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const state = new Int32Array(workerData.state);
  let seen = -1;
  let since = Date.now();
  setInterval(() => {
    if (Atomics.load(state, 0) !== seen) {
      seen = Atomics.load(state, 0);
      since = Date.now();
    } else if (Atomics.load(state, 2) === 1 && Date.now() - since > workerData.patienceS * 1000) {
      const input = Buffer.from(workerData.input, 0, Atomics.load(state, 1));
      writeSync(2, workerData.what + ' hangs in the input (hexadecimal) ' + input.toString('hex') + '\\n');
      process.kill(process.pid, 'SIGKILL');
    }
  }, 1000);
`;

/** A watch over the inputs of one fuzz test. */
export interface Watchdog {
  /** Tells which input comes next. */
  begin(input: Uint8Array): void;
  end(): void;
  close(): Promise<void>;
}

/** Starts a watch. */
export function startWatchdog(what: string): Watchdog {
  const state = new Int32Array(new SharedArrayBuffer(12));
  const input = new Uint8Array(new SharedArrayBuffer(MOST_BYTES));
  const workerData = { what, state: state.buffer, input: input.buffer, patienceS: PATIENCE_S };
  const thread = new Worker(WATCH, { eval: true, workerData });
  thread.unref();
  return {
    begin(bytes) {
      const length = Math.min(bytes.length, MOST_BYTES);
      input.set(bytes.subarray(0, length));
      Atomics.store(state, 1, length);
      Atomics.store(state, 2, 1);
      Atomics.add(state, 0, 1);
    },
    end() {
      Atomics.store(state, 2, 0);
    },
    close: () => thread.terminate().then(() => undefined),
  };
}
