/**
 * The folder in which a local site keeps its jobs, for adapters, supervisors and whoever comes after them:
 *
 *     site.json          made once; its absence says that the folder is away
 *     host.json, beat    the host whose processes work here, and its sign of life (state-host.ts)
 *     jobs/<id>/         a job: job.json, claim.json, progress.json, cancel.json, end.json, logs, work/
 *     active/<id>        it was given room and has not yet been seen to have ended
 *     incoming/          jobs being written, folders being removed
 *     lock/              who may give room (dispatch-lock.ts)
 *
 * The id of a job is the hash of its key: whoever knows the key finds the job.
 */
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  SiteError,
  toSiteJobId,
  type JobEnd,
  type JobKey,
  type JobSpec,
  type SiteJobId,
} from '@imsim-od/site';
import { identify, isAlive, readProcess, type ProcessIdentity } from '../supervisor/process-table.mjs';
import { createStateFile, flushFolder, readStateFile } from '../supervisor/state-file.mjs';

/** job.json */
export interface StoredJob {
  readonly id: SiteJobId;
  /** `NAME=value`, in the environment of all its processes, of no others. */
  readonly mark: string;
  readonly spec: JobSpec;
  readonly specSha256: string;
  readonly submittedAtUtcMs: number;
  /** Among those submitted at the same millisecond. */
  readonly order: number;
  readonly settings: { readonly pollMs: number; readonly graceMs: number; readonly logBytes: number };
}

/** claim.json: whoever creates it decides what becomes of the job. */
export type StoredClaim =
  | { readonly by: 'supervisor' | 'inProcess'; readonly process: ProcessIdentity }
  /** Cancelled before it began. */
  | { readonly by: 'cancel' };

/** progress.json; without a leader where there is no process of its own. */
export interface StoredProgress {
  readonly leader?: ProcessIdentity;
  readonly startedAtUtcMs: number;
}

/** end.json */
export interface StoredEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'lost';
  readonly startedAtUtcMs: number | null;
  readonly endedAtUtcMs: number;
  readonly end: JobEnd;
}

/** active/<id>: when room was given, by a clock that counts from the start of the machine. */
export interface StoredLaunch {
  readonly bootId: string;
  readonly launchedAtMonotonicMs: number;
}

interface StoredSite {
  readonly version: 1;
  readonly token: string;
}

interface StoredFiles {
  readonly 'job.json': StoredJob;
  readonly 'claim.json': StoredClaim;
  readonly 'progress.json': StoredProgress;
  readonly 'cancel.json': { readonly atUtcMs: number };
  readonly 'end.json': StoredEnd;
}

export class StateFolder {
  readonly path: string;
  /** Tells this site's jobs from those of any other on the machine. */
  readonly token: string;
  readonly #site: string;

  private constructor(path: string, site: string, token: string) {
    this.path = path;
    this.#site = site;
    this.token = token;
  }

  /** Opens the folder, making it where absent. */
  static async open(path: string, site: string): Promise<StateFolder> {
    await makeFolder(path);
    for (const name of ['jobs', 'active', 'incoming', 'lock']) await makeFolder(join(path, name));
    await createStateFile(join(path, 'site.json'), {
      version: 1,
      token: randomBytes(8).toString('hex'),
    } satisfies StoredSite);
    const stored = (await readStateFile(join(path, 'site.json'))) as StoredSite | undefined;
    if (stored?.version !== 1) {
      throw new SiteError(
        'SITE_BROKEN',
        `The state folder ${path} of site ${site} was made by another version.`,
        { site },
      );
    }
    return new StateFolder(path, site, stored.token);
  }

  /** Throws `SITE_UNAVAILABLE` where the folder is away. An absence below it means nothing before this was asked. */
  async check(): Promise<void> {
    try {
      await access(join(this.path, 'site.json'));
    } catch (error) {
      throw new SiteError(
        'SITE_UNAVAILABLE',
        `The state folder ${this.path} of site ${this.#site} cannot be reached.`,
        {
          site: this.#site,
          cause: error,
        },
      );
    }
  }

  idOf(key: JobKey): SiteJobId {
    return toSiteJobId(createHash('sha256').update(key).digest('hex').slice(0, 40));
  }

  markOf(id: SiteJobId): string {
    return `IMSIM_OD_SITE_JOB=${this.token}-${id}`;
  }

  jobFolder(id: SiteJobId): string {
    return join(this.path, 'jobs', id);
  }

  activeFile(id: SiteJobId): string {
    return join(this.path, 'active', id);
  }

  /** Reads one of a job's files; undefined where it is not there. They are ours, and there whole or not at all; else `SITE_BROKEN`. */
  async read<Name extends keyof StoredFiles>(
    id: SiteJobId,
    name: Name,
  ): Promise<StoredFiles[Name] | undefined> {
    const path = join(this.jobFolder(id), name);
    try {
      return (await readStateFile(path)) as StoredFiles[Name] | undefined;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new SiteError(
        'SITE_BROKEN',
        `The file ${path} of site ${this.#site} is damaged; forget the job or remove its folder.`,
        {
          site: this.#site,
          cause: error,
        },
      );
    }
  }

  /** Creates one of a job's files unless it is there; returns whether it did. */
  async create<Name extends keyof StoredFiles>(
    id: SiteJobId,
    name: Name,
    value: StoredFiles[Name],
  ): Promise<boolean> {
    return createStateFile(join(this.jobFolder(id), name), value);
  }

  async listJobs(): Promise<SiteJobId[]> {
    return listIds(join(this.path, 'jobs'));
  }

  async listActive(): Promise<SiteJobId[]> {
    return listIds(join(this.path, 'active'));
  }

  async isActive(id: SiteJobId): Promise<boolean> {
    return (await this.readLaunch(id)) !== undefined;
  }

  /** When the job was given room; undefined where it has none. */
  async readLaunch(id: SiteJobId): Promise<StoredLaunch | undefined> {
    return (await readStateFile(this.activeFile(id))) as StoredLaunch | undefined;
  }

  /** Puts a new job there, whole; false where one of its id is there already. Durable after `flushJobs`. */
  async addJob(job: StoredJob): Promise<boolean> {
    const building = this.#newIncoming();
    await mkdir(building, { mode: 0o700 });
    await createStateFile(join(building, 'job.json'), job);
    try {
      await rename(building, this.jobFolder(job.id));
      return true;
    } catch (error) {
      await rm(building, { recursive: true, force: true });
      if (hasErrno(error, 'ENOTEMPTY', 'EEXIST')) return false;
      throw error;
    }
  }

  async flushJobs(): Promise<void> {
    await flushFolder(join(this.path, 'jobs'));
  }

  /** Takes a job away, whole. */
  async removeJob(id: SiteJobId): Promise<void> {
    await rm(this.activeFile(id), { force: true });
    const leaving = this.#newIncoming();
    await rename(this.jobFolder(id), leaving);
    await this.flushJobs();
    await rm(leaving, { recursive: true, force: true });
  }

  /** Named for the process that works on it, so that another can tell when nobody does. */
  #newIncoming(): string {
    const startId = identify(process.pid)?.startId ?? '';
    return join(this.path, 'incoming', `${process.pid}~${startId}~${randomBytes(8).toString('hex')}`);
  }

  /** Removes what processes that are gone left half-done. Whoever calls it has made sure that they were of this host. */
  async removeLeftovers(): Promise<void> {
    for (const name of await readdir(join(this.path, 'incoming'))) {
      const [pid, startId = ''] = name.split('~');
      if (isAlive({ pid: Number(pid), startId })) continue;
      await rm(join(this.path, 'incoming', basename(name)), { recursive: true, force: true });
    }
    for (const folder of ['active', 'lock']) {
      for (const name of await readdir(join(this.path, folder))) {
        const pid = Number(/[.]([0-9]+)-[0-9a-f]+[.]tmp$/.exec(name)?.[1]);
        if (pid > 0 && readProcess(pid) === undefined)
          await rm(join(this.path, folder, name), { force: true });
      }
    }
  }
}

/** Whether the error is one of the operating system's with one of these names. */
export function hasErrno(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && names.some((name) => error.code === name);
}

/** Entries that are ids; a file being written beside its name, or put there by hand, is none. */
async function listIds(path: string): Promise<SiteJobId[]> {
  return (await readdir(path)).filter((name) => /^[0-9a-f]{40}$/.test(name)).map(toSiteJobId);
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) throw error;
  }
}
