import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { API_PREFIX, createClient, type RouteDefinition, type RouteName, ROUTES } from '@imsim-od/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  expectProblem,
  PASSWORD,
  smallRequest,
  testServer,
  type TestServer,
  type TestUser,
  untilEnded,
} from '../testing/test-server.js';

const UUID = '01900000-0000-7000-8000-000000000000';

let test: TestServer;
let alice: TestUser;
let mallory: TestUser;

beforeAll(async () => {
  test = await testServer();
  alice = await test.user('alice');
  mallory = await test.user('mallory');
});
afterAll(() => test.close());

const pathOf = ({ path }: RouteDefinition): string =>
  `${API_PREFIX}${path.replace(':index', '0').replace(':upload', 'a'.repeat(32)).replace(':id', UUID)}`;
const routes = Object.entries(ROUTES as Record<string, RouteDefinition>);
const guarded = routes.flatMap(([name, route]) =>
  route.policy === 'public' ? [] : [{ name, route, scope: route.policy.scope }],
);

/** Sends raw bytes to the server and returns what comes back until it hangs up. */
function sendRaw(text: string, patienceMs = 5000): Promise<string> {
  const { hostname, port } = new URL(test.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    setTimeout(() => socket.destroy(), patienceMs);
  });
}

describe('every address', () => {
  it.each(guarded)('$name refuses whoever has no token, or a wrong one', async ({ route }) => {
    const attempts: Record<string, string>[] = [
      {},
      { authorization: 'Bearer iod_wrong' },
      { authorization: `Bearer ${test.adminToken.slice(0, -2)}AA` },
      { authorization: 'Basic OjE=' },
      { cookie: 'imsim_od_session=iod_wrong' },
    ];
    for (const headers of attempts) {
      const response = await fetch(`${test.url}${pathOf(route)}`, { method: route.method, headers });
      const problem = await expectProblem(response);
      expect([problem.code, response.headers.get('www-authenticate')]).toEqual([
        'AUTH_REQUIRED',
        'Bearer realm="imsim-od"',
      ]);
    }
  });

  it.each(guarded)('$name refuses a token without the scope $scope', async ({ route, scope }) => {
    const other = scope === 'query' ? 'runs:read' : 'query';
    const { text } = await test.admin.call('createToken', {
      body: { name: 'narrow', scopes: [other], days: 1 },
    });
    const response = await fetch(`${test.url}${pathOf(route)}`, {
      method: route.method,
      headers: { authorization: `Bearer ${text}` },
    });
    expect((await expectProblem(response)).code).toBe('AUTH_SCOPE');
  });

  it.each(guarded.filter(({ scope }) => scope === 'admin'))('$name is closed to users', async ({ route }) => {
    const response = await alice.client.send(pathOf(route), { method: route.method });
    expect((await expectProblem(response)).code).toBe('AUTH_SCOPE');
  });

  it.each(routes.filter(([, { body }]) => body !== undefined))(
    '%s refuses bodies that break the contract',
    async (_name, route) => {
      for (const [body, type, status] of [
        ['{', 'application/json', 400],
        ['', 'application/json', 400],
        ['[]', 'application/json', 400],
        ['"text"', 'application/json', 400],
        ['{"__proto__": {"a": 1}}', 'application/json', 400],
        ['{"noSuchField": 1}', 'application/json', 400],
        ['a=b', 'application/x-www-form-urlencoded', 415],
      ] as const) {
        const response = await test.admin.send(pathOf(route), {
          method: route.method,
          body,
          headers: { 'content-type': type },
        });
        expect([body, response.status]).toEqual([body, status]);
        await expectProblem(response);
      }
    },
  );
});

describe('input', () => {
  it('is refused with the place and the rule', async () => {
    const response = await alice.client.send(`${API_PREFIX}/runs?limit=0&state=odd&noSuch=1`);
    const { faults } = await expectProblem(response);
    expect(faults?.map(({ path }) => path).sort()).toEqual(['query', 'query.limit', 'query.state']);
  });

  it('may be too large', async () => {
    const body = JSON.stringify({ requests: ['x'.repeat(17 << 20)] });
    const response = await alice.client.send(`${API_PREFIX}/runs`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect((await expectProblem(response)).code).toBe('API_BODY_TOO_LARGE');
  });

  it('may be nested deep', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    for (const body of [`{"requests": [${deep}]}`, `{"requests": [{"band": ${deep}}]}`]) {
      const response = await alice.client.send(`${API_PREFIX}/estimates`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      await expectProblem(response);
    }
  });

  it.each([
    `${API_PREFIX}/datasets/..%2f..%2fetc%2fpasswd`,
    `${API_PREFIX}/datasets/../../../../etc/passwd`,
    `${API_PREFIX}/datasets/%00`,
    `${API_PREFIX}/datasets/${'a'.repeat(300)}/content`,
    `${API_PREFIX}/datasets/${UUID}%0d%0aset-cookie:%20a=b`,
    `${API_PREFIX}/uploads/..%2f..%2fserver.json/catalog`,
    `${API_PREFIX}/uploads/${'a'.repeat(5000)}`,
    `${API_PREFIX}/runs?name=${'a'.repeat(100_000)}`,
    '/%',
    '/%zz',
    '//etc/passwd',
    `${API_PREFIX}/docs/static/..%2f..%2f..%2fpackage.json`,
    `${API_PREFIX}/docs/..%2f..%2fopenapi.json`,
  ])('of an address is no way out: %s', async (path) => {
    const { hostname, port } = new URL(test.url);
    const { status, text, headers } = await new Promise<{ status: number; text: string; headers: object }>(
      (resolve, reject) => {
        const request = httpRequest(
          { hostname, port, path, headers: { authorization: `Bearer ${alice.token}` } },
          (response) => {
            let body = '';
            response.setEncoding('utf8').on('data', (part: string) => (body += part));
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, text: body, headers: response.headers }),
            );
          },
        );
        request.on('error', reject).end();
      },
    );
    expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    expect(text).not.toMatch(/root:|"dependencies"/);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it.each([
    "band = 'r'; drop table archive.datasets",
    "band = 'r' or 1 = 1",
    "band = '' or pg_sleep(10) = 1",
    "band like '%' union select * from identity.tokens",
    "band = 'r' --",
    "band = 'r' /* */",
    "'r' = band' or ''='",
    'ownerId in (select id from identity.users)',
    `${'('.repeat(500)}band = 'r'${')'.repeat(500)}`,
    `band in (${Array.from({ length: 5000 }, () => "'r'").join(',')})`,
    'visit = 1e999',
    "band = 'r\u0000'",
  ])('of an expression is no SQL: %s', async (expression) => {
    await expect(alice.client.call('searchDatasets', { query: { expression } })).rejects.toMatchObject({
      code: expect.stringMatching(/^(EXPRESSION_|ARCHIVE_INPUT|API_INVALID)/) as string,
    });
  });

  it('takes no command of a client that does not finish', async () => {
    const answer = await sendRaw('GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n', 1000);
    expect(answer).toBe('');
    expect(await sendRaw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    const smuggled =
      'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n';
    expect(await sendRaw(smuggled)).toMatch(/^HTTP\/1\.1 400/);
    expect(await sendRaw(`GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(200_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431/,
    );
  });
});

describe('what is another’s', () => {
  let runId: string;
  let datasetId: string;

  beforeAll(async () => {
    const run = await alice.client.call('submitRun', {
      body: { requests: [smallRequest({ products: ['truth'] })] },
    });
    runId = run.id;
    await untilEnded(alice.client, runId);
    const { items } = await alice.client.call('searchDatasets', { query: { runId } });
    datasetId = items[0]?.id ?? '';
  });

  const byRun: RouteName[] = [
    'readRun',
    'readRequests',
    'listTasks',
    'cancelRun',
    'pauseRun',
    'resumeRun',
    'retryRun',
    'deleteRun',
  ];
  it.each(byRun)('does not show: %s', async (name) => {
    await expect(mallory.client.call(name as 'readRun', { params: { id: runId } })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
  });

  it('does not show: its log, its events, its share, its clone', async () => {
    const notFound = { code: 'RUN_NOT_FOUND' };
    const { client } = mallory;
    await expect(client.call('readTaskLog', { params: { id: runId, index: '0' } })).rejects.toMatchObject(
      notFound,
    );
    await expect(client.open('events', { query: { runs: runId } })).rejects.toMatchObject(notFound);
    await expect(
      client.call('shareRun', { params: { id: runId }, body: { with: 'all' } }),
    ).rejects.toMatchObject(notFound);
    await expect(client.call('cloneRun', { params: { id: runId }, body: {} })).rejects.toMatchObject(
      notFound,
    );
  });

  it('does not show: its datasets, by id, by search, by manifest, by recipe', async () => {
    const notFound = { code: 'ARCHIVE_NOT_FOUND' };
    const { client } = mallory;
    const params = { id: datasetId };
    await expect(client.call('readDataset', { params })).rejects.toMatchObject(notFound);
    await expect(client.open('download', { params })).rejects.toMatchObject(notFound);
    for (const name of ['dropDatasets', 'removeDatasets'] as const)
      await expect(client.call(name, { body: { datasetIds: [datasetId] } })).rejects.toMatchObject(notFound);
    await expect(
      client.call('shareDatasets', { body: { datasetIds: [datasetId], with: 'all' } }),
    ).rejects.toMatchObject(notFound);
    expect((await client.call('searchDatasets', { query: { runId } })).items).toEqual([]);
    expect(await (await client.open('manifest', { query: {} })).text()).toBe('');
    const bySky = { sky: [{ type: 'instanceCatalog', path: `dataset:${datasetId}` }] };
    await expect(
      client.call('submitRun', { body: { requests: [smallRequest(bySky)] } }),
    ).rejects.toMatchObject({ code: 'RUN_INVALID' });
  });

  it('does not show to a user whom an administrator’s role was given to a token without the scope', async () => {
    const { text } = await test.admin.call('createToken', {
      body: { name: 'daily', scopes: ['runs:read'], days: 1 },
    });
    const daily = createClient({ baseUrl: test.url, token: text });
    await expect(daily.call('readRun', { params: { id: runId } })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
    expect(await test.admin.call('readRun', { params: { id: runId } })).toMatchObject({ id: runId });
  });

  it('a request may not name files of the server', async () => {
    for (const path of [
      '/etc/passwd',
      '../../etc/passwd',
      'dataset:../x',
      `dataset:${UUID}`,
      'file:///etc/passwd',
    ]) {
      await expect(
        alice.client.call('submitRun', {
          body: { requests: [smallRequest({ sky: [{ type: 'instanceCatalog', path }] })] },
        }),
      ).rejects.toMatchObject({
        code: 'RUN_INVALID',
        faults: [expect.objectContaining({ path: 'requests[0].sky[0].path' })],
      });
    }
  });
});

describe('accounts', () => {
  it('are set up once, and not by a wrong secret', async () => {
    const anyone = createClient({ baseUrl: test.url });
    await expect(
      anyone.call('setup', { body: { secret: 'x', name: 'eve', password: PASSWORD } }),
    ).rejects.toMatchObject({ code: 'IDENTITY_SETUP_REFUSED' });
  });

  it('are not told apart by a failed login, and slow down guessing', async () => {
    const anyone = createClient({ baseUrl: test.url, retries: 0 });
    const refused: unknown[] = [];
    for (const name of ['alice', 'nobody-there']) {
      await anyone
        .call('login', { body: { name, password: 'wrong wrong wrong' } })
        .catch((error: unknown) => {
          refused.push([(error as { code: string }).code, (error as Error).message]);
        });
    }
    expect(refused[0]).toEqual(refused[1]);
    const codes: string[] = [];
    for (let i = 0; i < 12; i++)
      await anyone
        .call('login', { body: { name: 'bob', password: 'wrong wrong wrong' } })
        .catch((error: unknown) => codes.push((error as { code: string }).code));
    expect(codes.at(-1)).toBe('IDENTITY_LOGIN_THROTTLED');
  });

  it('end at once when they are disabled', async () => {
    const eve = await test.user('eve');
    await test.admin.call('changeUser', { params: { id: eve.id }, body: { disabled: true } });
    await expect(eve.client.call('me', {})).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
  });

  it('a cookie alone changes nothing from another site', async () => {
    const session = await fetch(`${test.url}${API_PREFIX}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'mallory', password: PASSWORD }),
    });
    const cookie = session.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const send = (headers: Record<string, string>) =>
      fetch(`${test.url}${API_PREFIX}/collections`, {
        method: 'POST',
        headers: { cookie: cookie.split(';')[0] ?? '', 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: `from ${headers['origin'] ?? 'nowhere'}` }),
      });
    expect((await expectProblem(await send({ origin: 'https://evil.example' }))).code).toBe('AUTH_ORIGIN');
    expect((await expectProblem(await send({}))).code).toBe('AUTH_ORIGIN');
    expect((await send({ origin: test.url })).status).toBe(201);
  });
});

describe('the service', () => {
  it('carries headers that protect browsers, and ids on every answer', async () => {
    for (const path of ['/', `${API_PREFIX}/docs/`, `${API_PREFIX}/nowhere`]) {
      const response = await fetch(`${test.url}${path}`);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      await response.body?.cancel();
    }
  });

  it('tells its health and its metrics', async () => {
    expect(await (await fetch(`${test.url}/healthz`)).json()).toEqual({ status: 'alive' });
    expect(await (await fetch(`${test.url}/readyz`)).json()).toEqual({ status: 'ready' });
    const metrics = await (await fetch(`${test.url}/metrics`)).text();
    for (const name of [
      'imsim_od_http_request_duration_seconds_bucket',
      'imsim_od_tasks{state="running"}',
      'imsim_od_archive_bytes',
      'imsim_od_database_up 1',
    ])
      expect(metrics).toContain(name);
  });

  it('never failed by itself in all of this', () => {
    expect(test.log.filter((line) => !line.includes('API_UNAVAILABLE'))).toEqual([]);
  });
});
