/** Administering a service over HTTP. */
import { text as readAll } from 'node:stream/consumers';
import type { Client } from '@imsim-od/api';
import { CliError } from '../errors.js';
import { printJson, printResult } from '../standard-streams.js';
import { formatBytes, formatCount } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { askSecret } from './account.js';
import { connect, type ServiceOptions } from './connection.js';

/** Options of the commands below `admin`. */
export interface AdminOptions extends ServiceOptions {
  readonly displayName?: string;
  readonly email?: string;
  readonly admin?: boolean;
  readonly disable?: boolean;
  readonly enable?: boolean;
  readonly quota?: number | null;
  readonly passwordStdin?: boolean;
  readonly limit?: number;
}

const PAGE = 1000;

/** Lists accounts. */
export async function listUsers(_args: readonly string[], options: AdminOptions): Promise<void> {
  const users = await allUsers(connect(options));
  if (options.json === true) return printJson(users);
  printResult(
    formatTable(
      [{ head: 'name' }, { head: 'role' }, { head: 'state' }, { head: 'shown as' }, { head: 'e-mail' }],
      users.map(({ name, role, disabled, displayName, email }) => [
        name,
        role,
        disabled ? 'disabled' : 'active',
        displayName,
        email ?? '',
      ]),
    ),
  );
}

/** Makes an account. */
export async function addUser([name = '']: readonly string[], options: AdminOptions): Promise<void> {
  const user = await connect(options).call('createUser', {
    body: {
      name,
      password: await newPassword(options),
      ...(options.displayName === undefined ? {} : { displayName: options.displayName }),
      ...(options.email === undefined ? {} : { email: options.email }),
      ...(options.admin === true ? { role: 'admin' as const } : {}),
    },
  });
  if (options.json === true) printJson(user);
  else printResult(`${user.name} can log in.`);
}

/** Changes an account. */
export async function changeUser([name = '']: readonly string[], options: AdminOptions): Promise<void> {
  const client = connect(options);
  const found = (await allUsers(client)).find((user) => user.name === name || user.id === name);
  if (found === undefined)
    throw new CliError(`${name}: there is no such account; imsim-od admin users lists them`);
  const changed = await client.call('changeUser', {
    params: { id: found.id },
    body: {
      ...(options.disable === true ? { disabled: true } : {}),
      ...(options.enable === true ? { disabled: false } : {}),
      ...(options.admin === undefined
        ? {}
        : { role: options.admin ? ('admin' as const) : ('user' as const) }),
      ...(options.quota === undefined ? {} : { quotaBytes: options.quota }),
      ...(options.passwordStdin === true ? { password: await newPassword(options) } : {}),
    },
  });
  if (options.json === true) printJson(changed);
  else printResult(`${changed.name}: ${changed.role}, ${changed.disabled ? 'disabled' : 'active'}.`);
}

/** Lists groups. */
export async function listGroups(_args: readonly string[], options: AdminOptions): Promise<void> {
  const { items } = await connect(options).call('listGroups', {});
  if (options.json === true) return printJson(items);
  printResult(
    formatTable(
      [{ head: 'group' }, { head: 'members' }],
      items.map(({ name, members }) => [name, members.map((member) => member.name).join(', ')]),
    ),
  );
}

/** Makes a group or replaces its members. */
export async function setGroup(
  [name = '', ...members]: readonly string[],
  options: AdminOptions,
): Promise<void> {
  const client = connect(options);
  const users = await allUsers(client);
  const userIds = members.map((member) => {
    const user = users.find((candidate) => candidate.name === member);
    if (user === undefined) throw new CliError(`${member}: there is no such account`);
    return user.id;
  });
  const { items } = await client.call('listGroups', {});
  const group =
    items.find((item) => item.name === name) ?? (await client.call('createGroup', { body: { name } }));
  const changed = await client.call('setMembers', { params: { id: group.id }, body: { userIds } });
  if (options.json === true) printJson(changed);
  else printResult(`${changed.name}: ${changed.members.map((member) => member.name).join(', ') || 'nobody'}`);
}

/** Prints the audit. */
export async function showAudit(_args: readonly string[], options: AdminOptions): Promise<void> {
  const { items } = await connect(options).call('listAudit', { query: { limit: options.limit ?? 50 } });
  if (options.json === true) return printJson(items);
  printResult(
    formatTable(
      [{ head: 'when (UTC)' }, { head: 'who' }, { head: 'what' }, { head: 'to what' }, { head: 'more' }],
      items.map(({ atUtc, actorName, action, subject, data }) => [
        atUtc.slice(0, 19).replace('T', ' '),
        actorName ?? 'the service',
        action,
        subject,
        data === null ? '' : JSON.stringify(data),
      ]),
    ),
  );
}

/** Prints what the crawler has found. */
export async function showIntegrity(_args: readonly string[], options: AdminOptions): Promise<void> {
  const report = await connect(options).call('integrity', {});
  if (options.json === true) return printJson(report);
  const { contents, bytes, missing, corrupt, oldestVerifiedAtUtc, faults } = report;
  printResult(
    [
      `${formatCount(contents)} contents, ${formatBytes(bytes)}; ${formatCount(missing)} missing, ${formatCount(corrupt)} corrupt`,
      oldestVerifiedAtUtc === null
        ? 'not all were read again yet'
        : `all were read again since ${oldestVerifiedAtUtc}`,
      ...faults.map(
        ({ sha256, state, datasetIds }) => `${state}: ${sha256}, datasets ${datasetIds.join(', ')}`,
      ),
    ].join('\n'),
  );
}

async function allUsers(client: Client) {
  const first = await client.call('listUsers', { query: { limit: PAGE } });
  const users = [...first.items];
  for (let { next } = first; next !== null;) {
    const page = await client.call('listUsers', { query: { limit: PAGE, after: next } });
    users.push(...page.items);
    next = page.next;
  }
  return users;
}

async function newPassword({ passwordStdin }: AdminOptions): Promise<string> {
  if (passwordStdin === true) return (await readAll(process.stdin)).replace(/\r?\n$/, '');
  const password = await askSecret('Password: ');
  if ((await askSecret('Password again: ')) !== password) throw new CliError('The two passwords differ.');
  return password;
}
