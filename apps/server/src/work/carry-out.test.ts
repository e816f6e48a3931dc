import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatePayload } from '@imsim-od/runs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { passedLimit, takeKnown } from './carry-out.js';
import { WorkerProcess } from './worker-process.js';

const MEMORY = '/dev/shm';
let here: string;
let there: string;

beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'imsim-od-take-'));
  there = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'imsim-od-take-'));
});
afterEach(() => {
  rmSync(here, { recursive: true });
  rmSync(there, { recursive: true });
});

const isElsewhere = existsSync(MEMORY) && statSync(MEMORY).dev !== statSync(tmpdir()).dev;

describe('files that are known', () => {
  it.skipIf(!isElsewhere)('are taken from another file system, too', () => {
    const path = join(there, 'blob');
    writeFileSync(path, 'pixels');
    const task = { recipeHash: 'a'.repeat(64) } as SimulatePayload;
    const file = {
      name: 'a.fits',
      type: 'eimage',
      bytes: 6,
      sha256: 'b'.repeat(64),
      adler32: '00000001',
      path,
    };
    takeKnown(task, [file], here);
    expect(readFileSync(join(here, 'a.fits'), 'utf8')).toBe('pixels');
    expect(JSON.parse(readFileSync(join(here, 'task-report.json'), 'utf8'))).toMatchObject({
      recipeHash: 'a'.repeat(64),
      outputs: [{ name: 'a.fits', product: 'eimage' }],
    });
  });
});

describe('the limits of a task', () => {
  const generous = { memoryMb: 1000, cpuS: 100 };
  const worker = { residentMb: () => 500, cpuS: () => 60 };

  it('are told apart, and CPU time counts from the beginning of the task', () => {
    expect(passedLimit(worker, generous, 0)).toBeUndefined();
    expect(passedLimit(worker, { memoryMb: 499, cpuS: 100 }, 0)).toMatchObject({ limit: 'memory' });
    expect(passedLimit(worker, { memoryMb: 1000, cpuS: 59 }, 0)).toMatchObject({ limit: 'cpu' });
    expect(passedLimit(worker, { memoryMb: 1000, cpuS: 59 }, 2)).toBeUndefined();
    expect(passedLimit(worker, { memoryMb: 1000, cpuS: null }, 0)).toBeUndefined();
  });

  it.skipIf(!existsSync('/proc/self/stat'))('are held against what the system says of a worker', async () => {
    const program = fileURLToPath(new URL('../testing/busy-worker.mjs', import.meta.url));
    const busy = new WorkerProcess(program);
    try {
      await expect.poll(() => busy.cpuS(), { timeout: 30_000 }).toBeGreaterThan(0.5);
      expect(passedLimit(busy, { memoryMb: 4000, cpuS: 0.3 }, 0)).toMatchObject({ limit: 'cpu' });
      expect(busy.residentMb()).toBeGreaterThan(10);
    } finally {
      busy.kill();
    }
  });
});
