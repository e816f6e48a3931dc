/**
 * A site for tests that is a table in a database of its own schema: it outlives any scheduler, gives one job per key, runs nothing, and
 * lets a job end when its time is over by the database's clock. What a job does stands in its payload.
 */
import {
  type CancelResult,
  type CollectedOutputs,
  type ForgetResult,
  type JobEnd,
  type JobKey,
  type JobRef,
  type JobSpec,
  jobSpecSha256,
  type JobState,
  type JobStatus,
  type LogSlice,
  NO_CAPABILITIES,
  type SiteAdapter,
  type SiteCapabilities,
  SiteError,
  type SiteLimits,
  type SitePing,
  type SubmitResult,
  toSiteJobId,
} from '@imsim-od/site';
import { sql } from 'kysely';
import { openDatabase } from '@imsim-od/database';
import type { WorkflowDatabase } from '../database.js';

/** How a test's job goes. */
export interface TestJob {
  /** Time from submission to end; default 0. */
  readonly runMs?: number;
  /** Default `succeeded`. */
  readonly outcome?: 'succeeded' | 'failed' | 'lost' | 'memory' | 'oversize' | 'missing' | 'vanished';
  /** Succeeds from this attempt on, whatever the outcome says; default never. */
  readonly goodFromAttempt?: number;
}

/** A job that does what `job` says. */
export function testJobSpec(key: JobKey, job: TestJob = {}): JobSpec {
  return {
    key,
    work: { kind: 'payload', payload: { ...job } },
    environment: {},
    workingFolder: null,
    inputs: [],
    cpuCores: 1,
    memoryMb: 100,
    wallS: 60,
    cpuS: null,
    niceness: 0,
    outputs: [],
  };
}

interface JobRow {
  key: JobKey;
  state: string;
  outcome: string;
}

/** The site; several may be open on one database and are one site. */
export class TableSite implements SiteAdapter {
  readonly name: string;
  readonly capabilities: SiteCapabilities = { ...NO_CAPABILITIES, payloads: true, submitIsAtomic: true };
  readonly pollIntervalMs: number;
  /** While true, every question throws SITE_UNAVAILABLE. */
  away = false;
  /** Jobs not ended that it takes; beyond, SITE_LIMIT_REACHED. */
  maxActiveJobs = Infinity;
  /** How often each method was called. */
  readonly calls = { submit: 0, status: 0, cancel: 0, collect: 0 };
  readonly #db: WorkflowDatabase;

  private constructor(db: WorkflowDatabase, name: string, pollIntervalMs: number) {
    this.#db = db;
    this.name = name;
    this.pollIntervalMs = pollIntervalMs;
  }

  /** Opens the site, making its table where it is not there. */
  static async open(url: string, name = 'table', pollIntervalMs = 20): Promise<TableSite> {
    const db = openDatabase(url, { maxConnections: 4 });
    await sql`
      select pg_advisory_lock(41);
      create schema if not exists test_site;
      create table if not exists test_site.jobs (
        key text primary key, sha256 text not null, memory_mb float8 not null, outcome text not null,
        submissions integer not null default 1, cancelled boolean not null default false,
        ends_at timestamptz not null);
      select pg_advisory_unlock(41);
    `.execute(db);
    return new TableSite(db, name, pollIntervalMs);
  }

  async submit(specs: readonly JobSpec[]): Promise<readonly SubmitResult[]> {
    this.#answer('submit');
    const results: SubmitResult[] = [];
    const taken: { spec: JobSpec; outcome: string; runMs: number }[] = [];
    let free = Infinity;
    if (this.maxActiveJobs !== Infinity) {
      const active = await sql<{ count: number }>`
        select count(*) from test_site.jobs where ends_at > clock_timestamp() and not cancelled
      `.execute(this.#db);
      free = this.maxActiveJobs - (active.rows[0]?.count ?? 0);
    }
    for (const spec of specs) {
      const job = (spec.work.kind === 'payload' ? spec.work.payload : {}) as TestJob;
      const attempt = Number(spec.key.split('.').at(-1));
      const good = job.goodFromAttempt !== undefined && attempt >= job.goodFromAttempt;
      const outcome = good ? 'succeeded' : (job.outcome ?? 'succeeded');
      if (outcome === 'oversize') {
        const error = new SiteError('SITE_OVERSIZE', `Job ${spec.key} is too big.`, { key: spec.key });
        results.push({ key: spec.key, outcome: 'refused', error });
      } else if (taken.length >= free) {
        const error = new SiteError('SITE_LIMIT_REACHED', 'The site is full.', { key: spec.key });
        results.push({ key: spec.key, outcome: 'refused', error });
      } else {
        taken.push({ spec, outcome, runMs: job.runMs ?? 0 });
        results.push({ key: spec.key, outcome: 'accepted', siteJobId: toSiteJobId(`job:${spec.key}`) });
      }
    }
    await sql`
      insert into test_site.jobs as j (key, sha256, memory_mb, outcome, ends_at)
      select key, sha256, memory_mb, outcome, clock_timestamp() + run_ms * interval '1 millisecond' from unnest(
        ${taken.map(({ spec }) => spec.key)}::text[], ${taken.map(({ spec }) => jobSpecSha256(spec))}::text[],
        ${taken.map(({ spec }) => spec.memoryMb)}::float8[], ${taken.map(({ outcome }) => outcome)}::text[],
        ${taken.map(({ runMs }) => runMs)}::float8[]) as given (key, sha256, memory_mb, outcome, run_ms)
      on conflict (key) do update set submissions = j.submissions + 1 where j.sha256 = excluded.sha256
    `.execute(this.#db);
    return results;
  }

  async status(refs: readonly JobRef[]): Promise<readonly JobStatus[]> {
    this.#answer('status');
    const { rows } = await sql<JobRow>`
      select key, outcome, case when cancelled then 'cancelled' when ends_at > clock_timestamp() then 'running' else 'ended' end as state
      from test_site.jobs where key = any(${refs.map(({ key }) => key)}::text[])
    `.execute(this.#db);
    const found = new Map(rows.map((row) => [row.key, row]));
    return refs.map(({ key }) => toStatus(key, found.get(key)));
  }

  async cancel(refs: readonly JobRef[]): Promise<readonly CancelResult[]> {
    this.#answer('cancel');
    const { rows } = await sql<{ key: string }>`
      update test_site.jobs set cancelled = true
      where key = any(${refs.map(({ key }) => key)}::text[]) and ends_at > clock_timestamp() returning key
    `.execute(this.#db);
    const stopped = new Set(rows.map((row) => row.key));
    return refs.map(({ key }) => ({ key, outcome: stopped.has(key) ? 'requested' : 'ended' }));
  }

  async collect({ key }: JobRef): Promise<CollectedOutputs> {
    this.#answer('collect');
    const { rows } = await sql<JobRow>`
      select key, outcome, '' as state from test_site.jobs where key = ${key}
    `.execute(this.#db);
    if (rows[0] === undefined) throw new SiteError('SITE_JOB_NOT_FOUND', `No job ${key}.`, { key });
    if (rows[0].outcome === 'vanished')
      throw new SiteError('SITE_BROKEN', `The outputs of ${key} are gone.`, { key });
    return { files: [], missing: rows[0].outcome === 'missing' ? ['image.fits'] : [], location: '/nowhere' };
  }

  logs(): Promise<LogSlice> {
    return Promise.resolve({ bytes: new Uint8Array(), offset: 0, totalBytes: 0 });
  }

  async forget(refs: readonly JobRef[]): Promise<readonly ForgetResult[]> {
    await sql`delete from test_site.jobs where key = any(${refs.map(({ key }) => key)}::text[])`.execute(
      this.#db,
    );
    return refs.map(({ key }) => ({ key, outcome: 'forgotten' }));
  }

  ping(): Promise<SitePing> {
    return Promise.resolve({
      answeredInMs: 0,
      activeJobs: null,
      waitingJobs: null,
      freeCores: null,
      freeMemoryMb: null,
    });
  }

  limits(): Promise<SiteLimits> {
    return Promise.resolve({
      maxCoresPerJob: null,
      maxMemoryMbPerJob: null,
      maxWallS: null,
      maxActiveJobs: null,
      maxBatch: 500,
      totalCores: null,
      totalMemoryMb: null,
    });
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }

  #answer(method: keyof TableSite['calls']): void {
    this.calls[method] += 1;
    if (this.away) throw new SiteError('SITE_UNAVAILABLE', `Site ${this.name} is away.`, { site: this.name });
  }
}

function toStatus(key: JobKey, row: JobRow | undefined): JobStatus {
  const ends: Record<string, JobState> = {
    succeeded: 'succeeded',
    missing: 'succeeded',
    vanished: 'succeeded',
    failed: 'failed',
    memory: 'failed',
    lost: 'lost',
  };
  const state: JobState =
    row === undefined
      ? 'unknown'
      : row.state === 'ended'
        ? (ends[row.outcome] ?? 'unknown')
        : (row.state as JobState);
  const end: JobEnd | null =
    row?.state !== 'ended'
      ? null
      : {
          exitCode: state === 'succeeded' ? 0 : null,
          signal: null,
          limitExceeded: row.outcome === 'memory' ? 'memory' : null,
          cpuS: null,
          wallS: null,
          maxRssMb: null,
          reason: row.outcome,
        };
  return {
    key,
    siteJobId: row === undefined ? null : toSiteJobId(`job:${key}`),
    state,
    end,
    unknownBecause: row === undefined ? 'notFound' : null,
    submittedAtUtcMs: null,
    startedAtUtcMs: null,
    endedAtUtcMs: null,
  };
}
