import { readFileSync } from 'node:fs';
import { migrateSchema, openDatabase } from '@imsim-od/database';
import { testDatabase, type TestDatabase } from '@imsim-od/database/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  authenticate,
  changeUser,
  claimFirstAdmin,
  createGroup,
  createToken,
  createUser,
  deleteGroup,
  type IdentityDatabase,
  type IdentityTables,
  identitySchema,
  listAudit,
  listGroups,
  listTokens,
  listUsers,
  login,
  LoginThrottledError,
  mayAct,
  newSetupSecret,
  type Principal,
  revokeToken,
  setMembers,
  setPassword,
} from './index.js';

let database: TestDatabase;
let db: IdentityDatabase;

beforeAll(async () => {
  database = await testDatabase({
    source: readFileSync(new URL('./migrations.ts', import.meta.url), 'utf8'),
    migrate: async (url) => {
      const target = openDatabase<IdentityTables>(url);
      await migrateSchema(target, identitySchema);
      await target.destroy();
    },
  });
  db = openDatabase(database.url);
});
afterEach(async () => {
  await sql`truncate identity.users, identity.groups, identity.members, identity.tokens, identity.setup_secrets,
    identity.login_failures, identity.sign_in_links, identity.feedback, identity.audit`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const PASSWORD = 'correct horse battery';
const from = { address: '127.0.0.1' };

async function principalOf(name: string, role: 'user' | 'admin' = 'user'): Promise<Principal> {
  await createUser(db, null, { name, role, password: PASSWORD });
  const { text } = await login(db, { name, password: PASSWORD, ...from });
  const principal = await authenticate(db, text);
  if (principal === null) throw new Error('the new session is not valid');
  return principal;
}

describe('accounts', () => {
  it('keep the password as argon2id and nothing else of it', async () => {
    await createUser(db, null, { name: 'alice', password: PASSWORD });
    const { rows } = await sql<{ row: string }>`select u::text as row from identity.users u`.execute(db);
    expect(rows[0]?.row).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(rows[0]?.row).not.toContain('horse');
  });

  it.each(['A', 'alice!', '1abc', 'a', '../etc', 'x'.repeat(64), 'ab\0c'])(
    'refuse the name %j',
    async (name) => {
      await expect(createUser(db, null, { name })).rejects.toMatchObject({
        code: 'IDENTITY_INVALID',
        field: 'name',
      });
    },
  );

  it.each(['short', 'alice-alice-alice', 'x'.repeat(1025)])(
    'refuse the password %j of alice',
    async (password) => {
      await expect(createUser(db, null, { name: 'alice', password })).rejects.toMatchObject({
        field: 'password',
      });
    },
  );

  it('have names of their own, also when two come at once', async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => createUser(db, null, { name: 'alice' })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(createUser(db, null, { name: 'alice' })).rejects.toMatchObject({
      code: 'IDENTITY_NAME_TAKEN',
    });
  });

  it('are listed by name in pages', async () => {
    for (const name of ['carol', 'alice', 'bob']) await createUser(db, null, { name });
    const first = await listUsers(db, { limit: 2 });
    expect(first.map(({ name }) => name)).toEqual(['alice', 'bob']);
    expect((await listUsers(db, { after: 'bob' })).map(({ name }) => name)).toEqual(['carol']);
  });

  it('cannot lose their last administrator, not even when two demote each other at once', async () => {
    const one = await createUser(db, null, { name: 'one', role: 'admin' });
    const two = await createUser(db, null, { name: 'two', role: 'admin' });
    const results = await Promise.allSettled([
      changeUser(db, one.id, two.id, { role: 'user' }),
      changeUser(db, two.id, one.id, { disabled: true }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'IDENTITY_LAST_ADMIN' },
    });
  });
});

describe('a login', () => {
  it('gives a session with what the role allows', async () => {
    const user = await principalOf('alice');
    const admin = await principalOf('root', 'admin');
    expect([mayAct(user, 'runs:write'), mayAct(user, 'admin'), mayAct(admin, 'admin')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('says the same of a wrong password, an unknown name and a disabled account', async () => {
    const alice = await createUser(db, null, { name: 'alice', password: PASSWORD });
    await createUser(db, null, { name: 'nopass' });
    await createUser(db, null, { name: 'boss', role: 'admin' });
    await changeUser(db, null, alice.id, { disabled: true });
    const messages = await Promise.all(
      [
        ['alice', PASSWORD],
        ['nobody', PASSWORD],
        ['nopass', ''],
        ['boss', 'wrong password'],
      ].map(([name = '', password = '']) =>
        login(db, { name, password, ...from }).then(
          () => 'in',
          (error: Error) => error.message,
        ),
      ),
    );
    expect(new Set(messages)).toEqual(new Set([expect.stringContaining('name or the password is wrong')]));
  });

  it('lets no more guesses through at one moment than one after the other', async () => {
    await createUser(db, null, { name: 'mallory', password: PASSWORD });
    const guesses = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        login(db, { name: 'mallory', password: `guess number ${i}`, ...from }),
      ),
    );
    const throttled = guesses.filter(
      (guess) => guess.status === 'rejected' && guess.reason instanceof LoginThrottledError,
    );
    expect(throttled).toHaveLength(15);
  });

  it('is slowed down after five failures, for the right password too, and forgets them after a success', async () => {
    await createUser(db, null, { name: 'alice', password: PASSWORD });
    const attempt = (password: string) => login(db, { name: 'alice', password, ...from });
    for (let i = 0; i < 5; i++)
      await expect(attempt('wrong')).rejects.toMatchObject({ code: 'IDENTITY_LOGIN_REFUSED' });
    const throttled = await attempt(PASSWORD).catch((error: unknown) => error);
    expect(throttled).toBeInstanceOf(LoginThrottledError);
    await sql`update identity.login_failures set last_at = last_at - interval '1 hour'`.execute(db);
    await attempt(PASSWORD);
    await expect(attempt('wrong')).rejects.toMatchObject({ code: 'IDENTITY_LOGIN_REFUSED' });
  });

  it('waits twice as long with each failure, a quarter of an hour at most', async () => {
    const waits: number[] = [];
    for (const failures of [5, 6, 8, 30]) {
      await sql`insert into identity.login_failures values ('name:x', ${failures}, clock_timestamp())
        on conflict (key) do update set failures = excluded.failures, last_at = clock_timestamp()`.execute(
        db,
      );
      const error = await login(db, { name: 'x', password: 'y', ...from }).catch((cause: unknown) => cause);
      waits.push(error instanceof LoginThrottledError ? error.retryAfterS : -1);
    }
    expect(waits).toEqual([1, 2, 8, 900]);
  });
});

describe('a token', () => {
  it('is known by its text, which is kept nowhere', async () => {
    const alice = await principalOf('alice');
    const token = await createToken(db, alice, { name: 'laptop', scopes: ['data:read'], days: 7 });
    expect(await authenticate(db, token.text)).toMatchObject({ name: 'alice', scopes: ['data:read'] });
    const { rows } = await sql<{ dump: string }>`
      select (select json_agg(t) from identity.tokens t)::text || (select json_agg(a) from identity.audit a)::text as dump`.execute(
      db,
    );
    expect(rows[0]?.dump).not.toContain(token.text.slice(4, 30));
  });

  it.each([
    ['nothing', () => ''],
    ['random text', () => 'iod_' + 'A'.repeat(48)],
    ['one letter changed', (text: string) => text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A')],
    ['SQL', () => "' or true --"],
  ])('does not let in %s', async (_what, spoil) => {
    const alice = await principalOf('alice');
    const { text } = await createToken(db, alice, { name: 'x', scopes: ['query'], days: 1 });
    expect(await authenticate(db, spoil(text))).toBeNull();
  });

  it('ends when it expires, is revoked, or its user is disabled; a new password ends sessions alone', async () => {
    await createUser(db, null, { name: 'boss', role: 'admin' });
    const alice = await principalOf('alice');
    const make = () => createToken(db, alice, { name: 'x', scopes: ['query'], days: 1 });
    const [expired, revoked, kept] = [await make(), await make(), await make()];
    const session = await login(db, { name: 'alice', password: PASSWORD, ...from });
    await sql`update identity.tokens set expires_at = clock_timestamp() where id = ${expired.id}`.execute(db);
    await revokeToken(db, alice.userId, revoked.id);
    await setPassword(db, alice.userId, alice.userId, 'another long password');
    const valid = async () =>
      Promise.all(
        [expired, revoked, kept, session].map(async ({ text }) => (await authenticate(db, text)) !== null),
      );
    expect(await valid()).toEqual([false, false, true, false]);
    expect((await listTokens(db, alice.userId)).map(({ id }) => id)).toEqual([kept.id]);
    await changeUser(db, null, alice.userId, { disabled: true });
    expect(await valid()).toEqual([false, false, false, false]);
  });

  it('cannot be given a scope that the asking one lacks, nor revoked by another user', async () => {
    const alice = await principalOf('alice');
    const bob = await principalOf('bob');
    await expect(createToken(db, alice, { name: 'x', scopes: ['admin'], days: 1 })).rejects.toMatchObject({
      field: 'scopes',
    });
    const { id } = await createToken(db, alice, { name: 'x', scopes: ['query'], days: 1 });
    await expect(revokeToken(db, bob.userId, id)).rejects.toMatchObject({ code: 'IDENTITY_NOT_FOUND' });
    await expect(revokeToken(db, bob.userId, "x' or true")).rejects.toMatchObject({
      code: 'IDENTITY_NOT_FOUND',
    });
  });
});

describe('the first administrator', () => {
  const admin = { name: 'root1', password: PASSWORD };

  it('comes by a secret that works once, and only while there is none', async () => {
    const secret = (await newSetupSecret(db)) ?? '';
    const results = await Promise.allSettled(
      [1, 2].map((n) => claimFirstAdmin(db, secret, { ...admin, name: `root${n}` })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await newSetupSecret(db)).toBeNull();
    await expect(claimFirstAdmin(db, secret, admin)).rejects.toMatchObject({
      code: 'IDENTITY_SETUP_REFUSED',
    });
  });

  it('is not made by an older secret, a guess or an expired one', async () => {
    const older = (await newSetupSecret(db)) ?? '';
    const newer = (await newSetupSecret(db)) ?? '';
    await expect(claimFirstAdmin(db, older, admin)).rejects.toMatchObject({ code: 'IDENTITY_SETUP_REFUSED' });
    await expect(claimFirstAdmin(db, 'guess', admin)).rejects.toMatchObject({
      code: 'IDENTITY_SETUP_REFUSED',
    });
    await sql`update identity.setup_secrets set expires_at = clock_timestamp()`.execute(db);
    await expect(claimFirstAdmin(db, newer, admin)).rejects.toMatchObject({ code: 'IDENTITY_SETUP_REFUSED' });
  });

  it('may try again after a bad password', async () => {
    const secret = (await newSetupSecret(db)) ?? '';
    await expect(claimFirstAdmin(db, secret, { ...admin, password: 'short' })).rejects.toMatchObject({
      code: 'IDENTITY_INVALID',
    });
    expect(await claimFirstAdmin(db, secret, admin)).toMatchObject({ role: 'admin' });
  });
});

describe('groups', () => {
  it('have members, who see it in what they are', async () => {
    const alice = await principalOf('alice');
    const group = await createGroup(db, null, 'Weak lensing');
    await setMembers(db, null, group.id, [alice.userId]);
    const { text } = await createToken(db, alice, { name: 'x', scopes: ['query'], days: 1 });
    expect((await authenticate(db, text))?.groupIds).toEqual([group.id]);
    expect(await listGroups(db, alice.userId)).toMatchObject([
      { name: 'Weak lensing', members: [{ name: 'alice' }] },
    ]);
    await deleteGroup(db, null, group.id);
    expect((await authenticate(db, text))?.groupIds).toEqual([]);
  });

  it('refuse unknown members and change nothing', async () => {
    const alice = await principalOf('alice');
    const group = await createGroup(db, null, 'g');
    await setMembers(db, null, group.id, [alice.userId]);
    await expect(setMembers(db, null, group.id, ['nobody'])).rejects.toMatchObject({
      code: 'IDENTITY_NOT_FOUND',
    });
    expect((await listGroups(db))[0]?.members).toHaveLength(1);
  });
});

describe('the audit', () => {
  it('tells what was done, newest first, and cannot be changed', async () => {
    await principalOf('alice');
    expect((await listAudit(db)).map(({ action }) => action)).toEqual(['login.succeeded', 'user.created']);
    await expect(sql`delete from identity.audit`.execute(db)).rejects.toThrow(/append-only/);
    await expect(sql`update identity.audit set action = 'x'`.execute(db)).rejects.toThrow(/append-only/);
  });
});
