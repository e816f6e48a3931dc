/**
 * One run at a time in a folder: a lock file that names the process. A lock whose process is gone is taken over.
 *
 * The file appears whole (written aside, then linked), so nobody reads half of it. On Linux it holds the start of the
 * process too, since process ids come again. A lock of another machine on a shared disk is respected.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CliError, atPath } from '../errors.js';

/** Name of the lock file in an output folder. */
export const LOCK_NAME = '.imsim-od.lock';

interface LockHolder {
  readonly host: string;
  readonly pid: number;
  /** Start of the process in clock ticks since boot; empty where the system does not tell. */
  readonly started: string;
}

/** Locks a folder for this process and returns the function that lets go; throws {@link CliError} where another run is in it. */
export function lockFolder(folder: string): () => void {
  const lock = join(folder, LOCK_NAME);
  const own = join(folder, `${LOCK_NAME}.${process.pid}`);
  const text = JSON.stringify(thisProcess());
  atPath(folder, () => writeFileSync(own, text));
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (tryLink(own, lock)) return () => release(lock, text);
      const held = readLock(lock);
      if (held === undefined) continue;
      const holder = parseHolder(held);
      if (holder && isAlive(holder)) {
        throw new CliError(
          `${folder}: another run (process ${holder.pid} on ${holder.host}) is writing there; ` +
            `wait for it, give another --out, or remove ${lock} if that run is no more`,
        );
      }
      takeAway(lock, held, folder);
    }
    throw new CliError(`${folder}: cannot be locked, other runs keep taking it; give another --out`);
  } finally {
    rmSync(own, { force: true });
  }
}

function tryLink(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return tryCreate(own, lock);
    throw error;
  }
}

/** For file systems without hard links. */
function tryCreate(own: string, lock: string): boolean {
  try {
    writeFileSync(lock, readFileSync(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead lock aside; should it have changed hands meanwhile, it goes back. */
function takeAway(lock: string, expected: string, folder: string): void {
  const aside = join(folder, `${LOCK_NAME}.stale.${process.pid}`);
  try {
    renameSync(lock, aside);
  } catch {
    return; // somebody else was quicker
  }
  if (readLock(aside) !== expected) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function release(lock: string, text: string): void {
  if (readLock(lock) === text) rmSync(lock, { force: true });
}

function readLock(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { host, pid, started } = JSON.parse(text) as Partial<LockHolder>;
    return typeof host === 'string' && typeof pid === 'number' && typeof started === 'string'
      ? { host, pid, started }
      : undefined;
  } catch {
    return undefined;
  }
}

function thisProcess(): LockHolder {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid) };
}

function isAlive({ host, pid, started }: LockHolder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startOf(pid);
  return started === '' || now === '' || started === now;
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold blanks, so counting starts behind its bracket. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
