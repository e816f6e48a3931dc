/** The note that a running server leaves in its home, for programs of the same account: where it listens, and its database. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookFor, type RunningProcess, thisProcess } from './running-process.js';

/** What the note says. */
export interface ServerNote extends RunningProcess {
  readonly url: string;
  readonly databaseUrl: string;
  /** One-time link of the first administrator; null where there was one already. */
  readonly setupUrl: string | null;
}

/** Leaves the note of this process, readable by the own account alone. @returns takes it away, unless it is another's by then */
export function leaveNote(home: string, said: Omit<ServerNote, keyof RunningProcess>): () => void {
  const path = notePath(home);
  const mine = JSON.stringify({ ...said, ...thisProcess() } satisfies ServerNote);
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, `${mine}\n`, { mode: 0o600 });
  renameSync(partial, path);
  return () => {
    if (textOf(path)?.trim() === mine) rmSync(path, { force: true });
  };
}

/** The note of a server that runs on this host; undefined where none does, or where the process that left it is gone. */
export function readNote(home: string): ServerNote | undefined {
  try {
    const note = JSON.parse(textOf(notePath(home)) ?? '') as ServerNote;
    return lookFor(note) === 'runs' ? note : undefined;
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function notePath(home: string): string {
  return join(home, 'server.json');
}
