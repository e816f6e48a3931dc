/** `imsim-od serve`: the service. Its program is a neighbour; this one hands over to it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AddCommand } from '../command.js';
import { CliError } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

/** Adds the command. */
export const addServe: AddCommand = (program, setExitCode) => {
  program
    .command('serve')
    .description('run the service: HTTP, durable runs, archive')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_options: unknown, command: { readonly args: readonly string[] }) => {
      setExitCode(await runServer('main', command.args));
    });
};

/** Runs a program of the server with our streams; signals reach it through us. */
export async function runServer(name: 'main' | 'admin', args: readonly string[]): Promise<ExitCode> {
  const entry = serverEntry(name);
  const child = spawn(process.execPath, [entry, ...args], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
  process.on('SIGTERM', pass);
  // A terminal sends Ctrl-C to both of us; the server ends by itself.
  process.on('SIGINT', () => undefined);
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, signal) =>
      resolve(status ?? (signal === 'SIGINT' ? EXIT_CODE.interrupted : EXIT_CODE.site)),
    );
  });
  return code as ExitCode;
}

/** The server's program in the clone, from this file's place or the bundle's. */
function serverEntry(name: string): string {
  const places = ['../../../server/dist', '../../../../server/dist'].map((folder) =>
    fileURLToPath(new URL(`${folder}/${name}.js`, import.meta.url)),
  );
  const entry = places.find((path) => existsSync(path));
  if (entry === undefined)
    throw new CliError(
      `The server is not built (${places[0]} is not there); run "make build" in the clone.`,
      EXIT_CODE.bug,
    );
  return entry;
}
