import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const admin = fileURLToPath(new URL('../dist/admin.js', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-end-'));
  mkdirSync(join(folder, 'there'));
  mkdirSync(join(folder, 'broken', 'postgres'), { recursive: true });
  mkdirSync(join(folder, 'broken', 'postgres', 'data'));
  writeFileSync(join(folder, 'broken', 'postgres', 'data', 'PG_VERSION'), '9.6\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const end = (...args: string[]): number | null =>
  spawnSync(process.execPath, [admin, ...args], { cwd: folder, encoding: 'utf8' }).status;

describe('the end of a server’s program', () => {
  it('says whether the input or the machine is to blame', { timeout: 60_000 }, () => {
    expect(end('backup')).toBe(2);
    expect(end('backup', 'there', '--home', 'home')).toBe(3); // is there already
    expect(end('backup', 'new', '--home', 'home', '--database-url', 'not-a-url')).toBe(3);
    expect(end('backup', 'new', '--home', 'home', '--database-url', 'postgres://127.0.0.1:1/x')).toBe(5);
    expect(end('backup', 'new', '--home', 'broken')).toBe(5); // its database cannot be started
  });
});
