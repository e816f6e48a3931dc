/** A server in a process of its own, from the sources as they are, with its embedded database: it can be killed, and another takes its place. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import { build } from 'vite';
import type { ChaosOrders } from './chaos-server.js';

/** A server that was started. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly started: StartedServer;
  readonly ended: Promise<unknown>;
}

/** What it says once it listens; of one that died before, an address where nobody is. */
export interface StartedServer {
  readonly url: string;
  /** Where the first administrator is made; null where there is one. */
  readonly setupUrl: string | null;
  readonly databaseUrl: string;
}

/** Bundles the server of chaos-server.ts into a folder. */
export async function buildServerProgram(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source'] },
    ssr: { resolve: { conditions: ['source'] }, noExternal: [/^@imsim-od\/(?!database|truth-query)/] },
    build: {
      ssr: join(import.meta.dirname, 'chaos-server.ts'),
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'server.mjs' } },
    },
  });
}

/** Starts it on a home. @param folder where buildServerProgram put it */
export async function startServerProcess(
  folder: string,
  orders: Omit<ChaosOrders, 'workerPath'>,
): Promise<ServerProcess> {
  const full: ChaosOrders = {
    workerPath: join(repositoryRoot, 'apps/imsim-od/bin/imsim-od.js'),
    ...orders,
  };
  const logPath = join(orders.home, 'server-process.log');
  const child = spawn(process.execPath, [join(folder, 'server.mjs'), JSON.stringify(full)], {
    stdio: ['ignore', 'pipe', openSync(logPath, 'a')],
  });
  const ended = once(child, 'exit');
  const text = await Promise.race([
    once(child.stdout!, 'data').then(([data]) => String(data)),
    ended.then(() => ''),
  ]);
  if (text === '' && orders.dieAt === undefined)
    throw new Error(`the server did not start: ${readFileSync(logPath, 'utf8').slice(-3000)}`);
  // A fault point may be reached before the server listens.
  const started =
    text === ''
      ? { url: 'http://127.0.0.1:1', setupUrl: null, databaseUrl: '' }
      : (JSON.parse(text) as StartedServer);
  return { child, started, ended };
}

/** Kills the embedded database of a home, which outlives its server. */
export function killDatabase(home: string): void {
  try {
    const [pid] = readFileSync(join(home, 'postgres/data/postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It is dead already.
  }
}
