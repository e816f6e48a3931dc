/** Logging in and out, tokens, and one's account. */
import { hostname } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { CliError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { formatBytes } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { checkedUrl, clientFor, connect, type ServiceOptions, serviceUrl } from './connection.js';
import { readCredentials, writeCredentials } from './credentials.js';

/** Options of `login`. */
export interface LoginOptions extends ServiceOptions {
  readonly name?: string;
  readonly passwordStdin?: boolean;
  readonly token?: string;
  readonly days: number;
}

/** Logs in: a token of this machine's own is made and kept. */
export async function logIn(address: string | undefined, options: LoginOptions): Promise<void> {
  const url = address === undefined ? serviceUrl(options) : checkedUrl(address);
  let token = options.token;
  if (token === undefined) {
    const name = options.name ?? (await ask('Name: ', false));
    const password =
      options.passwordStdin === true
        ? (await readAll(process.stdin)).replace(/\r?\n$/, '')
        : await ask('Password: ', true);
    token = await makeToken(url, name, password, options.days);
  }
  const me = await clientFor(url, token).call('me', {});
  const { services } = readCredentials();
  writeCredentials({ current: url, services: { ...services, [url]: { token, name: me.name } } });
  if (options.json === true) printJson({ url, name: me.name, role: me.role });
  else printResult(`Logged in to ${url} as ${me.name}.`);
}

/** A token for this machine, by name and password. The session that makes it ends at once. */
async function makeToken(url: string, name: string, password: string, days: number): Promise<string> {
  const device = `imsim-od on ${hostname()}`.slice(0, 100);
  const session = await clientFor(url).call('login', { body: { name, password, device } });
  const client = clientFor(url, session.text);
  const { text } = await client.call('createToken', { body: { name: device, scopes: session.scopes, days } });
  await client.call('logout', {});
  return text;
}

/** Forgets the token, here and at the service. */
export async function logOut(options: ServiceOptions): Promise<void> {
  const url = serviceUrl(options);
  const { services } = readCredentials();
  const known = services[url];
  if (known === undefined) throw new CliError(`You are not logged in to ${url}.`);
  try {
    await clientFor(url, known.token).call('logout', {});
  } catch (error) {
    printRemark(
      `The service did not end the token (${error instanceof Error ? error.message : String(error)}); it is forgotten here.`,
    );
  }
  const rest = Object.fromEntries(Object.entries(services).filter(([other]) => other !== url));
  writeCredentials({ current: Object.keys(rest)[0] ?? null, services: rest });
  printResult(`Logged out of ${url}.`);
}

/** Prints an address of the portal that logs a browser in as the user of this machine's token. */
export async function printPortalLink(options: ServiceOptions): Promise<void> {
  const link = await connect(options).call('createSignInLink', {});
  if (options.json === true) return printJson({ url: link.url, expiresAtUtc: link.expiresAtUtc });
  printResult(link.url);
}

/** Prints who one is and how much one stores. */
export async function showAccount(options: ServiceOptions): Promise<void> {
  const client = connect(options);
  const me = await client.call('me', {});
  if (options.json === true) return printJson({ url: client.baseUrl, ...me });
  printResult(
    [
      `${me.name} (${me.role}) at ${client.baseUrl}`,
      `groups: ${me.groups.length === 0 ? 'none' : me.groups.map(({ name }) => name).join(', ')}`,
      `${formatBytes(me.usage.bytes)} of ${formatBytes(me.usage.quotaBytes)} in ${me.usage.datasets} datasets`,
    ].join('\n'),
  );
}

/** Lists tokens, makes one, or ends one. */
export async function tokens(
  action: 'list' | 'create' | 'revoke',
  name: string | undefined,
  options: ServiceOptions & { readonly scope: readonly string[]; readonly days: number },
): Promise<void> {
  const client = connect(options);
  if (action === 'list') {
    const { items } = await client.call('listTokens', {});
    if (options.json === true) return printJson(items);
    const rows = items.map((token) => [
      token.id,
      token.kind,
      token.expiresAtUtc.slice(0, 10),
      token.scopes.join(','),
      token.name,
    ]);
    return printResult(
      formatTable(
        [{ head: 'id' }, { head: 'kind' }, { head: 'ends' }, { head: 'scopes' }, { head: 'name' }],
        rows,
      ),
    );
  }
  if (name === undefined) throw new CliError(`token ${action}: a name or id is missing`, EXIT_CODE.usage);
  if (action === 'revoke') {
    await client.call('revokeToken', { params: { id: name } });
    return printResult('The token is ended.');
  }
  const token = await client.call('createToken', {
    body: { name, scopes: options.scope as [], days: options.days },
  });
  if (options.json === true) return printJson(token);
  printRemark('This is shown once; keep it where nobody else reads it:');
  printResult(token.text);
}

/** Asks for a password on the terminal; it is not shown. */
export function askSecret(question: string): Promise<string> {
  return ask(question, true);
}

/** Asks on the terminal; a password is not shown. */
async function ask(question: string, isSecret: boolean): Promise<string> {
  if (!process.stdin.isTTY)
    throw new CliError(
      `${question.replace(/: $/, '')} is not given and there is no terminal to ask at; give --name and --password-stdin, or --token`,
      EXIT_CODE.usage,
    );
  let isQuiet = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isQuiet) process.stderr.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const answer = lines.question(question);
    isQuiet = isSecret;
    return await answer;
  } finally {
    lines.close();
    if (isSecret) process.stderr.write('\n');
  }
}
