import { fastify } from 'fastify';
import type { IdentityDatabase } from '@imsim-od/identity';
import { describe, expect, it } from 'vitest';
import { guard } from './authentication.js';

// Nobody asks here, so that no database is asked.
const NO_DATABASE = undefined as unknown as IdentityDatabase;

describe('an address without a policy', () => {
  it('does not start, whichever way it was registered', async () => {
    for (const scoped of [false, true]) {
      const app = fastify();
      guard(app, NO_DATABASE);
      app.get('/declared', { config: { policy: 'public' } }, async () => 'yes');
      if (scoped)
        await app.register(async (scope) => scope.get('/forgotten', async () => 'no'), { prefix: '/deep' });
      else app.get('/deep/forgotten', async () => 'no');
      await expect(app.ready()).rejects.toMatchObject({
        code: 'SERVER_NO_POLICY',
        message: expect.stringContaining('GET /deep/forgotten') as string,
      });
      await app.close().catch(() => undefined);
    }
  });

  it('is the only thing that keeps from starting', async () => {
    const app = fastify();
    guard(app, NO_DATABASE);
    app.get('/declared', { config: { policy: 'public' } }, async () => 'yes');
    await app.ready();
    expect((await app.inject('/declared')).body).toBe('yes');
    await app.close();
  });
});
