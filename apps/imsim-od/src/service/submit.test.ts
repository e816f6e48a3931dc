import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { clientFor } from './connection.js';
import { submitOnce } from './submit.js';

const KEY = '01900000-0000-7000-8000-000000000001';

let server: Server;
afterEach(() => server.close());

/** A service that takes submissions, and cuts the connection of the first ones before it answers. */
async function cutting(times: number): Promise<{ readonly url: string; readonly keys: unknown[] }> {
  const keys: unknown[] = [];
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length <= times) request.socket.destroy();
      else response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"run"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
}

describe('a submission whose answer is lost', () => {
  it('is repeated under the same key', async () => {
    const { url, keys } = await cutting(1);
    expect(await submitOnce(clientFor(url), { requests: [] }, KEY)).toEqual({ id: 'run' });
    expect(keys).toEqual([KEY, KEY]);
  });

  it('tells the key where it cannot be', async () => {
    const { url } = await cutting(2);
    await expect(submitOnce(clientFor(url), { requests: [] }, KEY)).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining(`--key ${KEY}`) as string,
    });
  });
});
