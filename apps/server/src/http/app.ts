/** The HTTP side: one Fastify instance with everything that holds for every address, and the addresses. */
import type { Socket } from 'node:net';
import fastifyCompress from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import { API_PREFIX } from '@imsim-od/api';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { v7 } from 'uuid';
import { registerRoutes } from '../routes/index.js';
import { ApiFault } from './api-fault.js';
import type { AppParts } from './app-parts.js';
import { guard } from './authentication.js';
import { serveHealth } from './health.js';
import { serveMetrics } from './metrics.js';
import { answerClientError } from './client-error.js';
import { describeApi, serveDocs } from './openapi.js';
import { sendProblem } from './problems.js';
import { readPortal } from './portal-files.js';
import { servePortal } from './portal.js';
import { serveSetupPage } from './setup-page.js';
import { compileValidator } from './validation.js';

/** A body of JSON, at most. 5000 visits fit. */
const BODY_BYTES = 16 << 20;
/** Address and headers of a request, at most. */
const HEAD_BYTES = 64 << 10;
const IDLE_MS = 75_000;
const LOOK_FOR_IDLE_MS = 100;

/** How long clients may take. */
export interface HttpPatience {
  /** To send a request's head. */
  readonly headMs: number;
  /** To send its whole. Uploads come in chunks, each a request. */
  readonly requestMs: number;
  /** To be done with what is under way when the server ends. */
  readonly endMs: number;
}

const PATIENCE: HttpPatience = { headMs: 15_000, requestMs: 300_000, endMs: 10_000 };

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'] as const;

/** Makes the app; it does not listen yet. */
export async function createApp(
  parts: AppParts,
  { headMs, requestMs, endMs }: HttpPatience = PATIENCE,
): Promise<FastifyInstance> {
  const { services } = parts;
  const app = fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    genReqId: () => v7(),
    bodyLimit: BODY_BYTES,
    requestTimeout: requestMs,
    connectionTimeout: 0,
    keepAliveTimeout: IDLE_MS,
    http: {
      headersTimeout: headMs,
      maxHeaderSize: HEAD_BYTES,
      connectionsCheckingInterval: Math.min(5000, headMs),
    },
    clientErrorHandler: answerClientError,
    return503OnClosing: false,
    trustProxy: services.settings.trustProxy.length === 0 ? false : services.settings.trustProxy,
    routerOptions: { maxParamLength: 200, caseSensitive: true },
    logController: new LogController({ disableRequestLogging: true }),
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  });
  endInOrder(app, endMs);
  app.setValidatorCompiler(compileValidator);
  // What we answer is made by typed code and checked against the contract in the tests; it is not cut to shape here.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error));
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    refuseOddAddress(request.raw.url ?? '');
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        url: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        user: request.principal?.userId,
      },
      'answered',
    );
  });
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      directives: {
        'frame-ancestors': ["'none'"],
        'img-src': ["'self'", 'data:'],
        'upgrade-insecure-requests': null,
      },
    },
    strictTransportSecurity: services.settings.publicUrl?.startsWith('https:') === true,
  });
  await app.register(fastifyRateLimit, {
    max: services.settings.requestsPerMinute,
    timeWindow: '1 minute',
    errorResponseBuilder: (_request, { ttl }) =>
      Object.assign(
        new ApiFault(
          'API_RATE',
          `More than ${services.settings.requestsPerMinute} requests a minute came from here.`,
        ),
        { statusCode: 429, ttl },
      ),
  });
  await app.register(fastifyCompress, {
    global: true,
    encodings: ['gzip', 'identity'],
    customTypes: /^application\/(problem\+)?json|^text\/(html|css|javascript)|^application\/x-ndjson/,
    threshold: 2048,
  });
  await app.register(fastifyStatic, { root: services.archive.store.folder, serve: false });
  guard(app, services.identity);
  await describeApi(app);
  app.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null));
  await app.register(async (scope) => registerRoutes(scope, parts));
  serveHealth(app, services);
  serveMetrics(app, services, parts.hub);
  await serveDocs(app);
  const portal = readPortal(services.settings.portalFolder);
  const showPortal = portal === undefined ? undefined : await servePortal(app, portal);
  if (showPortal === undefined) serveSetupPage(app, `${API_PREFIX}/docs`);
  app.setNotFoundHandler((request, reply) => {
    const url = request.url.split('?')[0] ?? '';
    if (showPortal !== undefined && isPageOfPortal(request.method, url, request.headers.accept))
      return showPortal(reply);
    const allowed = METHODS.filter((method) => app.findRoute({ method, url }) !== null);
    // A folder's route takes every name in it; that there is no such file is no matter of the method.
    if (allowed.length === 0 || allowed.some((method) => method === request.method))
      throw new ApiFault(
        'API_NOT_FOUND',
        `There is nothing at this address; the API begins at ${API_PREFIX}.`,
      );
    reply.header('allow', allowed.join(', '));
    throw new ApiFault('API_METHOD', `${request.method} is not for this address; ${allowed.join(', ')} are.`);
  });
  return app;
}

/** At the end requests under way are answered, for a while; connections without one are closed at once. */
function endInOrder(app: FastifyInstance, patienceMs: number): void {
  // Those over which nothing ever came, as browsers open them in advance, do not count as idle for Node.
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    const idle = setInterval(() => {
      app.server.closeIdleConnections();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, LOOK_FOR_IDLE_MS);
    const late = setTimeout(() => app.server.closeAllConnections(), patienceMs);
    app.server.once('close', () => {
      clearInterval(idle);
      clearTimeout(late);
    });
  });
}

/** Whether a browser asks for a page: what no address of ours answers is then the portal's, whose router knows its pages. */
function isPageOfPortal(method: string, url: string, accept = ''): boolean {
  const isPage = (method === 'GET' || method === 'HEAD') && accept.includes('text/html');
  return isPage && !url.startsWith('/api/') && !url.startsWith('/assets/') && !/[.][a-z0-9]+$/i.test(url);
}

/** NUL and other control characters, plain or encoded, have no business in an address. */
function refuseOddAddress(url: string): void {
  if (/%(0[0-9a-f]|1[0-9a-f]|7f)/i.test(url))
    throw new ApiFault('API_INVALID', 'The address holds control characters.');
}
