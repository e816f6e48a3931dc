/** Where services are and what lets us in: a file of the user's own, readable by nobody else. */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { CliError } from '../errors.js';

/** A service that was logged in to. */
export interface KnownService {
  readonly token: string;
  /** The user's name there. */
  readonly name: string;
}

/** The file's content. */
export interface Credentials {
  /** Address of the service that is meant where none is named. */
  readonly current: string | null;
  readonly services: Readonly<Record<string, KnownService>>;
}

/** `$XDG_CONFIG_HOME/imsim-od/credentials.json`. */
export function credentialsPath(env: NodeJS.ProcessEnv = process.env): string {
  const config = env['XDG_CONFIG_HOME'];
  const folder = config !== undefined && isAbsolute(config) ? config : join(homedir(), '.config');
  return join(folder, 'imsim-od', 'credentials.json');
}

/** Reads the file; empty where there is none. */
export function readCredentials(): Credentials {
  const path = credentialsPath();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { current: null, services: {} };
    throw error;
  }
  try {
    const { current, services } = JSON.parse(text) as Partial<Credentials>;
    return { current: current ?? null, services: services ?? {} };
  } catch (cause) {
    throw new CliError(`${path}: not JSON; remove it and log in again`, undefined, { cause });
  }
}

/** Writes the file, whole. */
export function writeCredentials(credentials: Credentials): void {
  const path = credentialsPath();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.partial`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${path}.partial`, 0o600);
  renameSync(`${path}.partial`, path);
}
