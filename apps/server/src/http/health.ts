/** Whether the process lives, and whether it can serve. */
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.js';

const PATIENCE_MS = 3000;

/** Answers `/healthz` and `/readyz`. */
export function serveHealth(app: FastifyInstance, services: Services): void {
  const options = {
    config: { policy: 'public' as const, rateLimit: false },
    schema: { hide: true },
    logLevel: 'warn' as const,
  };
  app.get('/healthz', options, async () => ({ status: 'alive' }));
  app.get('/readyz', options, async (_request, reply) => {
    const isReady = await Promise.race([
      services.isReady().catch(() => false),
      new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE_MS, false).unref()),
    ]);
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'database away' });
  });
}
