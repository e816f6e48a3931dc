/** Asking the worker; it is started by the first question and kept. */
import type { Tasks } from './pixel-worker.js';

/** A file cannot be shown or measured; the message says why. */
export class LookError extends Error {
  readonly code = 'LOOK';
  constructor(message: string) {
    super(message);
    this.name = 'LookError';
  }
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, Waiting>();

/** Has a task done. @throws LookError */
export function ask<N extends keyof Tasks>(
  task: N,
  takes: Parameters<Tasks[N]>[0],
  handedOver: Transferable[] = [],
): ReturnType<Tasks[N]> {
  const n = ++count;
  return new Promise((resolve, reject) => {
    waiting.set(n, { resolve: resolve as (value: never) => void, reject });
    started().postMessage({ n, task, takes }, handedOver);
  }) as ReturnType<Tasks[N]>;
}

function started(): Worker {
  if (worker !== undefined) return worker;
  const fresh = new Worker(new URL('./pixel-worker.ts', import.meta.url), { type: 'module' });
  fresh.onmessage = ({ data }: MessageEvent<{ n: number; answers?: unknown; problem?: string }>) => {
    const asked = waiting.get(data.n);
    waiting.delete(data.n);
    if (data.problem === undefined) asked?.resolve(data.answers as never);
    else asked?.reject(new LookError(data.problem));
  };
  fresh.onerror = () => {
    worker = undefined;
    for (const { reject } of waiting.values())
      reject(new LookError('The files could not be worked on; load the page again.'));
    waiting.clear();
  };
  worker = fresh;
  return fresh;
}
