import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leaveNote, readNote } from './server-note.js';

const SAID = { url: 'http://127.0.0.1:1', databaseUrl: 'postgres://x', setupUrl: null };
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'imsim-od-note-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const path = (): string => join(home, 'server.json');
const change = (changes: Readonly<Record<string, unknown>>): void =>
  writeFileSync(path(), JSON.stringify({ ...JSON.parse(readFileSync(path(), 'utf8')), ...changes }));

describe('the note of a server', () => {
  it('is believed as long as that very process runs on this host', () => {
    const take = leaveNote(home, SAID);
    expect(readNote(home)).toMatchObject({ ...SAID, pid: process.pid });
    const whole = readFileSync(path(), 'utf8');
    for (const other of [{ startId: 'an earlier boot:5' }, { hostname: 'elsewhere' }, { pid: 2 ** 22 + 1 }]) {
      change(other);
      expect(readNote(home)).toBeUndefined();
      writeFileSync(path(), whole);
    }
    take();
    expect(existsSync(path())).toBe(false);
  });

  it('of another server is left where it is', () => {
    const take = leaveNote(home, SAID);
    change({ url: 'http://127.0.0.1:2' });
    take();
    expect(existsSync(path())).toBe(true);
  });

  it('that was left by a killed server stops no stranger that has its number', () => {
    const stranger = spawn('sleep', ['60']);
    try {
      leaveNote(home, SAID);
      change({ pid: stranger.pid });
      const { status, stdout } = spawnSync(process.execPath, [main, '--stop', '--home', home], {
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([0, `No service runs in ${home}.\n`]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });
});
