import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeHome } from './service-home.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o7777;

it('a home is made closed to others, and one that is there keeps its mode', () => {
  const home = join(folder, 'deep', 'home');
  makeHome(home);
  expect(modeOf(home) & 0o066).toBe(0);
  for (const mode of [0o1777, 0o2770]) {
    chmodSync(folder, mode);
    makeHome(folder);
    expect(modeOf(folder)).toBe(mode);
  }
});
