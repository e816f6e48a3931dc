/** One server at a time uses a home with an embedded database: it holds a lock that dies with it. */
import { readFileSync, rmSync, symlinkSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The home is in use. */
export class HomeInUseError extends Error {
  override readonly name = 'HomeInUseError';
  readonly code = 'SERVER_HOME_IN_USE';

  constructor(home: string, pid: number) {
    super(
      `${home} is in use by a server with pid ${pid}. Stop that one, give another --home, or give both a --database-url to share the work.`,
    );
  }
}

/** Takes the lock. @returns gives it back @throws HomeInUseError */
export function lockHome(home: string): () => void {
  const path = join(home, 'server.lock');
  const mine = `${process.pid}.${startOf(process.pid) ?? ''}`;
  for (;;) {
    try {
      // A symbolic link is made whole or not at all, and needs no file that could be found half-written.
      symlinkSync(mine, path);
      return () => {
        if (ownerOf(path) === mine) rmSync(path, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const [pid, start] = (ownerOf(path) ?? '').split('.');
    const isAlive = startOf(Number(pid)) !== undefined && (startOf(Number(pid)) === start || start === '');
    if (isAlive) throw new HomeInUseError(home, Number(pid));
    rmSync(path, { force: true });
  }
}

function ownerOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** When a process began, in the kernel's ticks; empty where the system does not tell; undefined where there is none. */
function startOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return '';
  }
}
