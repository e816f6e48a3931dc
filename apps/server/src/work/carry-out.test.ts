import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatePayload } from '@imsim-od/runs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeKnown } from './carry-out.js';

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
