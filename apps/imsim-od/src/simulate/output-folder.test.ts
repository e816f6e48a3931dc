import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CliError, HostFileError } from '../errors.js';
import { LOCK_NAME } from './folder-lock.js';
import { openOutputFolder } from './output-folder.js';

const top = mkdtempSync(join(tmpdir(), 'imsim-od-test-'));
afterAll(() => rmSync(top, { recursive: true }));

describe('openOutputFolder', () => {
  it('makes the folder and its parents, and takes them away again when nothing was made', () => {
    const folder = openOutputFolder(join(top, 'a/b/c'));
    expect(readdirSync(folder.path)).toEqual([LOCK_NAME]);
    folder.close();
    folder.close();
    expect(existsSync(join(top, 'a'))).toBe(false);
  });

  it('keeps a folder that holds files', () => {
    const folder = openOutputFolder(join(top, 'kept'));
    writeFileSync(join(folder.path, 'eimage.fits'), 'x');
    folder.close();
    expect(readdirSync(join(top, 'kept'))).toEqual(['eimage.fits']);
  });

  it('removes what dead runs left, and nothing else', () => {
    const path = join(top, 'stale');
    openOutputFolder(path);
    writeFileSync(join(path, '.partial-eimage.fits'), 'half');
    writeFileSync(join(path, 'whole.fits'), 'x');
    writeFileSync(
      join(path, LOCK_NAME),
      JSON.stringify({ host: hostname(), pid: 2 ** 22 + 5, started: '1' }),
    );
    const folder = openOutputFolder(path);
    expect(folder.stalePartials).toBe(1);
    folder.close();
    expect(readdirSync(path)).toEqual(['whole.fits']);
  });

  it('refuses a folder that a living process holds, and says which', async () => {
    const path = join(top, 'held');
    const sleeper = spawn('sleep', ['30']);
    try {
      openOutputFolder(path).close();
      const folder = openOutputFolder(path);
      const stat = readFileSync(`/proc/${sleeper.pid}/stat`, 'utf8');
      const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      writeFileSync(join(path, LOCK_NAME), JSON.stringify({ host: hostname(), pid: sleeper.pid, started }));
      expect(() => openOutputFolder(path)).toThrow(CliError);
      expect(() => openOutputFolder(path)).toThrow(`process ${sleeper.pid}`);
      expect(readdirSync(path)).toEqual([LOCK_NAME]);
      expect(folder.path).toBe(path);
    } finally {
      sleeper.kill();
    }
  });

  it('takes over from a process whose id was given to another since', () => {
    const path = join(top, 'reused');
    openOutputFolder(path);
    writeFileSync(
      join(path, LOCK_NAME),
      JSON.stringify({ host: hostname(), pid: 1, started: 'another boot' }),
    );
    openOutputFolder(path).close();
    expect(readdirSync(path)).toEqual([]);
  });

  it('takes over a lock that cannot be read, and respects one of another machine', () => {
    const path = join(top, 'odd');
    openOutputFolder(path);
    writeFileSync(join(path, LOCK_NAME), 'gibberish');
    openOutputFolder(path);
    writeFileSync(join(path, LOCK_NAME), JSON.stringify({ host: 'elsewhere', pid: 1, started: '' }));
    expect(() => openOutputFolder(path)).toThrow(/process 1 on elsewhere/);
  });

  it('refuses a file in place of the folder, and leaves nothing beside it', () => {
    const path = join(top, 'file');
    writeFileSync(path, 'x');
    expect(() => openOutputFolder(path)).toThrow(HostFileError);
    expect(() => openOutputFolder(join(path, 'below'))).toThrow(/part of the path is a file/);
  });
});
