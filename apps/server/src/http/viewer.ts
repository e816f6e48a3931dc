/**
 * Serving the FITS viewer: a page of its own for a sandboxed frame, and its files. The sandbox gives the frame an origin that is nobody's:
 * its files come without cookies and count as of another site, so they are open to all, and its page may load them and nothing else.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const PREFIX = '/js9/';
const PAGE = `${PREFIX}frame.html`;
const DAY_MS = 86_400_000;

/** Serves `/js9/` from the portal's folder; nothing where the portal was built without a viewer. */
export async function serveViewer(app: FastifyInstance, portalFolder: string): Promise<void> {
  const folder = join(portalFolder, 'js9');
  if (!existsSync(join(folder, 'frame.html'))) return;
  const page = readFileSync(join(folder, 'frame.html'), 'utf8');
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, policy: 'public', rateLimit: false };
      route.schema = { ...route.schema, hide: true };
    });
    scope.addHook('onSend', async (request, reply) => {
      reply.header('cross-origin-resource-policy', 'cross-origin').header('access-control-allow-origin', '*');
      if (request.url.split('?')[0] === PAGE)
        reply.header('content-security-policy', framePolicy(originOf(request)));
    });
    scope.get(PAGE, async (_request, reply) =>
      reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page),
    );
    await scope.register(fastifyStatic, {
      root: folder,
      prefix: PREFIX,
      decorateReply: false,
      preCompressed: true,
      maxAge: DAY_MS,
      index: false,
    });
  });
}

/**
 * What the frame may do. JS9 writes styles of its own while it draws, which is why those are allowed here and nowhere else.
 * @param origin the service's, or `'self'`: browsers take that as the address of the page, whose own origin is none
 */
function framePolicy(origin: string): string {
  const files = origin === "'self'" ? origin : `${origin}${PREFIX}`;
  return [
    'sandbox allow-scripts',
    "default-src 'none'",
    `script-src ${files} 'wasm-unsafe-eval'`,
    `style-src ${files} 'unsafe-inline'`,
    `img-src ${files} data:`,
    `font-src ${files}`,
    `connect-src ${files}`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${origin}`,
  ].join('; ');
}

function originOf({ protocol, host }: FastifyRequest): string {
  return /^[a-z0-9.-]+(:[0-9]{1,5})?$/i.test(host) ? `${protocol}://${host}` : "'self'";
}
