/** Groups of users, to share with. */
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { writeAudit } from './audit.js';
import { NameTakenError, NoSuchAccountError } from './errors.js';
import type { IdentityDatabase } from './schema.js';
import { checkText, isUuid } from './users.js';

/** A group and its members. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly members: readonly { readonly id: string; readonly name: string }[];
  readonly createdAtUtc: string;
}

/** Makes an empty group. @throws InvalidAccountError, NameTakenError */
export async function createGroup(
  db: IdentityDatabase,
  actorId: string | null,
  name: string,
): Promise<Group> {
  checkText('name', name, 100);
  return db.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto('identity.groups')
      .values({ id: v7(), name })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning(['id', 'name', 'created_at'])
      .executeTakeFirst();
    if (row === undefined) throw new NameTakenError('group', name);
    await writeAudit(transaction, { actorId, action: 'group.created', subject: `group:${name}` });
    return { id: row.id, name, members: [], createdAtUtc: row.created_at.toISOString() };
  });
}

/** Removes a group; what was shared with it is shared no more. @throws NoSuchAccountError */
export async function deleteGroup(
  db: IdentityDatabase,
  actorId: string | null,
  groupId: string,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const row = await transaction
      .deleteFrom('identity.groups')
      .where('id', '=', groupId)
      .returning('name')
      .executeTakeFirst();
    if (row === undefined) throw new NoSuchAccountError('group', groupId);
    await writeAudit(transaction, { actorId, action: 'group.deleted', subject: `group:${row.name}` });
  });
}

/** Replaces the members of a group. @throws NoSuchAccountError naming the group or the first unknown user */
export async function setMembers(
  db: IdentityDatabase,
  actorId: string | null,
  groupId: string,
  userIds: readonly string[],
): Promise<Group> {
  await db.transaction().execute(async (transaction) => {
    const group = await transaction
      .selectFrom('identity.groups')
      .select('name')
      .where('id', '=', groupId)
      .forUpdate()
      .executeTakeFirst();
    if (group === undefined) throw new NoSuchAccountError('group', groupId);
    const wanted = [...new Set(userIds)];
    const stranger = wanted.find((id) => !isUuid(id));
    if (stranger !== undefined) throw new NoSuchAccountError('user', stranger);
    const known = new Set(
      (
        await transaction
          .selectFrom('identity.users')
          .select('id')
          .where(sql<boolean>`id = any(${wanted}::uuid[])`)
          .execute()
      ).map(({ id }) => id),
    );
    const unknown = wanted.find((id) => !known.has(id));
    if (unknown !== undefined) throw new NoSuchAccountError('user', unknown);
    await transaction.deleteFrom('identity.members').where('group_id', '=', groupId).execute();
    if (wanted.length > 0) {
      await transaction
        .insertInto('identity.members')
        .values(wanted.map((userId) => ({ group_id: groupId, user_id: userId })))
        .execute();
    }
    await writeAudit(transaction, {
      actorId,
      action: 'group.membersSet',
      subject: `group:${group.name}`,
      data: { userIds: wanted },
    });
  });
  const groups = await listGroups(db);
  const group = groups.find(({ id }) => id === groupId);
  if (group === undefined) throw new NoSuchAccountError('group', groupId);
  return group;
}

/** All groups by name; `memberId`: those of one user. */
export async function listGroups(db: IdentityDatabase, memberId?: string): Promise<readonly Group[]> {
  const { rows } = await sql<{ id: string; name: string; created_at: Date; members: Group['members'] }>`
    select g.id, g.name, g.created_at, coalesce((
      select jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name) order by u.name)
      from identity.members m join identity.users u on u.id = m.user_id where m.group_id = g.id), '[]') as members
    from identity.groups g
    where ${memberId ?? null}::uuid is null
      or exists (select 1 from identity.members m where m.group_id = g.id and m.user_id = ${memberId ?? null}::uuid)
    order by g.name
  `.execute(db);
  return rows.map(({ id, name, members, created_at }) => ({
    id,
    name,
    members,
    createdAtUtc: created_at.toISOString(),
  }));
}
