import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hasPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, testServer, type TestServer, untilEnded } from '../testing/test-server.js';

// Schemathesis makes requests from the OpenAPI document, sound ones and broken ones, and checks every answer against the document. Left out:
// the stream of events, which does not end, and what would end the session that asks.
const SCHEMATHESIS = fileURLToPath(new URL('../../../../.venv/bin/schemathesis', import.meta.url));
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
const isFull = process.env['IMSIM_OD_VALIDATE'] === 'true';

let test: TestServer;
let token: string;

beforeAll(async () => {
  test = await testServer();
  const issued = await test.admin.call('createToken', {
    body: {
      name: 'fuzz',
      scopes: ['runs:read', 'runs:write', 'data:read', 'data:write', 'query', 'account', 'admin'],
      days: 1,
    },
  });
  token = issued.text;
  const { id } = await test.admin.call('submitRun', {
    body: { requests: [smallRequest({ products: ['truth'] })] },
  });
  await untilEnded(test.admin, id);
});
afterAll(() => test.close());

describe.skipIf(!hasPython)('requests made from the OpenAPI document', () => {
  it.each(isFull ? [1, 2, 3, 4, 5] : [1])('are answered as the document says, seed %i', async (seed) => {
    const args = ['run', `${test.url}/api/v1/openapi.json`, '--header', `Authorization: Bearer ${token}`];
    args.push(
      '--checks',
      CHECKS.join(','),
      '--phases',
      'examples,coverage,fuzzing',
      '--workers',
      '1',
      '--no-color',
    );
    args.push('--exclude-path-regex', '/events|/session|/me/password', '--seed', String(seed));
    args.push('--max-examples', isFull ? '100' : '10', '--generation-database', 'none');
    const { stdout, failed } = await promisify(execFile)(SCHEMATHESIS, args, {
      cwd: tmpdir(),
      maxBuffer: 1 << 28,
    }).then(
      (result) => ({ stdout: result.stdout, failed: false }),
      (error: Error & { readonly stdout?: string }) => ({
        stdout: error.stdout ?? error.message,
        failed: true,
      }),
    );
    expect(failed ? stdout.slice(-6000) : '').toBe('');
    expect(Number(/(\d+) generated/.exec(stdout)?.[1])).toBeGreaterThan(500);
    expect(Number(/Tested: (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(40);
  });

  it('do not make the service fail', () => {
    expect(test.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
