/** What `--version` prints: the program, the physics and the engine, each by its own version. */
import { readFileSync } from 'node:fs';
import { printResult } from './standard-streams.js';

/** The version in this application's package.json. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Prints the three versions, one a line. */
export async function printVersion(): Promise<void> {
  const { simulationVersion } = await import('@imsim-od/simulator');
  printResult(`imsim-od ${packageVersion()}\nsimulation ${simulationVersion}\nnode ${process.versions.node}`);
}
