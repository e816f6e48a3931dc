/** A server of its own for a test: the real thing on a loopback port, with a database, a home and workers, and users with tokens. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  API_PREFIX,
  type Client,
  createClient,
  ERRORS,
  isErrorCode,
  type Problem,
  ProblemSchema,
  type RouteDefinition,
  ROUTES,
  type Run,
} from '@imsim-od/api';
import { migrateSchema, openDatabase } from '@imsim-od/database';
import { testDatabase } from '@imsim-od/database/testing';
import { pino } from 'pino';
import { Value } from 'typebox/value';
import { expect } from 'vitest';
import { readSettings, type RunningServer, SCHEMAS, startServer } from '../index.js';

/** The password of every test's user. */
export const PASSWORD = 'correct horse battery';

/** A test's server. */
export interface TestServer {
  readonly url: string;
  readonly home: string;
  readonly server: RunningServer;
  /** The administrator, `ada`. */
  readonly admin: Client;
  readonly adminToken: string;
  /** Lines of the server's log at `warn` and above. */
  readonly log: readonly string[];
  /** Makes a user and logs in. */
  user(name: string): Promise<TestUser>;
  close(): Promise<void>;
}

/** A user of a test's server. */
export interface TestUser {
  readonly id: string;
  readonly client: Client;
  readonly token: string;
}

const MIGRATIONS = ['service/identity', 'service/archive', 'service/runs', 'execution/workflow'].map(
  (name) => new URL(`../../../../packages/${name}/src/migrations.ts`, import.meta.url),
);

/** Starts one. Answers of its clients are checked against the contract. */
export async function testServer(settings: Readonly<Record<string, unknown>> = {}): Promise<TestServer> {
  const database = await testDatabase({
    source: MIGRATIONS.map((url) => readFileSync(url, 'utf8')).join('\n'),
    migrate: async (url) => {
      const db = openDatabase(url);
      for (const schema of SCHEMAS) await migrateSchema(db, schema);
      await db.destroy();
    },
  });
  const home = mkdtempSync(join(tmpdir(), 'imsim-od-server-'));
  chmodSync(home, 0o711);
  const log: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => void log.push(line) });
  const server = await startServer(
    readSettings(
      {
        home,
        port: 0,
        databaseUrl: database.url,
        workers: 2,
        memoryMb: 8000,
        requestsPerMinute: 1e6,
        ...settings,
      },
      {},
    ),
    logger,
  );
  const { url } = server;
  const anyone = checkedClient(url);
  const secret = server.setupUrl?.split('#')[1] ?? '';
  await anyone.call('setup', { body: { secret, name: 'ada', password: PASSWORD } });
  const { text: adminToken } = await anyone.call('login', { body: { name: 'ada', password: PASSWORD } });
  const admin = checkedClient(url, adminToken);
  return {
    url,
    home,
    server,
    admin,
    adminToken,
    log,
    user: async (name) => {
      const { id } = await admin.call('createUser', { body: { name, password: PASSWORD } });
      const { text } = await anyone.call('login', { body: { name, password: PASSWORD } });
      return { id, token: text, client: checkedClient(url, text) };
    },
    close: async () => {
      await server.close();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A client whose every answer must be what the contract says. */
export function checkedClient(url: string, token?: string): Client {
  return createClient({
    baseUrl: url,
    retries: 0,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      await checkAnswer(init?.method ?? 'GET', new URL(String(input)).pathname, response);
      return response;
    },
    ...(token === undefined ? {} : { token }),
  });
}

async function checkAnswer(method: string, path: string, response: Response): Promise<void> {
  const route = Object.values(ROUTES as Record<string, RouteDefinition>).find(
    (candidate) => candidate.method === method && patternOf(candidate.path).test(path),
  );
  if (response.status >= 400) {
    if (method !== 'HEAD') await expectProblem(response.clone());
    return;
  }
  if (route?.response === undefined || response.status === 204) return;
  expect(response.status).toBe(route.status ?? 200);
  const body: unknown = await response.clone().json();
  const [fault] = Value.Errors(route.response, body);
  if (fault !== undefined)
    throw new Error(`${method} ${path} answers outside the contract: ${fault.instancePath} ${fault.message}`);
}

/** The problem document of an answer, checked whole: a known code under its status, with an id to ask for. */
export async function expectProblem(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = (await response.json()) as Problem;
  expect([...Value.Errors(ProblemSchema, problem)]).toEqual([]);
  expect(problem.status).toBe(response.status);
  expect(isErrorCode(problem.code) && ERRORS[problem.code].status).toBe(response.status);
  expect(problem.requestId).toMatch(/^[0-9a-f-]{36}$/);
  return problem;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${API_PREFIX}${path.replace(/:[A-Za-z]+/g, '[^/]+')}$`);
}

/** A small request: one detector, few sources. */
export function smallRequest(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    visitId: 7,
    pointing: { raDeg: 53, decDeg: -27.5 },
    band: 'r',
    detectors: 'R22_S11',
    sky: [{ type: 'synthetic', seed: 1, faintIMag: 20 }],
    products: ['eimage', 'truth'],
    ...changes,
  };
}

/** Waits for the end of a run; throws after two minutes. */
export async function untilEnded(client: Client, id: string): Promise<Run> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const run = await client.call('readRun', { params: { id } });
    if (['succeeded', 'failed', 'cancelled'].includes(run.state)) return run;
    if (performance.now() > deadline) throw new Error(`the run is ${run.state} after two minutes`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
