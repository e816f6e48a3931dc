/**
 * One server at a time uses a home with an embedded database. Whoever wants it puts down its name in the folder `lock`, each under a name of
 * its own, and looks for others afterwards: of two, the one that looks later sees the other, so never do both go on. Nothing is taken from
 * anybody; what the dead left is removed by the next one.
 */
import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { lookFor, type RunningProcess, thisProcess } from './running-process.js';

/** The home is in use. */
export class HomeInUseError extends Error {
  override readonly name = 'HomeInUseError';
  readonly code = 'SERVER_HOME_IN_USE';

  constructor(home: string, { pid, hostname }: RunningProcess, entry: string, isElsewhere: boolean) {
    super(
      isElsewhere
        ? `${home} is in use by a server with pid ${pid} on ${hostname}. Stop that one, or give another --home. If that host is gone for good, remove ${entry}.`
        : `${home} is in use by a server with pid ${pid}. Stop that one, give another --home, or give both a --database-url to share the work.`,
    );
  }
}

/** Two that begin at the same moment both step back; so often do they try again. */
const ATTEMPTS = 6;
const PAUSE_MS = 200;

/** Takes the lock. @returns gives it back @throws HomeInUseError */
export function lockHome(home: string): () => void {
  const folder = join(home, 'lock');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt++) {
    refuseOthers(home, folder);
    const mine = join(folder, v7());
    // A symbolic link is made whole or not at all, and needs no file that could be found half-written.
    symlinkSync(JSON.stringify(thisProcess()), mine);
    try {
      refuseOthers(home, folder, mine);
      return () => rmSync(mine, { force: true });
    } catch (error) {
      rmSync(mine, { force: true });
      if (!(error instanceof HomeInUseError) || attempt >= ATTEMPTS) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS * (0.5 + Math.random()));
  }
}

/** @throws HomeInUseError where another than `mine` may live; removes what the dead left */
function refuseOthers(home: string, folder: string, mine?: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const owner = path === mine ? undefined : ownerOf(path);
    if (owner === undefined) continue;
    const state = lookFor(owner);
    if (state !== 'gone') throw new HomeInUseError(home, owner, path, state === 'elsewhere');
    rmSync(path, { force: true });
  }
}

/** Undefined where the entry was removed meanwhile. */
function ownerOf(path: string): RunningProcess | undefined {
  try {
    return JSON.parse(readlinkSync(path)) as RunningProcess;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
