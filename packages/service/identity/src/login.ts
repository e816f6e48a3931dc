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

/** What attempts are counted by. */
interface Keys {
  readonly name: string;
  readonly address: string;
}

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
  await countAttempt(db, keys);
  const user = await db
    .selectFrom('identity.users')
    .select(['id', 'name', 'role', 'disabled', 'password_hash'])
    .where('name', '=', name)
    .executeTakeFirst();
  const right = await isPasswordRight(user?.password_hash ?? null, credentials.password);
  if (!right || user === undefined || user.disabled) {
    await writeAudit(db, { actorId: null, action: 'login.refused', subject: `user:${name}` });
    throw new LoginRefusedError();
  }
  await takeBackAttempt(db, keys);
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
  await sql`delete from identity.sign_in_links where expires_at < clock_timestamp()`.execute(db);
  await sql`
    delete from identity.tokens where expires_at < clock_timestamp() - interval '90 days'
      or revoked_at < clock_timestamp() - interval '90 days'
  `.execute(db);
}

/**
 * Counts an attempt as a failure before its password is looked at, so that guesses at the same moment are not all let through.
 * @throws LoginThrottledError, and then nothing is counted
 */
async function countAttempt(db: IdentityDatabase, keys: Keys): Promise<void> {
  const all = Object.values(keys).sort();
  await db.transaction().execute(async (transaction) => {
    await sql`
      insert into identity.login_failures (key, failures, last_at)
      select key, 0, clock_timestamp() from unnest(${all}::text[]) as k (key) on conflict do nothing
    `.execute(transaction);
    // In the order of the keys, so that two attempts at once do not wait for each other in a circle.
    const { rows } = await sql<{ key: string; failures: number; age_s: number }>`
      select key, failures, extract(epoch from clock_timestamp() - last_at)::float8 as age_s
      from identity.login_failures where key = any(${all}::text[]) order by key for update
    `.execute(transaction);
    for (const { key, failures, age_s: ageS } of rows) {
      const excess = failures - (key === keys.name ? FREE_FAILURES.name : FREE_FAILURES.address);
      if (excess < 0) continue;
      const waitS = Math.min(MAX_WAIT_S, 2 ** Math.min(excess, 20)) - ageS;
      if (waitS > 0) throw new LoginThrottledError(Math.ceil(waitS));
    }
    await sql`
      update identity.login_failures set failures = failures + 1, last_at = clock_timestamp() where key = any(${all}::text[])
    `.execute(transaction);
  });
}

/** The attempt was none to count; the name has a clean sheet. */
async function takeBackAttempt(db: IdentityDatabase, keys: Keys): Promise<void> {
  await db.deleteFrom('identity.login_failures').where('key', '=', keys.name).execute();
  await sql`
    update identity.login_failures set failures = greatest(failures - 1, 0) where key = ${keys.address}
  `.execute(db);
}
