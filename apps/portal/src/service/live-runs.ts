/**
 * The one stream of events of this page (`/api/v1/events`): whoever shows a run asks for its changes here, and all of them share one
 * connection, for browsers allow six. A stream that breaks, or falls silent, is begun again; it then starts with a snapshot, so that nothing
 * is lost. While the page is hidden there is no stream.
 */
import { ApiError, type Client, readEvents, type RunEvent } from '@imsim-od/api';
import { client } from './client.js';
import { connection } from './connection.js';

/** Takes the events of a run. */
export type RunWatcher = (event: RunEvent) => void;

/** The service sends at least a beat every 15 s. */
const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** Runs that one stream may name. */
const MAX_RUNS = 50;

/** The watchers of runs and the stream behind them. */
export class LiveRuns {
  readonly #client: Pick<Client, 'open'>;
  readonly #reportLost: () => void;
  readonly #watchers = new Map<string, Set<RunWatcher>>();
  #controller: AbortController | undefined;
  #change: ReturnType<typeof setTimeout> | undefined;

  constructor(of: Pick<Client, 'open'>, reportLost: () => void) {
    this.#client = of;
    this.#reportLost = reportLost;
  }

  /** Calls back with a snapshot and then with changes of a run, until the returned function is called. */
  watch(runId: string, watcher: RunWatcher): () => void {
    const watchers = this.#watchers.get(runId) ?? new Set();
    watchers.add(watcher);
    this.#watchers.set(runId, watchers);
    // Somebody who joins wants a snapshot, too, and only a new stream begins with one.
    this.#restartSoon();
    return () => {
      watchers.delete(watcher);
      if (watchers.size > 0) return;
      this.#watchers.delete(runId);
      this.#restartSoon();
    };
  }

  /** Begins again, as after a page was hidden. */
  restart(): void {
    this.#restartSoon();
  }

  /** Ends the stream; watchers stay. */
  pause(): void {
    clearTimeout(this.#change);
    this.#controller?.abort();
    this.#controller = undefined;
  }

  #restartSoon(): void {
    clearTimeout(this.#change);
    this.#change = setTimeout(() => {
      this.#controller?.abort();
      this.#controller = undefined;
      if (this.#watchers.size === 0) return;
      const controller = new AbortController();
      this.#controller = controller;
      void this.#keepReading([...this.#watchers.keys()].slice(-MAX_RUNS), controller);
    }, 20);
  }

  async #keepReading(ids: readonly string[], controller: AbortController): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !controller.signal.aborted;) {
      try {
        await this.#readOnce(ids, controller.signal, () => (pauseMs = FIRST_PAUSE_MS));
      } catch (error) {
        if (controller.signal.aborted) return;
        // A run that is gone, or a session that has ended: asking again would not help.
        if (error instanceof ApiError && error.status < 500 && error.status !== 429) return;
        this.#reportLost();
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }

  async #readOnce(ids: readonly string[], signal: AbortSignal, onEvent: () => void): Promise<void> {
    const silence = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
    };
    hear();
    try {
      const response = await this.#client.open('events', {
        query: { runs: ids.join(',') },
        signal: AbortSignal.any([signal, silence.signal]),
      });
      if (response.body === null) return;
      const heard = response.body.pipeThrough(
        new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform: (chunk, controller) => {
            hear();
            controller.enqueue(chunk);
          },
        }),
      );
      for await (const event of readEvents(heard)) {
        onEvent();
        for (const watcher of this.#watchers.get(event.runId) ?? []) watcher(event);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The portal's. */
export const liveRuns = new LiveRuns(client, () => connection.reportLost());

connection.onRecovered(() => liveRuns.restart());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') liveRuns.restart();
  else liveRuns.pause();
});
