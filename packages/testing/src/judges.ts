/**
 * What the tests judge by: Python with astropy and GalSim, and command-line tools of the field. A judge that is missing makes its tests
 * skip, except under `CI=true`, where it makes them fail.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inCi, repositoryRoot } from './repository.js';

/** The Python of the tests' virtual environment: numpy, astropy, GalSim, mpmath and pyarrow are there. */
export const pythonPath = join(repositoryRoot, '.venv/bin/python');

/** True where Python judges may run; under CI always true, so that a missing one fails its tests. */
export const hasPython = inCi || existsSync(pythonPath);

/** True where a command-line tool is on the PATH; under CI always true, so that a missing one fails its tests. */
export function hasTool(name: string): boolean {
  return inCi || spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

/** Runs a Python program with arguments and returns what it prints; throws with its standard error when it fails. */
export function runPython(program: string, args: readonly string[] = []): string {
  return runTool(pythonPath, ['-c', program, ...args]);
}

/** Runs a Python program that reads JSON from standard input and prints one JSON document; returns that document. */
export function askPython<T>(program: string, input: unknown = null): T {
  const out = execFileSync(pythonPath, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(out) as T;
}

/** Runs a command and returns its standard output; throws with both outputs when it exits non-zero. */
export function runTool(command: string, args: readonly string[], cwd?: string): string {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, cwd });
  if (done.error) throw done.error;
  if (done.status !== 0) {
    throw new Error(`${command} exited ${done.status}\n${done.stdout}\n${done.stderr}`);
  }
  return done.stdout;
}
