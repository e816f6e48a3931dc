// Keeps one PostgreSQL server for a run of tests: makes its folder, starts it, and stops it and removes everything once the process that
// runs the tests has ended, however it ended. Started by postgres-server.ts as
//   node postgres-keeper.mjs '{"state": folder, "bin": folder, "runPid": pid, "uid": number|null, "gid": number|null, "restart": boolean}'
// With restart, a server that dies is started again, as the supervisor of a machine would.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const { state, bin: packaged, runPid, uid, gid, restart } = JSON.parse(process.argv[2]);
const account = uid === null ? {} : { uid, gid };
// Another account may not be able to reach the package under a private folder: it gets a copy of its own.
const bin = uid === null ? packaged : join(state, 'native/bin');
const data = join(state, 'data');
const socket = join(state, 'socket');
const environment = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/** When the process of a pid began, in the kernel's ticks, so that another process of the same pid is not taken for it. */
function startOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}

const runStart = startOf(runPid);

function runIsAlive() {
  try {
    process.kill(runPid, 0);
  } catch {
    return false;
  }
  return startOf(runPid) === runStart;
}

function tell(name, document) {
  writeFileSync(join(state, `${name}.part`), JSON.stringify(document), { mode: 0o600 });
  renameSync(join(state, `${name}.part`), join(state, name));
}

const password = randomBytes(18).toString('base64url');

function makeCluster() {
  chmodSync(state, 0o711);
  if (bin !== packaged)
    cpSync(join(packaged, '..'), join(state, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const folder of [data, socket]) {
    mkdirSync(folder, { mode: 0o700 });
    if (uid !== null) chownSync(folder, uid, gid);
  }
  const passwordFile = join(socket, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (uid !== null) chownSync(passwordFile, uid, gid);
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'imsim',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
      '-N',
    ],
    { ...account, cwd: data, env: environment, encoding: 'utf8' },
  );
  rmSync(passwordFile);
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
}

function startServer() {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    max_connections: 100,
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
  };
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...account, cwd: data, env: environment, stdio: 'ignore' },
  );
  return server;
}

let ending = false;
let server;

function keepServer() {
  server = startServer();
  server.on('exit', () => {
    if (ending) return;
    if (restart) setTimeout(() => ending || keepServer(), 100);
    else void end();
  });
}

async function end() {
  if (ending) return;
  ending = true;
  if (server.exitCode === null && server.signalCode === null) {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT');
    const patience = setTimeout(() => server.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(patience);
  }
  rmSync(state, { recursive: true, force: true });
  process.exit(0);
}

try {
  makeCluster();
  keepServer();
  process.on('SIGTERM', () => void end());
  tell('ready.json', { host: socket, user: 'imsim', password });
  setInterval(() => runIsAlive() || void end(), 500);
} catch (error) {
  tell('failed.json', { message: error.message });
  const patience = setInterval(() => {
    if (runIsAlive()) return;
    clearInterval(patience);
    rmSync(state, { recursive: true, force: true });
  }, 500);
}
