/** A server that goes on by itself: started so that it outlives the command, and stopped by its note. */
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeepError } from './keep/backup.js';
import { lookFor } from './running-process.js';
import { makeHome } from './service-home.js';
import { readNote, type ServerNote } from './server-note.js';

/** Recovery of a large database takes a while. */
const START_PATIENCE_MS = 120_000;
const STOP_PATIENCE_MS = 40_000;
const LOOK_MS = 100;

/** Starts a server and returns once it listens; one that runs already will do. */
export async function startInBackground(home: string, args: readonly string[]): Promise<'done' | 'site'> {
  const running = readNote(home);
  if (running !== undefined) {
    tell({ ...running, setupUrl: null }, 'runs already at');
    return 'done';
  }
  makeHome(home);
  const logPath = join(home, 'server.log');
  const log = openSync(logPath, 'a', 0o600);
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./main.js', import.meta.url)), ...args.filter((arg) => arg !== '--background')],
    { detached: true, stdio: ['ignore', log, log] },
  );
  let end: number | string | undefined;
  child.on('exit', (code, signal) => (end = signal ?? code ?? 0));
  const deadline = Date.now() + START_PATIENCE_MS;
  while (end === undefined && Date.now() < deadline) {
    const note = readNote(home);
    if (note !== undefined && note.pid === child.pid) {
      child.unref();
      tell(note, 'listens at');
      return 'done';
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const words = readFileSync(logPath, 'utf8').trim().split('\n').slice(-5).join('\n');
  process.stderr.write(
    `imsim-od: the service did not start (${end ?? 'no answer'}); the end of ${logPath}:\n${words}\n`,
  );
  return 'site';
}

/** Stops the server of a home and waits for its end. */
export async function stopRunning(home: string): Promise<'done'> {
  const note = readNote(home);
  if (note === undefined) {
    process.stdout.write(`No service runs in ${home}.\n`);
    return 'done';
  }
  process.kill(note.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_PATIENCE_MS;
  while (lookFor(note) === 'runs') {
    if (Date.now() > deadline)
      throw new KeepError(`The service with pid ${note.pid} does not end; look at server.log in ${home}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  process.stdout.write('The service is stopped; what was under way goes on at the next start.\n');
  return 'done';
}

function tell({ url, pid, setupUrl }: ServerNote, verb: string): void {
  process.stdout.write(`ImSim On Demand ${verb} ${url} (pid ${pid})\n`);
  if (setupUrl !== null)
    process.stdout.write(
      `Where nobody administers it yet: from this machine, once, within a day: ${setupUrl}\n`,
    );
}
