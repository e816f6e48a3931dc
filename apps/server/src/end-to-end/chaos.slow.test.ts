import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@imsim-od/api';
import { type ArchiveDatabase, type ArchiveTables, collectGarbage, openArchive } from '@imsim-od/archive';
import { openDatabase } from '@imsim-od/database';
import { openRuns, sweepIncoming } from '@imsim-od/runs';
import { caseCount, repositoryRoot } from '@imsim-od/testing';
import { FAULT_POINTS } from '@imsim-od/workflow';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChaosOrders } from '../testing/chaos-server.js';
import {
  buildServerProgram,
  killDatabase,
  type ServerProcess,
  startServerProcess,
} from '../testing/server-process.js';
import { PASSWORD, smallRequest } from '../testing/test-server.js';

// The whole service under kill -9: the server at named moments and at any moment, its workers, its embedded database. Afterwards every task
// is done once in the catalog, every file is whole, and nothing is left over.

const folder = join(repositoryRoot, '.cache', `chaos-server-${process.pid}`);
const PRODUCTS = ['eimage', 'truth'];
/** eimage, truth as FITS and Parquet, recipe. */
const FILES = 4;
/** How long what goes on after the kills may take: the machine may be busy with other things. */
const PATIENCE_MS = 420_000;

let home: string;
let token: string;
let db: Kysely<ArchiveTables>;
let visitId = 100;

beforeAll(async () => {
  await buildServerProgram(folder);
  home = mkdtempSync(join(tmpdir(), 'imsim-od-chaos-'));
  chmodSync(home, 0o711);
  const server = await start({});
  const anyone = createClient({ baseUrl: server.started.url });
  await anyone.call('setup', {
    body: { secret: server.started.setupUrl?.split('#')[1] ?? '', name: 'ada', password: PASSWORD },
  });
  const session = await anyone.call('login', { body: { name: 'ada', password: PASSWORD } });
  token = session.text;
  db = openDatabase<ArchiveTables>(server.started.databaseUrl, { maxConnections: 2 });
  server.child.kill('SIGKILL');
  await server.ended;
});
afterAll(async () => {
  await db.destroy();
  killDatabase(home);
  rmSync(folder, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

interface ServerWithClient extends ServerProcess {
  readonly client: Client;
}

async function start(orders: Pick<ChaosOrders, 'dieAt' | 'dieOnHit'>): Promise<ServerWithClient> {
  const server = await startServerProcess(folder, { home, ...orders });
  return { ...server, client: createClient({ baseUrl: server.started.url, token, retries: 10 }) };
}

/** Submits a run of several visits, each of a few detectors, all with recipes that are new. */
async function submit(client: Client, visits: number, detectors: string): Promise<string> {
  const requests = Array.from({ length: visits }, () =>
    smallRequest({ visitId: visitId++, detectors, products: PRODUCTS, seed: visitId }),
  );
  const { id } = await client.call('submitRun', { body: { requests } });
  return id;
}

async function untilSucceeded(client: Client, id: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const run = await client.call('readRun', { params: { id } }).catch(() => undefined);
    if (run?.state === 'succeeded') return;
    if (run?.state === 'failed') throw new Error(`the run has failed: ${JSON.stringify(run.failures)}`);
    if (performance.now() > deadline) {
      const log = readFileSync(join(home, 'server-process.log'), 'utf8').slice(-3000);
      throw new Error(
        `the run is ${JSON.stringify(run?.counts)} after ${PATIENCE_MS / 60_000} minutes: ${log}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The workers of a server. */
function workersOf(server: ServerProcess): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isWorker(name) && parentOf(name) === server.child.pid)
    .map(Number);
}

const isWorker = (pid: string): boolean => commandOf(pid).includes('imsim-od.js\0work\0--serve');

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** What must hold of a run once it has ended, in the database and on disk; what does not, in words. */
async function brokenInvariants(runId: string, tasks: number): Promise<string[]> {
  const broken: string[] = [];
  const check = async (what: string, query: ReturnType<typeof sql>): Promise<void> => {
    const { rows } = await query.execute(db);
    if (rows.length > 0) broken.push(`${what}: ${JSON.stringify(rows.slice(0, 3))}`);
  };
  const run = sql`(select run_no from workflow.runs where id = ${runId}::uuid)`;
  await check(
    'a task did not succeed',
    sql`select task_index, state from workflow.tasks where run_no = ${run} and state <> 'succeeded'`,
  );
  await check(
    'a task succeeded more than once',
    sql`select task_index from workflow.events where run_no = ${run} and kind = 'succeeded' group by 1 having count(*) <> 1`,
  );
  await check(
    'a task has not its files, each once',
    sql`select t.index, count(d.id) from generate_series(0, ${tasks - 1}) t (index)
      left join archive.datasets d on d.run_id = ${runId}::uuid and d.task_index = t.index
      group by 1 having count(d.id) <> ${FILES} or count(distinct d.name) <> ${FILES}`,
  );
  await check(
    'a task has no result, or several',
    sql`select t.index from generate_series(0, ${tasks - 1}) t (index)
      left join runs.results r on r.run_id = ${runId}::uuid and r.task_index = t.index group by 1 having count(r.*) <> 1`,
  );
  await check(
    'usage is not the sum of the datasets',
    sql`select u.user_id from archive.usage u where (u.bytes, u.datasets) <>
      (select coalesce(sum(bytes), 0), count(*) from archive.datasets d where d.charged_to = u.user_id and not d.dropped)`,
  );
  await check(
    'a dataset has no content',
    sql`select d.id from archive.datasets d left join archive.blobs b using (sha256) where b.sha256 is null`,
  );
  await check(
    'a recipe is in the making still',
    sql`select recipe_hash from archive.making where expires_at > clock_timestamp()`,
  );
  const store = join(home, 'archive');
  const archive = await openArchive({ db: db as ArchiveDatabase, folder: store });
  const runs = openRuns({
    db: db as Kysely<never>,
    archive,
    planner: { plan: () => Promise.reject() },
    sites: [],
  });
  await sweepIncoming(runs);
  const left = filesBelow(join(store, 'incoming'), join(home, 'site/jobs')).filter((path) =>
    /\/(work|incoming)\//.test(path),
  );
  if (left.length > 0) broken.push(`${left.length} outputs were left behind, such as ${left[0]}`);
  await collectGarbage(archive, 0);
  const known = await sql<{ sha256: string; bytes: number }>`select sha256, bytes from archive.blobs`.execute(
    db,
  );
  const onDisk = readdirSync(join(store, 'blobs'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const names = new Set(onDisk.map(({ name }) => name));
  if (names.size !== onDisk.length || onDisk.length !== known.rows.length)
    broken.push(`${onDisk.length} files in the store, ${known.rows.length} contents in the catalog`);
  for (const { sha256, bytes } of known.rows) {
    const path = archive.store.pathOf(sha256);
    const content = existsSync(path) ? readFileSync(path) : undefined;
    if (content?.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256)
      broken.push(`content ${sha256} is not whole`);
  }
  return broken;
}

function filesBelow(...folders: readonly string[]): readonly string[] {
  return execFileSync('find', [...folders, '-type', 'f'], { encoding: 'utf8' }).split('\n');
}

describe('a service that is killed', { sequential: true }, () => {
  it.each(FAULT_POINTS)(
    'by kill -9 of the server at %s, three times, loses nothing and does nothing twice',
    async (dieAt) => {
      const first = await start({});
      const runId = await submit(first.client, 2, 'R22_S11,R22_S12');
      first.child.kill('SIGKILL');
      await first.ended;
      for (let death = 0; death < caseCount(3, 10); death++) {
        const victim = await start({ dieAt, dieOnHit: 1 + (death % 2) });
        // A death that is late finds the run done: another run keeps the point being reached.
        const more = setInterval(() => void submit(victim.client, 1, 'R22_S11').catch(() => undefined), 3000);
        const [, signal] = (await victim.ended) as [number | null, NodeJS.Signals | null];
        clearInterval(more);
        expect(signal).toBe('SIGKILL');
      }
      const survivor = await start({});
      await untilSucceeded(survivor.client, runId);
      await untilAllEnded(survivor.client);
      expect(await brokenInvariants(runId, 4)).toEqual([]);
      survivor.child.kill('SIGTERM');
      await survivor.ended;
    },
  );

  it('at any moment, whichever of server, worker and database, loses nothing and does nothing twice', async () => {
    const seed = Number(process.env['IMSIM_OD_SEED'] ?? Math.floor(performance.now() * 1000) % 1_000_000);
    console.log(`random kills with IMSIM_OD_SEED=${seed}`);
    const random = seededRandom(seed);
    const seenWorkers = new Set<number>();
    const killed = { server: 0, worker: 0, database: 0 };
    let server = await start({});
    const runId = await submit(server.client, 4, 'R22');
    for (let kill = 0; kill < caseCount(10, 100); kill++) {
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 2500));
      const workers = workersOf(server);
      for (const pid of workers) seenWorkers.add(pid);
      const worker = workers[Math.floor(random() * workers.length)];
      const dice = random();
      if (dice < 0.4) {
        killed.server++;
        server.child.kill('SIGKILL');
        await server.ended;
        server = await start({});
      } else if (dice < 0.7 && worker !== undefined) {
        killed.worker++;
        process.kill(worker, 'SIGKILL');
      } else {
        killed.database++;
        killDatabase(home);
      }
    }
    console.log(`killed ${JSON.stringify(killed)}`);
    await untilSucceeded(server.client, runId);
    await untilAllEnded(server.client);
    expect(await brokenInvariants(runId, 36)).toEqual([]);
    server.child.kill('SIGTERM');
    await server.ended;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([...seenWorkers].filter((pid) => isWorker(String(pid)))).toEqual([]);
    expect(
      execFileSync('find', [home, '-name', '*.partial*', '-path', '*archive*'], { encoding: 'utf8' }),
    ).toBe('');
  });
});

/** Other runs than the one that is judged may be under way still; the store is looked at when all is quiet. */
async function untilAllEnded(client: Client): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const page = await client.call('listRuns', { query: { limit: 200 } }).catch(() => undefined);
    if (page?.items.every(({ state }) => state === 'succeeded') === true) return;
    if (performance.now() > deadline)
      throw new Error(`runs are ${JSON.stringify(page?.items.map(({ state }) => state))}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
