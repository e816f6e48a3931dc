/** Accounts of people. */
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { writeAudit } from './audit.js';
import { InvalidAccountError, LastAdminError, NameTakenError, NoSuchAccountError } from './errors.js';
import { hashPassword } from './passwords.js';
import type { IdentityDatabase, IdentityTransaction } from './schema.js';
import type { UserRole } from './scopes.js';

/** An account. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly email: string | null;
  /** Whether the end of a run is told by mail, where the service sends any. */
  readonly notifyByEmail: boolean;
  readonly role: UserRole;
  readonly disabled: boolean;
  readonly createdAtUtc: string;
}

/** An account to make. */
export interface NewUser {
  /** 2 to 63 of a-z, 0-9, `.`, `_`, `-`, first a letter. */
  readonly name: string;
  /** Default: the name. */
  readonly displayName?: string;
  readonly email?: string;
  /** Default `user`. */
  readonly role?: UserRole;
  /** Without one, the account cannot log in until it is given one. */
  readonly password?: string;
}

const NAME = /^[a-z][a-z0-9._-]{1,62}$/;
const COLUMNS = [
  'id',
  'name',
  'display_name',
  'email',
  'notify_by_email',
  'role',
  'disabled',
  'created_at',
] as const;

/** Makes an account. @throws InvalidAccountError, NameTakenError */
export async function createUser(db: IdentityDatabase, actorId: string | null, user: NewUser): Promise<User> {
  const { name, displayName = name, email = null, role = 'user' } = user;
  if (!NAME.test(name)) {
    throw new InvalidAccountError(
      'name',
      'needs 2 to 63 of a-z, 0-9, ".", "_" and "-", the first of them a letter',
    );
  }
  checkText('displayName', displayName, 200);
  checkEmail(email);
  const passwordHash = user.password === undefined ? null : await hashPassword(user.password, name);
  return db.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto('identity.users')
      .values({ id: v7(), name, display_name: displayName, email, role, password_hash: passwordHash })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning(COLUMNS)
      .executeTakeFirst();
    if (row === undefined) throw new NameTakenError('user', name);
    await writeAudit(transaction, {
      actorId,
      action: 'user.created',
      subject: `user:${name}`,
      data: { role },
    });
    return toUser(row);
  });
}

/** One account by its id or name. @throws NoSuchAccountError */
export async function readUser(db: IdentityDatabase, idOrName: string): Promise<User> {
  const column = isUuid(idOrName) ? 'id' : 'name';
  const row = await db
    .selectFrom('identity.users')
    .select(COLUMNS)
    .where(column, '=', idOrName)
    .executeTakeFirst();
  if (row === undefined) throw new NoSuchAccountError('user', idOrName);
  return toUser(row);
}

/** A page of accounts by name, after the given name. */
export async function listUsers(
  db: IdentityDatabase,
  page: { readonly after?: string; readonly limit?: number } = {},
): Promise<readonly User[]> {
  let query = db
    .selectFrom('identity.users')
    .select(COLUMNS)
    .orderBy('name')
    .limit(Math.min(1000, Math.max(1, Math.trunc(page.limit ?? 100))));
  if (page.after !== undefined) query = query.where('name', '>', page.after);
  return (await query.execute()).map(toUser);
}

/** What may be changed of an account. */
export interface UserChanges {
  readonly displayName?: string;
  readonly email?: string | null;
  readonly notifyByEmail?: boolean;
  readonly role?: UserRole;
  /** Disabling revokes every token at once. */
  readonly disabled?: boolean;
}

/** Changes an account. @throws NoSuchAccountError, InvalidAccountError, LastAdminError */
export async function changeUser(
  db: IdentityDatabase,
  actorId: string | null,
  userId: string,
  changes: UserChanges,
): Promise<User> {
  if (changes.displayName !== undefined) checkText('displayName', changes.displayName, 200);
  if (changes.email !== undefined) checkEmail(changes.email);
  return db.transaction().execute(async (transaction) => {
    // Two administrators that demote each other at the same moment wait for each other here.
    await sql`lock table identity.users in share row exclusive mode`.execute(transaction);
    const row = await transaction
      .updateTable('identity.users')
      .set({
        ...(changes.displayName === undefined ? {} : { display_name: changes.displayName }),
        ...(changes.email === undefined ? {} : { email: changes.email }),
        ...(changes.notifyByEmail === undefined ? {} : { notify_by_email: changes.notifyByEmail }),
        ...(changes.role === undefined ? {} : { role: changes.role }),
        ...(changes.disabled === undefined ? {} : { disabled: changes.disabled }),
        changed_at: sql<Date>`clock_timestamp()`,
      })
      .where('id', '=', userId)
      .returning(COLUMNS)
      .executeTakeFirst();
    if (row === undefined) throw new NoSuchAccountError('user', userId);
    if (!(await hasAdmin(transaction))) throw new LastAdminError(row.name);
    if (changes.disabled === true) await revokeAll(transaction, userId);
    await writeAudit(transaction, {
      actorId,
      action: 'user.changed',
      subject: `user:${row.name}`,
      data: changes,
    });
    return toUser(row);
  });
}

/** Gives an account a new password and ends its sessions. @throws NoSuchAccountError, InvalidAccountError */
export async function setPassword(
  db: IdentityDatabase,
  actorId: string | null,
  userId: string,
  password: string,
): Promise<void> {
  const { name } = await readUser(db, userId);
  const passwordHash = await hashPassword(password, name);
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('identity.users')
      .set({ password_hash: passwordHash, changed_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', userId)
      .execute();
    await revokeAll(transaction, userId, 'session');
    await writeAudit(transaction, { actorId, action: 'user.passwordSet', subject: `user:${name}` });
  });
}

/** Whether there is an administrator who can work. */
export async function hasAdmin(db: IdentityDatabase | IdentityTransaction): Promise<boolean> {
  const row = await db
    .selectFrom('identity.users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', false)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function revokeAll(transaction: IdentityTransaction, userId: string, kind?: 'session'): Promise<void> {
  let update = transaction
    .updateTable('identity.tokens')
    .set({ revoked_at: sql<Date>`clock_timestamp()` })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null);
  if (kind !== undefined) update = update.where('kind', '=', kind);
  await update.execute();
}

/** @throws InvalidAccountError where a text is empty, too long or holds control characters */
export function checkText(field: string, text: string, maxLength: number): void {
  if (text.trim() === '' || text.length > maxLength || /\p{Cc}/u.test(text))
    throw new InvalidAccountError(
      field,
      `needs 1 to ${maxLength} characters, none of them control characters`,
    );
}

function checkEmail(email: string | null): void {
  if (email !== null && !/^[^\s@\p{Cc}<>,;"]+@[^\s@\p{Cc}<>,;"]+$/u.test(email))
    throw new InvalidAccountError('email', 'is not an address');
}

/** Whether a text is a UUID in lower case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function toUser(row: {
  id: string;
  name: string;
  display_name: string;
  email: string | null;
  notify_by_email: boolean;
  role: UserRole;
  disabled: boolean;
  created_at: Date;
}): User {
  const { display_name: displayName, notify_by_email: notifyByEmail, created_at: createdAt, ...rest } = row;
  return { ...rest, displayName, notifyByEmail, createdAtUtc: createdAt.toISOString() };
}
