/** Users, groups and the audit, for administrators. */
import { setQuota } from '@imsim-od/archive';
import {
  changeUser,
  createGroup,
  createUser,
  deleteGroup,
  type Group,
  listAudit,
  listFeedback,
  listGroups,
  listUsers,
  markFeedback,
  readUser,
  sendFeedback,
  setMembers,
  setPassword,
  type User,
  writeAudit,
} from '@imsim-od/identity';
import type { FastifyInstance } from 'fastify';
import { principalOfRequest, viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

const DEFAULT_PAGE = 100;

/** Registers the addresses. */
export function registerAccounts(app: FastifyInstance, { identity, archive }: Services): void {
  registerRoute(app, 'listUsers', async ({ query: { after, limit = DEFAULT_PAGE } }) => {
    const items = [...(await listUsers(identity, { limit, ...(after === undefined ? {} : { after }) }))];
    return { items: items.map(toUser), next: items.length < limit ? null : (items.at(-1)?.name ?? null) };
  });
  registerRoute(app, 'createUser', async ({ body, request }) =>
    toUser(await createUser(identity, principalOfRequest(request).userId, body)),
  );
  registerRoute(app, 'changeUser', async ({ params, body, request }) => {
    const actor = principalOfRequest(request).userId;
    const { password, quotaBytes, ...changes } = body;
    await readUser(identity, params.id);
    if (Object.keys(changes).length > 0) await changeUser(identity, actor, params.id, changes);
    if (password !== undefined) await setPassword(identity, actor, params.id, password);
    if (quotaBytes !== undefined) {
      await setQuota(archive, params.id, quotaBytes);
      await writeAudit(identity, {
        actorId: actor,
        action: 'user.quota',
        subject: `user:${params.id}`,
        data: { quotaBytes },
      });
    }
    return toUser(await readUser(identity, params.id));
  });
  registerRoute(app, 'listGroups', async ({ request }) => {
    const { userId, isAdmin } = viewerOf(request);
    const groups = await listGroups(identity, isAdmin ? undefined : userId);
    return { items: groups.map(toGroup), next: null };
  });
  registerRoute(app, 'createGroup', async ({ body, request }) =>
    toGroup(await createGroup(identity, principalOfRequest(request).userId, body.name)),
  );
  registerRoute(app, 'setMembers', async ({ params, body, request }) =>
    toGroup(await setMembers(identity, principalOfRequest(request).userId, params.id, body.userIds)),
  );
  registerRoute(app, 'deleteGroup', async ({ params, request }) =>
    deleteGroup(identity, principalOfRequest(request).userId, params.id),
  );
  registerRoute(app, 'sendFeedback', async ({ body, request }) =>
    sendFeedback(identity, principalOfRequest(request).userId, body),
  );
  registerRoute(app, 'listFeedback', async ({ query }) => {
    const { limit = DEFAULT_PAGE } = query;
    const items = [...(await listFeedback(identity, { ...query, limit }))];
    return { items, next: items.length < limit ? null : (items.at(-1)?.id ?? null) };
  });
  registerRoute(app, 'markFeedback', async ({ params, body }) =>
    markFeedback(identity, params.id, body.done),
  );
  registerRoute(app, 'listAudit', async ({ query: { after, limit = DEFAULT_PAGE, action } }) => {
    const items = await listAudit(identity, {
      limit,
      ...(after === undefined ? {} : { after: Number(after) }),
      ...(action === undefined ? {} : { action }),
    });
    const last = items.at(-1);
    return {
      items: items.map((entry) => ({ ...entry, data: entry.data ?? null })),
      next: items.length < limit || last === undefined ? null : String(last.seq),
    };
  });
}

/** What administrators see of an account; whether it wants mail is its own matter. */
function toUser({ notifyByEmail: _own, ...user }: User) {
  return user;
}

function toGroup({ id, name, members, createdAtUtc }: Group) {
  return { id, name, members: members.map((member) => ({ ...member })), createdAtUtc };
}
