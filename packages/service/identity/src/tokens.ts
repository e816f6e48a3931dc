/** Tokens: what a request carries to say who asks. Personal ones for programs, sessions for a login; both expire and can be revoked. */
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { writeAudit } from './audit.js';
import { InvalidAccountError, NoSuchAccountError } from './errors.js';
import type { IdentityDatabase, IdentityTransaction } from './schema.js';
import { isScope, type Principal, type Scope, SCOPES, type UserRole } from './scopes.js';
import { hashOfSecret, isTokenText, newTokenText } from './token-text.js';
import { checkText, isUuid } from './users.js';

/** A token without its text. */
export interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly kind: 'personal' | 'session';
  readonly scopes: readonly Scope[];
  readonly createdAtUtc: string;
  readonly expiresAtUtc: string;
  /** To the minute; null: never used. */
  readonly lastUsedAtUtc: string | null;
}

/** A new token; its text is never shown again. */
export interface IssuedToken extends TokenInfo {
  readonly text: string;
}

/** A token to make. */
export interface NewToken {
  /** What it is for, to recognise it by. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** 1 to 366. */
  readonly days: number;
}

const MAX_DAYS = 366;
const MAX_TOKENS = 100;

/**
 * Makes a personal token with no scope that the asking token lacks.
 * @throws InvalidAccountError
 */
export async function createToken(
  db: IdentityDatabase,
  principal: Principal,
  token: NewToken,
): Promise<IssuedToken> {
  checkText('name', token.name, 100);
  if (!Number.isInteger(token.days) || token.days < 1 || token.days > MAX_DAYS)
    throw new InvalidAccountError('days', `must be a whole number from 1 to ${MAX_DAYS}`);
  if (token.scopes.length === 0) throw new InvalidAccountError('scopes', `needs one of ${SCOPES.join(', ')}`);
  for (const scope of token.scopes) {
    if (!isScope(scope)) throw new InvalidAccountError('scopes', `knows ${SCOPES.join(', ')}`);
    if (!principal.scopes.includes(scope))
      throw new InvalidAccountError('scopes', `cannot hold ${scope}, which the asking token does not have`);
  }
  return db.transaction().execute(async (transaction) => {
    const { count } = await transaction
      .selectFrom('identity.tokens')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('user_id', '=', principal.userId)
      .where('kind', '=', 'personal')
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`clock_timestamp()`)
      .executeTakeFirstOrThrow();
    if (count >= MAX_TOKENS)
      throw new InvalidAccountError('tokens', `are ${count} already; revoke some, ${MAX_TOKENS} are allowed`);
    const issued = await issueToken(transaction, principal.userId, 'personal', {
      name: token.name,
      scopes: [...new Set(token.scopes)],
      lifeS: token.days * 86_400,
    });
    await writeAudit(transaction, {
      actorId: principal.userId,
      action: 'token.created',
      subject: `token:${issued.id}`,
      data: { name: token.name, scopes: issued.scopes, days: token.days },
    });
    return issued;
  });
}

/** Writes a token of either kind. */
export async function issueToken(
  db: IdentityDatabase | IdentityTransaction,
  userId: string,
  kind: 'personal' | 'session',
  token: { readonly name: string; readonly scopes: readonly Scope[]; readonly lifeS: number },
): Promise<IssuedToken> {
  const text = newTokenText();
  const row = await db
    .insertInto('identity.tokens')
    .values({
      id: v7(),
      user_id: userId,
      name: token.name,
      kind,
      hash: hashOfSecret(text),
      scopes: [...token.scopes],
      expires_at: sql<Date>`clock_timestamp() + ${token.lifeS} * interval '1 second'`,
    })
    .returning(TOKEN_COLUMNS)
    .executeTakeFirstOrThrow();
  return { ...toInfo(row), text };
}

/** The valid tokens of a user, newest first. */
export async function listTokens(db: IdentityDatabase, userId: string): Promise<readonly TokenInfo[]> {
  const rows = await db
    .selectFrom('identity.tokens')
    .select(TOKEN_COLUMNS)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .orderBy('id', 'desc')
    .limit(1000)
    .execute();
  return rows.map(toInfo);
}

/** Ends one of a user's tokens at once. @throws NoSuchAccountError, also for another's */
export async function revokeToken(db: IdentityDatabase, userId: string, tokenId: string): Promise<void> {
  if (!isUuid(tokenId)) throw new NoSuchAccountError('token', tokenId);
  await db.transaction().execute(async (transaction) => {
    const row = await transaction
      .updateTable('identity.tokens')
      .set({ revoked_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', tokenId)
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .returning('name')
      .executeTakeFirst();
    if (row === undefined) throw new NoSuchAccountError('token', tokenId);
    await writeAudit(transaction, {
      actorId: userId,
      action: 'token.revoked',
      subject: `token:${tokenId}`,
      data: { name: row.name },
    });
  });
}

/** Who a token's text stands for; null where it is none, unknown, revoked, expired, or its user disabled. */
export async function authenticate(db: IdentityDatabase, text: string): Promise<Principal | null> {
  if (!isTokenText(text)) return null;
  const { rows } = await sql<{
    token_id: string;
    user_id: string;
    name: string;
    role: UserRole;
    scopes: Scope[];
    groups: string[];
    stale: boolean;
  }>`
    select t.id as token_id, u.id as user_id, u.name, u.role, t.scopes,
      array(select group_id::text from identity.members m where m.user_id = u.id) as groups,
      t.last_used_at is null or t.last_used_at < clock_timestamp() - interval '1 minute' as stale
    from identity.tokens t join identity.users u on u.id = t.user_id
    where t.hash = ${hashOfSecret(text)} and t.revoked_at is null and t.expires_at > clock_timestamp() and not u.disabled
  `.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  if (row.stale) {
    await db
      .updateTable('identity.tokens')
      .set({ last_used_at: sql<Date>`date_trunc('minute', clock_timestamp())` })
      .where('id', '=', row.token_id)
      .execute();
  }
  return {
    userId: row.user_id,
    name: row.name,
    role: row.role,
    groupIds: row.groups,
    scopes: row.scopes,
    tokenId: row.token_id,
  };
}

const TOKEN_COLUMNS = ['id', 'name', 'kind', 'scopes', 'created_at', 'expires_at', 'last_used_at'] as const;

function toInfo(row: {
  id: string;
  name: string;
  kind: 'personal' | 'session';
  scopes: Scope[];
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
}): TokenInfo {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    scopes: row.scopes,
    createdAtUtc: row.created_at.toISOString(),
    expiresAtUtc: row.expires_at.toISOString(),
    lastUsedAtUtc: row.last_used_at?.toISOString() ?? null,
  };
}
