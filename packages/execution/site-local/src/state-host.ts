/**
 * Which host works in a state folder. What a process does can be told on the host that runs it alone, so adapters of one host share a folder
 * and those of another are refused. `host.json` names the host; `beat` changes as long as an adapter of it lives. A host that gave no sign of
 * life for a while is gone, and its jobs with it: the next one takes the folder, and finds them lost. No clock is compared with another's.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SiteError } from '@imsim-od/site';
import { currentTable } from '../supervisor/process-table.mjs';
import { createStateFile, readStateFile, replaceStateFile } from '../supervisor/state-file.mjs';
import { hasErrno } from './state-folder.js';

/** host.json */
interface StoredHost {
  /** Its process table: another after a restart, another in each container. */
  readonly table: string;
  /** For people. */
  readonly hostname: string;
}

/** Signs of life within the patience of others. */
const BEATS = 5;

/** The sign of life of an adapter. */
export class StateHost {
  readonly #folder: string;
  readonly #site: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(folder: string, site: string, intervalMs: number) {
    this.#folder = folder;
    this.#site = site;
    this.#timer = setInterval(() => void this.#beat(), intervalMs);
    this.#timer.unref();
  }

  /** Takes the folder for this host, where it is not this host's already. Throws `SITE_IN_USE` where another one lives. */
  static async take(folder: string, site: string, patienceMs: number): Promise<StateHost> {
    const ours: StoredHost = { table: currentTable, hostname: hostname() };
    const path = join(folder, 'host.json');
    if (!(await createStateFile(path, ours)) && (await readHost(folder))?.table !== currentTable) {
      const before = await readBeat(folder);
      for (let beat = 0; beat <= BEATS; beat++) {
        await pause(patienceMs / BEATS);
        if ((await readBeat(folder)) !== before) await checkHost(folder, site);
      }
      await replaceStateFile(path, ours);
    }
    const host = new StateHost(folder, site, patienceMs / BEATS);
    await host.#beat();
    await checkHost(folder, site); // two that waited for the same end: the later one has it
    return host;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Gives a sign of life, unless another host has the folder by now. A folder that is away is tried again. */
  async #beat(): Promise<void> {
    try {
      await checkHost(this.#folder, this.#site);
      // Written in place: a reader elsewhere sees the content of a file sooner than another file under its name.
      await writeFile(join(this.#folder, 'beat'), randomBytes(8).toString('hex'), { mode: 0o600 });
    } catch (error) {
      if (!(error instanceof SiteError) && !(error instanceof Error && 'syscall' in error)) throw error;
    }
  }
}

/** Throws `SITE_IN_USE` where the folder is another host's. */
export async function checkHost(folder: string, site: string): Promise<void> {
  const host = await readHost(folder);
  if (host === undefined || host.table === currentTable) return;
  const name =
    host.hostname === hostname() ? `another container or start of ${host.hostname}` : host.hostname;
  throw new SiteError(
    'SITE_IN_USE',
    `The state folder ${folder} of site ${site} is in use by ${name}: what runs there cannot be told from here. Give each host a folder of its own.`,
    { site },
  );
}

async function readHost(folder: string): Promise<StoredHost | undefined> {
  return (await readStateFile(join(folder, 'host.json'))) as StoredHost | undefined;
}

async function readBeat(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, 'beat'), 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return '';
    throw error;
  }
}
