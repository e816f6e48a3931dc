import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HomeInUseError, lockHome } from './home-lock.js';
import { thisProcess } from './running-process.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'imsim-od-lock-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What another process left. */
const leave = (changes: Readonly<Record<string, unknown>>): void => {
  mkdirSync(join(home, 'lock'), { recursive: true });
  symlinkSync(JSON.stringify({ ...thisProcess(), ...changes }), join(home, 'lock', 'theirs'));
};

describe('the lock of a home', () => {
  it('is held until it is given back', () => {
    const unlock = lockHome(home);
    expect(() => lockHome(home)).toThrow(HomeInUseError);
    unlock();
    lockHome(home)();
    expect(readdirSync(join(home, 'lock'))).toEqual([]);
  });

  it('is taken from whoever died, also where the number belongs to another by now', () => {
    leave({ startId: 'an earlier boot:17' });
    lockHome(home)();
    leave({ pid: 2 ** 22 + 1 });
    lockHome(home)();
    expect(readdirSync(join(home, 'lock'))).toEqual([]);
  });

  it('is not judged from another host', () => {
    leave({ hostname: 'elsewhere', startId: 'an earlier boot:17' });
    expect(() => lockHome(home)).toThrow(/on elsewhere.*remove .*theirs/);
  });

  it('is taken by one of many that find the same dead owner', { timeout: 30_000 }, async () => {
    leave({ startId: 'an earlier boot:17' });
    const lock = new URL('./home-lock.ts', import.meta.url).pathname;
    const script = `import { lockHome } from ${JSON.stringify(lock.replace('/src/', '/dist/').replace('.ts', '.js'))};
      try { lockHome(${JSON.stringify(home)}); console.log('held'); setTimeout(() => {}, 4000); }
      catch (error) { console.log(error.code); }`;
    const run = promisify(execFile);
    const ends = await Promise.all(
      Array.from({ length: 6 }, () => run(process.execPath, ['--input-type=module', '-e', script])),
    );
    expect(ends.map(({ stdout }) => stdout.trim()).sort()).toEqual([
      ...Array<string>(5).fill('SERVER_HOME_IN_USE'),
      'held',
    ]);
  });
});
