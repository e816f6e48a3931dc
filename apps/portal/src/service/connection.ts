/** Whether the service is in reach. What notices a failure reports it here; then the service is asked until it answers again. */

/** Reached, or not for the moment. */
export type ConnectionState = 'connected' | 'interrupted';

const ASK_MS = 2000;
const PATIENCE_MS = 5000;

/** A store in the shape of `useSyncExternalStore`. */
export class Connection {
  #state: ConnectionState = 'connected';
  readonly #watchers = new Set<() => void>();
  readonly #recovered = new Set<() => void>();
  readonly #ask: () => Promise<boolean>;

  /** @param ask whether the service answers; must not throw */
  constructor(ask: () => Promise<boolean>) {
    this.#ask = ask;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  readonly state = (): ConnectionState => this.#state;

  /** Calls back each time the service is in reach again, which is when everything on the screen is to be read anew. */
  onRecovered(callback: () => void): () => void {
    this.#recovered.add(callback);
    return () => this.#recovered.delete(callback);
  }

  /** Something did not get through. */
  reportLost(): void {
    if (this.#state === 'interrupted') return;
    this.#set('interrupted');
    void this.#untilFound();
  }

  async #untilFound(): Promise<void> {
    while (!(await this.#ask())) await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    this.#set('connected');
    for (const callback of this.#recovered) callback();
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

/** The portal's connection to the service that it came from. */
export const connection = new Connection(async () => {
  try {
    const { ok } = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
    return ok;
  } catch {
    return false;
  }
});

// The browser knows at once that its network is gone; a stream that is open would only fall silent.
window.addEventListener('offline', () => connection.reportLost());
