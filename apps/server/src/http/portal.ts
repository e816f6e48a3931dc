/**
 * Serving the portal: its page at every address that is no other's, its files for good, since their names change with their contents. The
 * page's policy lets nothing in that does not come from this service, and no text become code; WebAssembly may be compiled.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PortalFiles } from './portal-files.js';
import { serveViewer } from './viewer.js';

const NONCE_PLACE = '__CSP_NONCE__';
const YEAR_MS = 365 * 86_400_000;

/** Answers with the page. */
export type ShowPortal = (reply: FastifyReply) => FastifyReply;

/** Serves `/`, `/assets/` and the files beside the page. @returns what answers with the page elsewhere */
export async function servePortal(app: FastifyInstance, { folder, page }: PortalFiles): Promise<ShowPortal> {
  const show: ShowPortal = (reply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page.replaceAll(NONCE_PLACE, nonce));
  };
  const options = { config: { policy: 'public' as const, rateLimit: false }, schema: { hide: true } };
  app.get('/', options, async (_request, reply) => show(reply));
  app.get('/icon.svg', options, async (_request, reply) =>
    reply.sendFile('icon.svg', folder, { cacheControl: true, maxAge: 86_400_000, immutable: false }),
  );
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, policy: 'public', rateLimit: false };
      route.schema = { ...route.schema, hide: true };
    });
    // A worker lives under the policy of its own script.
    scope.addHook('preHandler', async (_request, reply) => {
      reply.header('content-security-policy', FILE_POLICY);
    });
    await scope.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      preCompressed: true,
      immutable: true,
      maxAge: YEAR_MS,
      index: false,
    });
  });
  await serveViewer(app, folder);
  return show;
}

/** What a worker may load: its own scripts and files, and WebAssembly may be compiled. */
const FILE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the page may load. Components add a few styles of their own, which carry the nonce; `style` attributes in HTML are refused. */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}
