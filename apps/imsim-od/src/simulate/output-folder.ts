/**
 * The folder that a run writes to: made when missing, held by one run at a time, freed of what dead runs left.
 *
 * Files are written under names that begin with `.partial-` and renamed when whole. Whoever holds the folder may remove
 * every such file in it: they belong to runs that are no more.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { atPath } from '../errors.js';
import { lockFolder } from './folder-lock.js';

/** What the name of a file in the making begins with. */
export const PARTIAL_PREFIX = '.partial-';

/** An output folder held by this run. */
export interface OutputFolder {
  readonly path: string;
  /** Files of dead runs that were removed on opening. */
  readonly stalePartials: number;
  /** Removes files in the making, lets go of the folder, and removes it again where it was made for nothing; once. */
  close(): void;
}

/**
 * Makes and holds an output folder. Throws {@link HostFileError} where it cannot be made or written, and
 * {@link CliError} where another run holds it.
 */
export function openOutputFolder(path: string): OutputFolder {
  const made = makeFolder(path);
  let unlock: () => void;
  try {
    unlock = lockFolder(path);
  } catch (error) {
    removeEmpty(made);
    throw error;
  }
  const stalePartials = removePartials(path);
  let isOpen = true;
  return {
    path,
    stalePartials,
    close() {
      if (!isOpen) return;
      isOpen = false;
      removePartials(path);
      unlock();
      removeEmpty(made);
    },
  };
}

/**
 * Makes a folder and its parents; returns those it made, deepest first. One by one: Node's recursive mkdir never returns
 * where a parent exists and still takes no folder, as in /proc.
 */
function makeFolder(path: string): string[] {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  const made: string[] = [];
  try {
    for (const folder of missing) {
      atPath(path, () => mkdirSync(folder));
      made.unshift(folder);
    }
  } catch (error) {
    removeEmpty(made);
    throw error;
  }
  return made;
}

function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      return; // holds something, so it stays, and its parents with it
    }
  }
}

function removePartials(path: string): number {
  const partials = readdirSync(path).filter((name) => name.startsWith(PARTIAL_PREFIX));
  for (const name of partials) {
    const file = join(path, name);
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) rmSync(file, { force: true });
  }
  return partials.length;
}
