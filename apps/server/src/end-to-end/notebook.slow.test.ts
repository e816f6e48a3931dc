import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hasPython } from '@imsim-od/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testServer, type TestServer } from '../testing/test-server.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

let test: TestServer;
beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.close());

it.skipIf(!hasPython)('docs/notebook.md does what it says', async () => {
  const blocks = [...readFileSync(join(root, 'docs/notebook.md'), 'utf8').matchAll(/```python\n(.*?)```/gs)];
  expect(blocks.length).toBeGreaterThan(4);
  const { text } = await test.admin.call('createToken', {
    body: { name: 'notebook', scopes: ['runs:read', 'runs:write', 'data:read', 'query', 'account'], days: 1 },
  });
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-notebook-'));
  try {
    const { stdout: said } = await promisify(execFile)(
      join(root, '.venv/bin/python'),
      ['-c', blocks.map(([, code]) => code).join('\n')],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], IMSIM_OD_URL: test.url, IMSIM_OD_TOKEN: text, HOME: folder },
      },
    );
    expect(said).toMatch(/^hello, ada$/m);
    expect(said).toMatch(/^succeeded: 100 %$/m);
    expect(said).toMatch(/^eimage_00000017-0-r-R22_S11-det094\.fits \d+ bytes$/m);
    expect(said).toMatch(/^\(4004, 4096\), median \d+ electrons, centre 53(\.0+)? -27\.50*$/m);
    expect(said).toMatch(/^ {2}21 \d+$/m);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
