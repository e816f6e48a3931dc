import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from './client.js';
import { ApiError } from './errors.js';
import { readEvents } from './events.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A real server of a few lines, and what it was asked. */
async function serverOf(answer: RequestListener): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const ID = '01994f3a-77aa-7bbb-8ccc-0123456789ab';

describe('the client', () => {
  it('fills path and query as the contract says, and sends the token', async () => {
    const { url, asked } = await serverOf((_request, response) => response.end('{"items":[],"next":null}'));
    const client = createClient({ baseUrl: `${url}//`, token: 'iod_secret' });
    await client.call('listTasks', { params: { id: ID }, query: { limit: 5 } });
    await client.call('searchDatasets', { query: { expression: "name like 'a&b=%'" } });
    expect(asked.map(({ url: path }) => path)).toEqual([
      `/api/v1/runs/${ID}/tasks?limit=5`,
      '/api/v1/datasets?expression=name+like+%27a%26b%3D%25%27',
    ]);
    expect(asked[0]?.headers.authorization).toBe('Bearer iod_secret');
  });

  it('keeps a parameter inside its place in the path', async () => {
    const { url, asked } = await serverOf((_request, response) => response.end('{}'));
    await createClient({ baseUrl: url }).call('readRun', { params: { id: '../users?x=1#' } });
    expect(asked[0]?.url).toBe('/api/v1/runs/..%2Fusers%3Fx%3D1%23');
  });

  it('asks again where the service is busy, as late as it says, and gives up after its patience', async () => {
    let busy = 2;
    const { url, asked } = await serverOf((_request, response) => {
      if (busy-- > 0) response.writeHead(503, { 'retry-after': '0.05' }).end('{}');
      else response.end('{"id":"x"}');
    });
    await createClient({ baseUrl: url }).call('readRun', { params: { id: ID } });
    expect(asked).toHaveLength(3);
    busy = 10;
    const patient = createClient({ baseUrl: url, retries: 1 });
    await expect(patient.call('readRun', { params: { id: ID } })).rejects.toThrow(ApiError);
    expect(asked).toHaveLength(5);
  });

  it('turns a problem document into an error with its code, faults and request', async () => {
    const problem = {
      type: '/api/v1/docs#RUN_INVALID',
      title: 'Bad',
      status: 422,
      detail: 'request 1 is wrong',
      code: 'RUN_INVALID',
      requestId: ID,
      faults: [{ path: 'requests[0].band', message: 'is "q"' }],
    };
    const { url } = await serverOf((_request, response) =>
      response.writeHead(422, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem)),
    );
    const error = await createClient({ baseUrl: url })
      .call('readRun', { params: { id: ID } })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'RUN_INVALID', status: 422, faults: problem.faults, requestId: ID });
  });

  it('says that something else answered where there is no problem document', async () => {
    const { url } = await serverOf((_request, response) => response.writeHead(502).end('<html>proxy</html>'));
    await expect(
      createClient({ baseUrl: url }).call('readRun', { params: { id: ID } }),
    ).rejects.toMatchObject({ status: 502, message: expect.stringContaining(url) as string });
  });

  it('stops waiting when it is told to', async () => {
    const { url } = await serverOf((_request, response) =>
      response.writeHead(503, { 'retry-after': '30' }).end(),
    );
    const stop = new AbortController();
    const asked = createClient({ baseUrl: url }).call('readRun', { params: { id: ID }, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(asked).rejects.toThrow('enough');
  });
});

describe('the stream of events', () => {
  const event = { runId: ID, seq: 4, state: 'active', counts: {}, progress: 0.5, timeLeftS: null, tasks: [] };

  async function read(chunks: readonly string[]): Promise<unknown[]> {
    const { url } = await serverOf((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let next = 0;
      const send = (): void => {
        const chunk = chunks[next++];
        if (chunk === undefined) response.end();
        else response.write(Buffer.from(chunk, 'latin1'), () => setTimeout(send, 5));
      };
      send();
    });
    const response = await fetch(url);
    const events: unknown[] = [];
    for await (const each of readEvents(response.body!)) events.push(each);
    return events;
  }

  it('is read whatever its pieces, comments and beats left out', async () => {
    const frame = `id: 4\ndata: ${JSON.stringify(event)}\n\n`;
    const whole = `retry: 2000\n\n: beat\n\n${frame}${frame}`;
    expect(await read([whole])).toEqual([event, event]);
    expect(await read([...whole])).toEqual([event, event]);
  });

  it('does not give out an event that was cut', async () => {
    expect(await read([`data: ${JSON.stringify(event)}\n`])).toEqual([]);
  });
});
