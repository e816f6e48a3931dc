/** `.ci/run` ends with the line that counts, whatever happened before it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'imsim-od-ci-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs `.ci/run` in a folder whose `make test` is the given shell commands. */
function ciRun(commands: string): { status: number | null; lastLine: string | undefined } {
  const folder = mkdtempSync(join(scratch, 'run-'));
  cpSync(join(repositoryRoot, '.ci'), join(folder, '.ci'), { recursive: true });
  mkdirSync(join(folder, '.cache'));
  // What an earlier run left behind must not be taken for this one's.
  writeFileSync(join(folder, '.cache/test-summary'), '9 passed, 0 failed\n');
  writeFileSync(join(folder, 'Makefile'), `test:\n\t@${commands}\n`);
  const { status, stdout } = spawnSync(join(folder, '.ci/run'), { encoding: 'utf8' });
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1) };
}

describe('.ci/run', () => {
  it('repeats the count of the tests and succeeds with them', () => {
    const run = ciRun('echo "5 passed, 0 failed, 2 skipped" > .cache/test-summary; echo noise');
    expect(run).toEqual({ status: 0, lastLine: '5 passed, 0 failed, 2 skipped' });
  });

  it('fails with the tests', () => {
    const run = ciRun('echo "5 passed, 1 failed" > .cache/test-summary; exit 1');
    expect(run.lastLine).toBe('5 passed, 1 failed');
    expect(run.status).not.toBe(0);
  });

  it.each([
    ['fails', 'exit 1'],
    ['ends well without having tested', 'true'],
  ])('counts one failure when the set-up %s', (_, commands) => {
    const run = ciRun(commands);
    expect(run.lastLine).toBe('0 passed, 1 failed');
    expect(run.status).not.toBe(0);
  });

  it('says CI=true to what it runs', () => {
    const run = ciRun('echo "CI is $$CI" > .cache/test-summary');
    expect(run.lastLine).toBe('CI is true');
  });
});
