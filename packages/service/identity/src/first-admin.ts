/** The first administrator: made through a link that the server prints while there is none. There is no default password. */
import { sql } from 'kysely';
import { SetupRefusedError } from './errors.js';
import type { IdentityDatabase } from './schema.js';
import { hashOfSecret, isTokenText, newTokenText } from './token-text.js';
import { createUser, hasAdmin, type NewUser, type User } from './users.js';

const LINK_LIFE_S = 86_400;

/** A new secret for the link, which makes older ones worthless; null where there is an administrator already. */
export async function newSetupSecret(db: IdentityDatabase): Promise<string | null> {
  if (await hasAdmin(db)) return null;
  const text = newTokenText();
  await db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('identity.setup_secrets').execute();
    await transaction
      .insertInto('identity.setup_secrets')
      .values({
        hash: hashOfSecret(text),
        expires_at: sql<Date>`clock_timestamp() + ${LINK_LIFE_S} * interval '1 second'`,
      })
      .execute();
  });
  return text;
}

/**
 * Makes the first administrator and uses the secret up. The caller sees to it that the request came from this machine.
 * @throws SetupRefusedError; InvalidAccountError, NameTakenError, after which the secret is still good
 */
export async function claimFirstAdmin(
  db: IdentityDatabase,
  secret: string,
  user: Omit<NewUser, 'role'> & { readonly password: string },
): Promise<User> {
  if (!isTokenText(secret) || (await hasAdmin(db))) throw new SetupRefusedError();
  const hash = hashOfSecret(secret);
  const taken = await db
    .deleteFrom('identity.setup_secrets')
    .where('hash', '=', hash)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning('expires_at')
    .executeTakeFirst();
  if (taken === undefined) throw new SetupRefusedError();
  try {
    return await createUser(db, null, { ...user, role: 'admin' });
  } catch (error) {
    await db.insertInto('identity.setup_secrets').values({ hash, expires_at: taken.expires_at }).execute();
    throw error;
  }
}
