import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import { expect, it } from 'vitest';

it('THIRD-PARTY.md names every shipped package, all under accepted licences', () => {
  const script = join(repositoryRoot, 'scripts/third-party.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
