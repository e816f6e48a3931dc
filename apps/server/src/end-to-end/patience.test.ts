import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { API_PREFIX } from '@imsim-od/api';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpPatience } from '../http/app.js';
import { readSettings, type RunningServer, startServer } from '../index.js';
import { checkedClient, smallRequest, testServer, type TestServer } from '../testing/test-server.js';

// How long the service waits for its clients, how it ends, and what it writes down of each request.

let test: TestServer;
let server: RunningServer;
let lines: Record<string, unknown>[];

beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.close());

async function start(patience: HttpPatience): Promise<void> {
  lines = [];
  const settings = { home: test.home, databaseUrl: test.server.services.databaseUrl, port: 0 };
  server = await startServer(
    readSettings({ ...settings, workers: 1, memoryMb: 4000 }, {}),
    pino({}, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }),
    { patience },
  );
}
afterEach(() => server.close());

const SHORT: HttpPatience = { headMs: 300, requestMs: 1500, endMs: 300 };
const LONG: HttpPatience = { headMs: 60_000, requestMs: 60_000, endMs: 60_000 };

/** A connection, and what came over it until it was closed. */
async function open(): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  socket.on('error', () => undefined);
  const answer = once(socket, 'close').then(() => text);
  await once(socket, 'connect');
  return { socket, answer };
}

const body = JSON.stringify({ name: 'under way' });
const head = (): string =>
  [
    `POST ${API_PREFIX}/collections HTTP/1.1`,
    'host: x',
    `authorization: Bearer ${test.adminToken}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    '\r\n',
  ].join('\r\n');

describe('a client that is slow', () => {
  beforeEach(() => start(SHORT));

  it('with the head of its request is told so, and cut off', async () => {
    const { socket, answer } = await open();
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nx: ');
    expect(await answer).toMatch(/^HTTP\/1\.1 408 .*"code":"API_SLOW"/s);
  });

  it('with its body is told so, and cut off', async () => {
    const { socket, answer } = await open();
    socket.write(head() + body.slice(0, 10));
    expect(await answer).toMatch(/^HTTP\/1\.1 408 .*"code":"API_SLOW"/s);
  });
});

describe('a server that ends', () => {
  it('answers what is under way, ends streams and idle connections, and takes nothing new', async () => {
    await start(LONG);
    const run = await test.admin.call('submitRun', { body: { requests: [smallRequest()], paused: true } });
    const stream = await checkedClient(server.url, test.adminToken).open('events', {
      query: { runs: run.id },
    });
    const idle = await open();
    const underWay = await open();
    underWay.socket.write(head() + body.slice(0, 10));
    await new Promise((resolve) => setTimeout(resolve, 200));
    let isClosed = false;
    const closed = server.close().then(() => (isClosed = true));
    expect(await stream.text()).toContain(run.id);
    expect(await idle.answer).toBe('');
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    expect(isClosed).toBe(false);
    underWay.socket.write(body.slice(10));
    expect(await underWay.answer).toMatch(/^HTTP\/1\.1 201 .*"name":"under way"/s);
    await closed;
    await test.admin.call('cancelRun', { params: { id: run.id } });
  });

  it('does not wait for ever for a client that does not go on', async () => {
    await start({ ...LONG, endMs: 300 });
    const { socket, answer } = await open();
    socket.write(head() + body.slice(0, 10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.close();
    expect(await answer).not.toContain('HTTP/1.1 201');
  });
});

describe('the log', () => {
  it('has one line of JSON for each request, under the id of its answer, and no secret', async () => {
    await start(LONG);
    const response = await fetch(`${server.url}${API_PREFIX}/runs?limit=3`, {
      headers: { authorization: `Bearer ${test.adminToken}` },
    });
    await response.text();
    const missing = await fetch(`${server.url}${API_PREFIX}/nowhere`);
    await missing.text();
    const answered = (answer: Response) =>
      lines.filter((line) => line['reqId'] === answer.headers.get('x-request-id'));
    await expect.poll(() => answered(missing)).toHaveLength(1);
    expect(answered(response)).toMatchObject([
      {
        level: 30,
        msg: 'answered',
        method: 'GET',
        url: `${API_PREFIX}/runs`,
        status: 200,
        ms: expect.any(Number) as number,
        user: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    ]);
    expect(answered(missing)).toMatchObject([{ status: 404, url: `${API_PREFIX}/nowhere` }]);
    expect(JSON.stringify(lines)).not.toContain(test.adminToken);
  });
});
