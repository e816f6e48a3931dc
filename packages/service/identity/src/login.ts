/** Logging in with a password, slowed down where it is being guessed. */
import { sql } from 'kysely';
import { writeAudit } from './audit.js';
import { LoginRefusedError, LoginThrottledError } from './errors.js';
import { isPasswordRight } from './passwords.js';
import type { IdentityDatabase } from './schema.js';
import { type Scope, SCOPES } from './scopes.js';
import { type IssuedToken, issueToken } from './tokens.js';

/** A session lasts this long. */
const SESSION_S = 14 * 86_400;
/** So many failures cost nothing; each further one doubles the wait, from a second to a quarter of an hour. */
const FREE_FAILURES = { name: 5, address: 30 };
const MAX_WAIT_S = 900;

/** Who wants in. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Where the request came from; failures are counted by it, too. */
  readonly address: string;
  /** What is logging in, to recognise the session by. */
  readonly device?: string;
}

/**
 * A session for the right password.
 * @throws LoginRefusedError, LoginThrottledError
 */
export async function login(db: IdentityDatabase, credentials: Credentials): Promise<IssuedToken> {
  const name = credentials.name.slice(0, 100).toLowerCase();
  const keys = { name: `name:${name}`, address: `address:${credentials.address.slice(0, 100)}` };
  await refuseThrottled(db, keys);
  const user = await db
    .selectFrom('identity.users')
    .select(['id', 'name', 'role', 'disabled', 'password_hash'])
    .where('name', '=', name)
    .executeTakeFirst();
  const right = await isPasswordRight(user?.password_hash ?? null, credentials.password);
  if (!right || user === undefined || user.disabled) {
    await countFailure(db, Object.values(keys));
    await writeAudit(db, { actorId: null, action: 'login.refused', subject: `user:${name}` });
    throw new LoginRefusedError();
  }
  await db.deleteFrom('identity.login_failures').where('key', '=', keys.name).execute();
  const scopes: readonly Scope[] = SCOPES.filter((scope) => scope !== 'admin' || user.role === 'admin');
  const device = (credentials.device ?? 'login').replace(/\p{Cc}/gu, ' ').slice(0, 100);
  const session = await issueToken(db, user.id, 'session', { name: device, scopes, lifeS: SESSION_S });
  await writeAudit(db, { actorId: user.id, action: 'login.succeeded', subject: `user:${user.name}` });
  return session;
}

/** Forgets failures and tokens that matter no more; for a background job. */
export async function sweepIdentity(db: IdentityDatabase): Promise<void> {
  await sql`delete from identity.login_failures where last_at < clock_timestamp() - interval '1 day'`.execute(
    db,
  );
  await sql`
    delete from identity.tokens where expires_at < clock_timestamp() - interval '90 days'
      or revoked_at < clock_timestamp() - interval '90 days'
  `.execute(db);
}

async function refuseThrottled(
  db: IdentityDatabase,
  keys: { readonly name: string; readonly address: string },
): Promise<void> {
  const { rows } = await sql<{ key: string; failures: number; age_s: number }>`
    select key, failures, extract(epoch from clock_timestamp() - last_at)::float8 as age_s
    from identity.login_failures where key = any(${Object.values(keys)}::text[])
  `.execute(db);
  for (const { key, failures, age_s: ageS } of rows) {
    const excess = failures - (key === keys.name ? FREE_FAILURES.name : FREE_FAILURES.address);
    if (excess < 0) continue;
    const waitS = Math.min(MAX_WAIT_S, 2 ** Math.min(excess, 20)) - ageS;
    if (waitS > 0) throw new LoginThrottledError(Math.ceil(waitS));
  }
}

async function countFailure(db: IdentityDatabase, keys: readonly string[]): Promise<void> {
  // In the order of the keys, so that two failures at once do not wait for each other in a circle.
  for (const key of [...keys].sort()) {
    await sql`
      insert into identity.login_failures (key, failures, last_at) values (${key}, 1, clock_timestamp())
      on conflict (key) do update set failures = login_failures.failures + 1, last_at = clock_timestamp()
    `.execute(db);
  }
}
