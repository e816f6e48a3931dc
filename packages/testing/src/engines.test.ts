import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { node24Path } from './index.js';

const node24 = node24Path();

describe('engines', () => {
  it.skipIf(node24 === undefined)('bring a Node 24 that is not the Node of the tests', () => {
    expect(execFileSync(String(node24), ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
  });

  it('run the tests on the Node that npm was started with, not on the one of a package', () => {
    expect(process.execPath).not.toContain('node_modules');
  });
});
