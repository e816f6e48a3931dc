import type { JobRef } from '../job-identity.js';
import type { SiteAdapter } from '../site-adapter.js';
import type { SiteClock } from '../site-clock.js';

/** What a suite needs besides the adapter: a site of its own, and hands to break it with. Its jobs can run `/bin/sh` and what POSIX has beside it. */
export interface TestSite {
  /** An absolute folder, empty, that the jobs and the suite both read and write. */
  readonly scratch: string;
  /** Cores for all jobs together: 2 or more, and few. */
  readonly cores: number;
  /** Memory for all jobs together, in MiB: 400 or more, at most 4000. */
  readonly memoryMb: number;
  /** Opens an adapter on this site; a second one finds the jobs of the first. The suite closes it. */
  open(clock?: SiteClock): Promise<SiteAdapter>;
  /** Kills what looks after a running job at the site (a supervisor, a node's daemon) with no chance to say so. The job itself may go on. */
  killWorker(ref: JobRef): Promise<void>;
  /** Kills the first process of a running job with SIGKILL. */
  killJob(ref: JobRef): Promise<void>;
  /** Makes the site unreachable for adapters, or reachable again. Jobs go on. */
  setAway(away: boolean): Promise<void>;
  /** Ends everything that is left, and removes it. */
  dispose(): Promise<void>;
}
