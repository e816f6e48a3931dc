/** What the app tells a local site. The defaults are here and nowhere else. */
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SiteError, systemClock, type JobKey, type JsonValue, type SiteClock } from '@imsim-od/site';

/** What a payload's function is told besides the payload. */
export interface InProcessContext {
  readonly key: JobKey;
  /** The job's folder, made, with its inputs in it. */
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly cpuCores: number;
  /** What the job may use, in MiB; the function watches it, and throws `InProcessLimitError` where it is passed. */
  readonly memoryMb: number;
  /** CPU time that the job may use, in seconds, watched in the same way; null: no bound. */
  readonly cpuS: number | null;
  /** Aborted when the job is cancelled, exceeds its wall time, or the adapter closes. Its room is taken until the function settles. */
  readonly signal: AbortSignal;
  /** Adds to the job's log, `stdout`. */
  log(text: string): void;
}

/** Thrown by a payload's function: the payload passed a limit that the function watches. */
export class InProcessLimitError extends Error {
  override readonly name = 'InProcessLimitError';
  readonly code = 'SITE_LIMIT_EXCEEDED';
  readonly limit: 'memory' | 'cpu';

  constructor(limit: 'memory' | 'cpu', message: string) {
    super(message);
    this.limit = limit;
  }
}

/** Thrown by a payload's function: whatever carried it out vanished, by no fault of the payload. The job is lost, not failed. */
export class InProcessLostError extends Error {
  override readonly name = 'InProcessLostError';
  readonly code = 'SITE_WORKER_LOST';
}

/** The fast path: carries out a payload without a process of its own. Rejecting fails the job, with the error's message as the reason. */
export type RunInProcess = (payload: JsonValue, context: InProcessContext) => Promise<void>;

export interface LocalSiteOptions {
  /** Absolute; made where absent (its parent must be there), mode 0700. Adapters of one host on the same folder are one site, also at the same time. */
  readonly stateFolder: string;
  /** Default `local`. */
  readonly name?: string;
  /** Cores for all jobs together. Default: those of the machine. */
  readonly cores?: number;
  /** Memory for all jobs together, in MiB. Default: 80 % of the machine's. */
  readonly memoryMb?: number;
  /** How often jobs are looked at, and their limits with them, in milliseconds. Default 250. */
  readonly pollIntervalMs?: number;
  /** How long a job that is to end may take after SIGTERM before SIGKILL, in milliseconds. Default 5000. */
  readonly killGraceMs?: number;
  /** Most that is kept of each log, in bytes; its beginning and its end. At least 4096. Default 16 MiB. */
  readonly logBytes?: number;
  /** Jobs not ended that are taken. Default 10,000. */
  readonly maxActiveJobs?: number;
  /** After how long a supervisor that did not claim its job is taken for dead and started anew, in milliseconds. Default 15,000. */
  readonly launchGraceMs?: number;
  /** Whether a job that did not succeed loses its `work/` once its end is on record; its records and logs stay. Default false. */
  readonly discardsFailedWork?: boolean;
  /** How long the host that had the state folder must have given no sign of life before this one takes it, in milliseconds. Default 10,000. */
  readonly hostPatienceMs?: number;
  /** Default: payloads are refused. */
  readonly runInProcess?: RunInProcess;
  /** Default: the clocks of this machine. */
  readonly clock?: SiteClock;
  /** The Node that runs supervisors. Default: the one we run on. */
  readonly nodePath?: string;
  /** The file `supervise.mjs`, with its neighbours; an app bundled into one file must say where it put them. */
  readonly supervisorPath?: string;
}

/** The options with every default in place. */
export type LocalSiteSettings = Required<Omit<LocalSiteOptions, 'runInProcess'>> & {
  readonly runInProcess: RunInProcess | null;
};

/** Throws `SITE_BAD_JOB` where a number is not above 0, or the folder not absolute. */
export function completeOptions(options: LocalSiteOptions): LocalSiteSettings {
  const settings: LocalSiteSettings = {
    name: 'local',
    cores: availableParallelism(),
    memoryMb: Math.floor((totalmem() / 1_048_576) * 0.8),
    pollIntervalMs: 250,
    killGraceMs: 5_000,
    logBytes: 16 * 1_048_576,
    maxActiveJobs: 10_000,
    launchGraceMs: 15_000,
    discardsFailedWork: false,
    hostPatienceMs: 10_000,
    clock: systemClock,
    nodePath: process.execPath,
    supervisorPath: fileURLToPath(new URL('../supervisor/supervise.mjs', import.meta.url)),
    ...definedOf(options),
    runInProcess: options.runInProcess ?? null,
    stateFolder: options.stateFolder,
  };
  if (!settings.stateFolder.startsWith('/')) {
    throw new SiteError(
      'SITE_BAD_JOB',
      `The state folder ${settings.stateFolder} of site ${settings.name} is not an absolute path.`,
    );
  }
  const atLeast = {
    cores: 1,
    memoryMb: 1,
    pollIntervalMs: 10,
    killGraceMs: 0,
    logBytes: 4096,
    maxActiveJobs: 1,
    launchGraceMs: 100,
    hostPatienceMs: 100,
  };
  for (const [name, least] of Object.entries(atLeast)) {
    const value = settings[name as keyof typeof atLeast];
    if (!(Number.isFinite(value) && value >= least)) {
      throw new SiteError(
        'SITE_BAD_JOB',
        `The option ${name} of site ${settings.name} is ${value}, below ${least}.`,
      );
    }
  }
  return settings;
}

function definedOf(options: LocalSiteOptions): LocalSiteOptions {
  return {
    ...options,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
}
