/**
 * A scheduler: holds one lease, renews it, and runs a loop for each of its sites. Any number of schedulers, in any number of servers, may
 * work on one database. A scheduler that loses its lease, or its database, starts again from what the journal says.
 */
import { type SiteAdapter, type SiteClock, systemClock } from '@imsim-od/site';
import type { WorkflowDatabase } from './database.js';
import { LeaseLostError } from './errors.js';
import type { Expander } from './expander.js';
import type { OnFaultPoint } from './fault-point.js';
import { QUEUE_CHANNEL } from './journal-write.js';
import { acquireLease, releaseLease, renewLease } from './leases.js';
import { sweepDeletedRuns } from './run-control.js';
import { SiteLoop, type SiteLoopOptions } from './site-loop.js';
import { listenForWakeups, type Wakeups } from '@imsim-od/database';

/** What a scheduler works with. */
export interface SchedulerOptions {
  readonly db: WorkflowDatabase;
  /** The database's address, for a connection that hears wake-ups; without it the queue is read at every interval only. */
  readonly url?: string;
  /** A name for people to read in the table of leases. */
  readonly server: string;
  /** The sites this scheduler serves; a run's `site` is an adapter's `name`. */
  readonly sites: readonly SiteAdapter[];
  /** Expanders by the name that batches give. */
  readonly expanders: ReadonlyMap<string, Expander>;
  /** Tasks of this server in flight at each site, at most; default 200. */
  readonly maxInFlightPerSite?: number;
  /** How long the lease lasts unrenewed; default 30,000. It is renewed three times as often. */
  readonly leaseTtlMs?: number;
  /** How long to sleep when there was nothing to do, at most; default 1000. A site that has jobs is asked at its own interval. */
  readonly intervalMs?: number;
  /** How long a job may be unknown to its site before it counts as lost; default 60. */
  readonly notFoundS?: number;
  readonly collectInto?: SiteLoopOptions['collectInto'];
  readonly recordOutputs?: SiteLoopOptions['recordOutputs'];
  readonly clock?: SiteClock;
  readonly random?: () => number;
  readonly onFaultPoint?: OnFaultPoint;
  /** Told of trouble that passes: a site that is away, a database that restarts. Default: not told. */
  readonly onTrouble?: (error: unknown, where: string) => void;
}

const SHORT_SLEEP_MS = 5;

/** Runs the tasks of the journal until it is stopped. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #ttlMs: number;
  readonly #loops: readonly SiteLoop[];
  readonly #sleepers = new Set<() => void>();
  #running: Promise<unknown> | undefined;
  #stopped = false;
  #lease: Promise<number> | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #wakeups: Wakeups | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#ttlMs = options.leaseTtlMs ?? 30_000;
    this.#loops = options.sites.map(
      (adapter) =>
        new SiteLoop({
          db: options.db,
          adapter,
          expanders: options.expanders,
          maxInFlight: options.maxInFlightPerSite ?? 200,
          clock: options.clock ?? systemClock,
          random: options.random ?? Math.random,
          notFoundS: options.notFoundS ?? 60,
          collectInto: options.collectInto,
          recordOutputs: options.recordOutputs,
          onFaultPoint: options.onFaultPoint ?? (() => undefined),
          onTrouble: (error, where) => options.onTrouble?.(error, where),
        }),
    );
  }

  /** Begins; a second call does nothing. */
  start(): void {
    if (this.#running !== undefined) return;
    if (this.#options.url !== undefined)
      this.#wakeups = listenForWakeups(this.#options.url, QUEUE_CHANNEL, () => this.#wake());
    this.#renewal = setInterval(() => void this.#renew(), this.#ttlMs / 3);
    this.#running = Promise.all([...this.#loops.map((loop) => this.#run(loop)), this.#sweep()]);
  }

  /** Ends after the present turn and gives the lease up, so that others go on at once. Jobs at the sites go on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#renewal);
    this.#wake();
    await this.#wakeups?.close();
    await this.#running;
    const lease = this.#lease;
    this.#lease = undefined;
    try {
      if (lease !== undefined) await releaseLease(this.#options.db, await lease);
    } catch (error) {
      this.#options.onTrouble?.(error, 'giving up the lease');
    }
  }

  async #run(loop: SiteLoop): Promise<void> {
    while (!this.#stopped) {
      let progress = false;
      try {
        progress = await loop.turn(await this.#token());
      } catch (error) {
        if (error instanceof LeaseLostError) this.#lose(error.token);
        this.#options.onTrouble?.(error, 'a turn of the scheduler');
      }
      await this.#sleep(progress ? SHORT_SLEEP_MS : loop.restMs(this.#options.intervalMs ?? 1000));
    }
  }

  /** Removes the rows of deleted runs. */
  async #sweep(): Promise<void> {
    while (!this.#stopped) {
      let more = false;
      try {
        more = await sweepDeletedRuns(this.#options.db);
      } catch (error) {
        this.#options.onTrouble?.(error, 'removing deleted runs');
      }
      await this.#sleep(more ? SHORT_SLEEP_MS : 10 * (this.#options.intervalMs ?? 1000));
    }
  }

  #token(): Promise<number> {
    if (this.#lease === undefined) {
      const lease = acquireLease(this.#options.db, this.#options.server, this.#ttlMs);
      this.#lease = lease;
      lease.catch(() => {
        if (this.#lease === lease) this.#lease = undefined;
      });
    }
    return this.#lease;
  }

  #lose(token: number): void {
    const lease = this.#lease;
    void lease?.then(
      (current) => {
        if (current === token && this.#lease === lease) this.#lease = undefined;
      },
      () => undefined,
    );
  }

  async #renew(): Promise<void> {
    if (this.#lease === undefined) return;
    try {
      const token = await this.#lease;
      await this.#options.onFaultPoint?.('duringLeaseRenewal');
      await renewLease(this.#options.db, token, this.#ttlMs);
    } catch (error) {
      if (error instanceof LeaseLostError) this.#lose(error.token);
      this.#options.onTrouble?.(error, 'renewing the lease');
    }
  }

  #sleep(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#sleepers.add(end);
    });
  }

  #wake(): void {
    for (const end of [...this.#sleepers]) end();
  }
}
