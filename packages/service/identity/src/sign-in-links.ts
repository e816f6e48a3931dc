/**
 * Links that log a browser in: a program that holds a token, such as the command line, makes one for the same user, and the browser that
 * opens it gets a session with the same scopes. The secret stands after the `#`, works once, and is kept as its SHA-256.
 */
import { sql } from 'kysely';
import { writeAudit } from './audit.js';
import { LinkRefusedError } from './errors.js';
import type { IdentityDatabase } from './schema.js';
import type { Principal } from './scopes.js';
import { hashOfSecret, isTokenText, newTokenText } from './token-text.js';
import { type IssuedToken, issueToken } from './tokens.js';

const LINK_LIFE_S = 3600;
/** A session that began with a link lasts as long as one that began with a password. */
const SESSION_S = 14 * 86_400;

/** The secret of a new link and its end. */
export interface SignInLink {
  readonly secret: string;
  readonly expiresAtUtc: string;
}

/** Makes a link for the asking user. */
export async function createSignInLink(db: IdentityDatabase, principal: Principal): Promise<SignInLink> {
  const secret = newTokenText();
  return db.transaction().execute(async (transaction) => {
    const { expires_at: expiresAt } = await transaction
      .insertInto('identity.sign_in_links')
      .values({
        hash: hashOfSecret(secret),
        user_id: principal.userId,
        scopes: [...principal.scopes],
        expires_at: sql<Date>`clock_timestamp() + ${LINK_LIFE_S} * interval '1 second'`,
      })
      .returning('expires_at')
      .executeTakeFirstOrThrow();
    await writeAudit(transaction, {
      actorId: principal.userId,
      action: 'link.created',
      subject: `user:${principal.name}`,
    });
    return { secret, expiresAtUtc: expiresAt.toISOString() };
  });
}

/** Uses a link up and begins a session. @throws LinkRefusedError */
export async function signInByLink(db: IdentityDatabase, secret: string): Promise<IssuedToken> {
  if (!isTokenText(secret)) throw new LinkRefusedError();
  const session = await db.transaction().execute(async (transaction) => {
    const link = await transaction
      .deleteFrom('identity.sign_in_links')
      .where('hash', '=', hashOfSecret(secret))
      .where('expires_at', '>', sql<Date>`clock_timestamp()`)
      .returning(['user_id', 'scopes'])
      .executeTakeFirst();
    if (link === undefined) return null;
    const user = await transaction
      .selectFrom('identity.users')
      .select(['id', 'name', 'disabled'])
      .where('id', '=', link.user_id)
      .executeTakeFirst();
    if (user === undefined || user.disabled) return null;
    const issued = await issueToken(transaction, user.id, 'session', {
      name: 'portal, by link',
      scopes: link.scopes,
      lifeS: SESSION_S,
    });
    await writeAudit(transaction, { actorId: user.id, action: 'link.used', subject: `user:${user.name}` });
    return issued;
  });
  if (session === null) throw new LinkRefusedError();
  return session;
}
