/** Logging in and out, the first administrator, and one's own account and tokens. */
import { isIP } from 'node:net';
import { readUsage } from '@imsim-od/archive';
import {
  changeUser,
  claimFirstAdmin,
  createSignInLink,
  createToken,
  type IssuedToken,
  listGroups,
  listTokens,
  login,
  type Principal,
  readUser,
  revokeToken,
  setPassword,
  signInByLink,
  type TokenInfo,
} from '@imsim-od/identity';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { principalOfRequest, SESSION_COOKIE } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

/** Life of a token that does not say. */
const DEFAULT_DAYS = 90;

/** Registers the addresses. */
export function registerSessions(app: FastifyInstance, { identity, archive, settings }: Services): void {
  registerRoute(app, 'login', async ({ body, request, reply }) => {
    const { device, ...credentials } = body;
    const token = await login(identity, {
      ...credentials,
      address: request.ip,
      ...(device === undefined ? {} : { device }),
    });
    setCookie(reply, token, settings.publicUrl?.startsWith('https:') === true);
    return toIssued(token);
  });
  registerRoute(app, 'logout', async ({ request, reply }) => {
    const { userId, tokenId } = principalOfRequest(request);
    await revokeToken(identity, userId, tokenId);
    reply.clearCookie(SESSION_COOKIE, { path: '/' });
  });
  registerRoute(app, 'setup', async ({ body, request }) => {
    if (!isFromThisMachine(request))
      throw new ApiFault(
        'IDENTITY_SETUP_REFUSED',
        'The first administrator is made from the service’s own machine.',
      );
    const { secret, ...user } = body;
    const { notifyByEmail: _own, ...made } = await claimFirstAdmin(identity, secret, user);
    return made;
  });
  registerRoute(app, 'createSignInLink', async ({ request }) => {
    const link = await createSignInLink(identity, principalOfRequest(request));
    const origin = settings.publicUrl ?? `${request.protocol}://${request.host}`;
    return { ...link, url: `${origin.replace(/\/+$/, '')}/sign-in#${link.secret}` };
  });
  registerRoute(app, 'signInByLink', async ({ body, reply }) => {
    const token = await signInByLink(identity, body.secret);
    setCookie(reply, token, settings.publicUrl?.startsWith('https:') === true);
    return toIssued(token);
  });
  registerRoute(app, 'me', async ({ request }) => describeMe(principalOfRequest(request)));
  registerRoute(app, 'changeMe', async ({ body, request }) => {
    const principal = principalOfRequest(request);
    if (Object.keys(body).length > 0) await changeUser(identity, principal.userId, principal.userId, body);
    return describeMe(principal);
  });
  registerRoute(app, 'changePassword', async ({ body, request }) => {
    const { userId, name } = principalOfRequest(request);
    // The password is asked for again: a token that was left open does not hand the account over.
    const session = await login(identity, { name, password: body.current, address: request.ip });
    await revokeToken(identity, userId, session.id);
    await setPassword(identity, userId, userId, body.password);
  });
  registerRoute(app, 'listTokens', async ({ request }) => {
    const tokens = await listTokens(identity, principalOfRequest(request).userId);
    return { items: tokens.map(toToken), next: null };
  });
  registerRoute(app, 'createToken', async ({ body, request }) => {
    const principal = principalOfRequest(request);
    const token = await createToken(identity, principal, {
      name: body.name,
      scopes: body.scopes,
      days: body.days ?? DEFAULT_DAYS,
    });
    return toIssued(token);
  });
  registerRoute(app, 'revokeToken', async ({ params, request }) =>
    revokeToken(identity, principalOfRequest(request).userId, params.id),
  );

  async function describeMe({ userId, name, role, scopes }: Principal) {
    const [user, groups, usage] = await Promise.all([
      readUser(identity, userId),
      listGroups(identity, userId),
      readUsage(archive, userId),
    ]);
    return {
      id: userId,
      name,
      displayName: user.displayName,
      email: user.email,
      notifyByEmail: user.notifyByEmail,
      role,
      scopes: [...scopes],
      groups: groups.map((group) => ({ id: group.id, name: group.name })),
      usage,
    };
  }
}

function toToken({ id, name, kind, scopes, createdAtUtc, expiresAtUtc, lastUsedAtUtc }: TokenInfo) {
  return { id, name, kind, scopes: [...scopes], createdAtUtc, expiresAtUtc, lastUsedAtUtc };
}

function toIssued(token: IssuedToken) {
  return { ...toToken(token), text: token.text };
}

function setCookie(reply: FastifyReply, token: IssuedToken, isSecure: boolean): void {
  reply.setCookie(SESSION_COOKIE, token.text, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
    expires: new Date(token.expiresAtUtc),
  });
}

/** From a loopback address, or, by no proxy, from the very address that it came to. */
function isFromThisMachine({ ip, socket }: FastifyRequest): boolean {
  const from = plainAddress(ip);
  if (from === '::1' || (isIP(from) === 4 && from.startsWith('127.'))) return true;
  return from === plainAddress(socket.remoteAddress) && from === plainAddress(socket.localAddress);
}

/** An address of IPv4 as such, also where it came by way of IPv6. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '');
}
