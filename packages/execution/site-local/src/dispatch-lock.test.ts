import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify } from '../supervisor/process-table.mjs';
import { createStateFile } from '../supervisor/state-file.mjs';
import { DispatchLock } from './dispatch-lock.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imsim-od-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the dispatch lock', () => {
  it('is held by one of many at a time, and each gets its turn', async () => {
    let holders = 0;
    let most = 0;
    const contender = async (name: string): Promise<number> => {
      const lock = new DispatchLock(folder, name);
      let turns = 0;
      while (turns < 12) {
        const held = await lock.tryHold(async () => {
          holders += 1;
          most = Math.max(most, holders);
          await pause(1);
          holders -= 1;
        });
        if (held) turns += 1;
        else await pause(1);
      }
      return turns;
    };
    const turns = await Promise.all(Array.from({ length: 8 }, (_, index) => contender(`c${index}`)));
    expect(turns).toEqual(Array(8).fill(12));
    expect(most).toBe(1);
    expect((await readdir(folder)).length).toBeLessThanOrEqual(2); // it does not pile up
  });

  it('is given back when the work fails', async () => {
    const lock = new DispatchLock(folder, 'one');
    await expect(lock.tryHold(() => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
    expect(await new DispatchLock(folder, 'two').tryHold(async () => undefined)).toBe(true);
  });

  it('waits for a living holder, and succeeds one whose number now belongs to another process', async () => {
    const self = identify(process.pid);
    await createStateFile(join(folder, '7'), { holder: self, instance: 'other', released: false });
    const lock = new DispatchLock(folder, 'one');
    expect(await lock.tryHold(async () => undefined)).toBe(false);
    await rm(join(folder, '7'));
    await createStateFile(join(folder, '7'), {
      holder: { ...self, startId: 'earlier' },
      instance: 'other',
      released: false,
    });
    expect(await lock.tryHold(async () => undefined)).toBe(true);
    expect(await readdir(folder)).toEqual(['8']);
  });
});
