/** Runs the built command line as a user would, for the end-to-end tests. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const repositoryRoot = fileURLToPath(new URL('../../../..', import.meta.url));
const bin = join(repositoryRoot, 'apps/imsim-od/bin/imsim-od.js');

/** What a finished run left. */
export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `imsim-od` with arguments in a folder and waits for its end. */
export function runCli(args: readonly string[], cwd: string = repositoryRoot): CliRun {
  requireBuild();
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Runs `imsim-od --json …` that must end in order, and returns its document. */
export function askCli<T>(args: readonly string[], cwd?: string): T {
  const run = runCli(args, cwd);
  if (run.status !== 0) throw new Error(`imsim-od ${args.join(' ')} exited ${run.status}\n${run.stderr}`);
  return JSON.parse(run.stdout) as T;
}

/** A run that is still going on. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliRun>;
}

/** Starts `imsim-od` and returns at once. */
export function startCli(args: readonly string[], cwd: string = repositoryRoot): RunningCli {
  requireBuild();
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<CliRun>((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  return { child, ended };
}

/** A folder of its own for one test file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until a condition holds; fails after `timeoutS`. */
export async function until(condition: () => boolean, timeoutS: number): Promise<void> {
  const deadline = Date.now() + timeoutS * 1000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutS} s in vain`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function requireBuild(): void {
  if (!existsSync(join(repositoryRoot, 'apps/imsim-od/dist/main.js'))) {
    throw new Error('the command line is not built; run "make build" before the end-to-end tests');
  }
}
