/** The note that a running server leaves in its home, for programs of the same account: where it listens, and its database. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the note says. */
export interface ServerNote {
  readonly url: string;
  readonly pid: number;
  readonly databaseUrl: string;
  /** One-time link of the first administrator; null where there was one already. */
  readonly setupUrl: string | null;
}

/** Leaves the note, readable by the own account alone. @returns takes it away */
export function leaveNote(home: string, note: ServerNote): () => void {
  const path = notePath(home);
  writeFileSync(`${path}.partial`, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  renameSync(`${path}.partial`, path);
  return () => rmSync(path, { force: true });
}

/** The note of a server that runs; undefined where none does. */
export function readNote(home: string): ServerNote | undefined {
  try {
    const note = JSON.parse(readFileSync(notePath(home), 'utf8')) as ServerNote;
    process.kill(note.pid, 0);
    return note;
  } catch {
    return undefined;
  }
}

function notePath(home: string): string {
  return join(home, 'server.json');
}
