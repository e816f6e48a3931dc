/** Everything that the addresses and the background work stand on, opened in order and closed in reverse. */
import { existsSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type Archive,
  type ArchiveDatabase,
  archiveSchema,
  type ArchiveTables,
  openArchive,
} from '@imsim-od/archive';
import {
  isDatabaseAway,
  migrateSchema,
  openDatabase,
  type SchemaMigrations,
  startEmbeddedServer,
} from '@imsim-od/database';
import { type IdentityDatabase, identitySchema, type IdentityTables } from '@imsim-od/identity';
import {
  incomingFolder,
  openRuns,
  recordOutputs,
  type Runs,
  runsSchema,
  type RunTables,
  VISIT_EXPANDER,
  visitExpander,
} from '@imsim-od/runs';
import type { SiteAdapter } from '@imsim-od/site';
import { openLocalSite } from '@imsim-od/site-local';
import {
  endAllLeases,
  Scheduler,
  type SchedulerOptions,
  type WorkflowDatabase,
  workflowSchema,
  type WorkflowTables,
} from '@imsim-od/workflow';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { lockHome } from './home-lock.js';
import { makeHome } from './service-home.js';
import { SettingsError, type Settings } from './settings.js';
import { carryOutTasks } from './work/carry-out.js';
import { Runner } from './work/runner.js';
import { WorkerPool } from './work/worker-pool.js';

/** The schemas of the database, in the order in which they are brought up to date. */
export const SCHEMAS: readonly SchemaMigrations[] = [
  identitySchema,
  workflowSchema,
  archiveSchema,
  runsSchema,
];

type Tables = IdentityTables & WorkflowTables & ArchiveTables & RunTables;

const DATABASE_WATCH_MS = 500;
/** What is in flight has left the queue: more than soon begins would keep other users, and other servers, waiting. */
const IN_FLIGHT_PER_WORKER = 4;
const LEAST_IN_FLIGHT = 8;
/** How long a database that is away is waited for at the start. */
const DATABASE_PATIENCE_MS = 60_000;

/** What the server is made of. */
export interface Services {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly identity: IdentityDatabase;
  readonly journal: WorkflowDatabase;
  readonly archive: Archive;
  readonly runs: Runs;
  readonly runner: Runner;
  readonly workers: WorkerPool;
  readonly log: Logger;
  /** Whether the database answers. */
  isReady(): Promise<boolean>;
  /** Ends everything in order; what runs at the site is put down and taken up again at the next start. */
  close(): Promise<void>;
}

/** What tests change of the scheduler. */
export type SchedulerChanges = Pick<SchedulerOptions, 'leaseTtlMs' | 'onFaultPoint'>;

/** Opens everything. @throws SettingsError, HomeInUseError, EmbeddedServerError, MigrationError, SiteError where another host uses the site folder */
export async function openServices(
  settings: Settings,
  log: Logger,
  changes: SchedulerChanges = {},
): Promise<Services> {
  const begin = performance.now();
  for (;;) {
    const closing: (() => unknown)[] = [];
    const close = async (): Promise<void> => {
      for (let end = closing.pop(); end !== undefined; end = closing.pop()) {
        try {
          await end();
        } catch (err) {
          log.error({ err }, 'something did not close');
        }
      }
    };
    try {
      return { ...(await openParts(settings, log, changes, closing)), close };
    } catch (err) {
      await close();
      if (!isDatabaseAway(err) || performance.now() - begin > DATABASE_PATIENCE_MS) throw err;
      log.warn({ err }, 'the database went away; starting is tried again');
      await sleep(DATABASE_WATCH_MS);
    }
  }
}

async function openParts(
  settings: Settings,
  log: Logger,
  changes: SchedulerChanges,
  closing: (() => unknown)[],
): Promise<Omit<Services, 'close'>> {
  const program = workerProgram(settings);
  makeHome(settings.home);
  const databaseUrl = settings.databaseUrl ?? (await startDatabase(settings, log, closing));
  const db = openDatabase<Tables>(databaseUrl, {
    maxConnections: 12,
    onConnectionError: ({ message }) => log.warn({ detail: message }, 'a connection to the database broke'),
  });
  closing.push(() => db.destroy());
  for (const schema of SCHEMAS) await migrateSchema(db, schema);
  // The lock of the home says that no other server lives.
  if (settings.databaseUrl === undefined) await endAllLeases(db as unknown as WorkflowDatabase);
  const archive = await openArchive({
    db: db as unknown as ArchiveDatabase,
    folder: join(settings.home, 'archive'),
    defaultQuotaBytes: settings.defaultQuotaBytes,
  });
  const workers = new WorkerPool(program, settings.workers, settings.sedDir);
  closing.push(() => workers.close());
  const runner = new Runner(program, { sedDir: settings.sedDir });
  closing.push(() => runner.close());
  const site = await openSite(settings, archive, workers);
  closing.push(() => site.close());
  const runs = openRuns({
    db: db as unknown as Kysely<RunTables & WorkflowTables & ArchiveTables>,
    archive,
    planner: runner,
    sites: [{ adapter: site, slots: settings.workers, monitorUrl: settings.siteMonitorUrl }],
    maxActiveTasks: settings.maxActiveTasks,
    retentionDays: settings.retentionDays ?? null,
  });
  const scheduler = new Scheduler({
    db: runs.journal,
    url: databaseUrl,
    server: `${hostname()}:${process.pid}`,
    sites: [site],
    maxInFlightPerSite: Math.max(LEAST_IN_FLIGHT, IN_FLIGHT_PER_WORKER * settings.workers),
    expanders: new Map([[VISIT_EXPANDER, visitExpander(runs)]]),
    collectInto: (task) => incomingFolder(archive, task),
    recordOutputs: (transaction, collected) => recordOutputs(runs, transaction, collected),
    onTrouble: (err, where) => log.warn({ err, where }, 'trouble that should pass'),
    ...changes,
  });
  scheduler.start();
  closing.push(() => scheduler.stop());
  return {
    settings,
    databaseUrl,
    identity: db as unknown as IdentityDatabase,
    journal: runs.journal,
    archive,
    runs,
    runner,
    workers,
    log,
    isReady: async () => {
      await db.selectFrom('identity.users').select('id').limit(1).execute();
      return true;
    },
  };
}

/** The embedded database, started anew where it dies; its address stays the same. */
async function startDatabase(settings: Settings, log: Logger, closing: (() => unknown)[]): Promise<string> {
  closing.push(lockHome(settings.home));
  const folder = join(settings.home, 'postgres');
  let server = await startEmbeddedServer({ folder });
  let isStarting = false;
  const watch = setInterval(() => {
    if (isStarting || isAlive(server.pid)) return;
    isStarting = true;
    log.error({ pid: server.pid }, 'the embedded database died; it is started again');
    startEmbeddedServer({ folder })
      .then((next) => (server = next))
      .catch((err: unknown) => log.error({ err }, 'the embedded database does not start; it is tried again'))
      .finally(() => (isStarting = false));
  }, DATABASE_WATCH_MS);
  closing.push(() => {
    clearInterval(watch);
    return server.stop();
  });
  return server.url;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function openSite(settings: Settings, archive: Archive, workers: WorkerPool): Promise<SiteAdapter> {
  const stateFolder = resolve(settings.siteFolder ?? join(settings.home, 'site'));
  mkdirSync(dirname(stateFolder), { recursive: true });
  return openLocalSite({
    stateFolder,
    cores: settings.workers,
    memoryMb: settings.memoryMb,
    discardsFailedWork: true,
    runInProcess: carryOutTasks(archive, workers),
  });
}

/** The program that workers run: the one beside this one in the clone, unless the settings name another. */
function workerProgram(settings: Settings): string {
  const path =
    settings.workerPath ?? fileURLToPath(new URL('../../imsim-od/bin/imsim-od.js', import.meta.url));
  if (!existsSync(path)) throw new SettingsError(`There is no worker program at ${path}; set workerPath.`);
  return path;
}
