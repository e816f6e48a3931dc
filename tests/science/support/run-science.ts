/**
 * Runs scenes: a judge writes a catalog and a request, the built command line simulates it, the judge measures what came out.
 *
 * Judges are the Python programs of judges/, which share no code with the project. All runs are asynchronous, so that the test
 * runner stays awake during long ones.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonPath, repositoryRoot } from '@imsim-od/testing';
import { afterAll } from 'vitest';

const cli = join(repositoryRoot, 'apps/imsim-od/bin/imsim-od.js');
const judges = join(repositoryRoot, 'tests/science/judges');

/** The part of `simulate --json` that the tests read. */
export interface SimulateReport {
  readonly detectors: readonly {
    readonly name: string;
    readonly status: string;
    readonly summary?: { readonly sourcesDrawn: number };
  }[];
  readonly outputs: readonly {
    readonly detector: string;
    readonly name: string;
    readonly product: string;
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

/** A folder of its own for one test file, removed at its end. */
export function scienceFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-science-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Asks a judge: runs `judges/NAME.py ARGS` and returns the JSON it prints. */
export async function askJudge<T>(name: string, ...args: readonly string[]): Promise<T> {
  return JSON.parse(await run(pythonPath, ['-B', join(judges, `${name}.py`), ...args])) as T;
}

/** Options of a simulation beyond the scene's request. */
export interface SimulateOptions {
  /** Where the files go; `out` below the scene's folder unless given. */
  readonly out?: string;
  /** The Node that runs it. */
  readonly node?: string;
  readonly args?: readonly string[];
}

/** Simulates FOLDER/request.json with the built command line. */
export async function simulateScene(folder: string, options: SimulateOptions = {}): Promise<SimulateReport> {
  const out = options.out ?? join(folder, 'out');
  const args = ['simulate', join(folder, 'request.json'), '--out', out, '--json', ...(options.args ?? [])];
  return JSON.parse(await runImsimOd(args, options.node)) as SimulateReport;
}

/** Runs the built command line and returns its standard output. */
export async function runImsimOd(args: readonly string[], node: string = process.execPath): Promise<string> {
  if (!existsSync(join(repositoryRoot, 'apps/imsim-od/dist/main.js'))) {
    throw new Error('the command line is not built; run "make build" before the science tests');
  }
  return run(node, [cli, ...args]);
}

/** Runs a command and returns its standard output; rejects with its standard error when it fails. */
export function run(command: string, args: readonly string[], cwd: string = repositoryRoot): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')} exited ${String(status)}\n${stdout}\n${stderr}`));
    });
  });
}
