/** Who asks, and whether they may: every address declares its policy, and one without is not served. */
import type { Policy } from '@imsim-od/api';
import { authenticate, type IdentityDatabase, mayAct, type Principal } from '@imsim-od/identity';
import type { Viewer } from '@imsim-od/archive';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { ApiFault } from './api-fault.js';

/** Name of the browser's cookie. */
export const SESSION_COOKIE = 'imsim_od_session';

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** An address was registered without a policy. */
export class NoPolicyError extends Error {
  override readonly name = 'NoPolicyError';
  readonly code = 'SERVER_NO_POLICY';

  constructor(method: string, url: string) {
    super(`${method} ${url} has no policy: it says neither who may ask, nor that anyone may.`);
  }
}

/** Refuses to start with an address that has no policy, and refuses requests that the policy does not allow. */
export function guard(app: FastifyInstance, db: IdentityDatabase): void {
  app.decorateRequest('principal', null);
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.addHook('onReady', async () => {
    for (const { method, url, config } of routes)
      if (config?.policy === undefined) throw new NoPolicyError(String(method), url);
  });
  app.addHook('onRequest', async (request) => {
    const { policy } = request.routeOptions.config;
    if (policy === undefined || policy === 'public') return;
    request.principal = await principalOf(request, db);
    if (request.principal === null)
      throw new ApiFault(
        'AUTH_REQUIRED',
        'A valid token is needed; this one is missing, unknown, revoked or expired.',
      );
    if (!mayAct(request.principal, policy.scope))
      throw new ApiFault(
        'AUTH_SCOPE',
        `The scope ${policy.scope} is needed${policy.scope === 'admin' ? ', and the role of an administrator' : ''}.`,
      );
  });
}

/** The principal of a request that was let in. */
export function principalOfRequest({ principal }: FastifyRequest): Principal {
  if (principal === null) throw new TypeError('principalOfRequest: the address is public');
  return principal;
}

/** The same as the archive and the runs see it. An administrator sees all only with a token for it. */
export function viewerOf(request: FastifyRequest): Viewer {
  const principal = principalOfRequest(request);
  return { userId: principal.userId, groupIds: principal.groupIds, isAdmin: mayAct(principal, 'admin') };
}

async function principalOf(request: FastifyRequest, db: IdentityDatabase): Promise<Principal | null> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (bearer !== undefined) return authenticate(db, bearer);
    const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1];
    if (basic === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return null;
    const [, password = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
    return authenticate(db, password);
  }
  const cookie = request.cookies[SESSION_COOKIE];
  if (cookie === undefined) return null;
  const principal = await authenticate(db, cookie);
  if (principal !== null && request.method !== 'GET' && request.method !== 'HEAD')
    refuseForeignOrigin(request);
  return principal;
}

/** A browser says where a request that changes something comes from; a cookie alone is no consent. */
function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin } = request.headers;
  const isOwn = origin !== undefined && URL.canParse(origin) && new URL(origin).host === request.host;
  if (!isOwn && request.headers['sec-fetch-site'] !== 'same-origin')
    throw new ApiFault('AUTH_ORIGIN', 'A session cookie may only be used from pages of this service.');
}
