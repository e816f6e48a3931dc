/** `login`, `logout`, `account`, `portal`, `token`. */
import type { AddCommand } from '../command.js';
import type { LoginOptions } from '../service/account.js';
import type { ServiceOptions } from '../service/connection.js';
import { list, oneOf, wholeNumber } from '../option-values.js';
import { addServiceOptions } from '../service/service-options.js';

/** What a token may do unless less is asked for. */
const ALL_SCOPES = ['runs:read', 'runs:write', 'data:read', 'data:write', 'query', 'account'] as const;

/** Adds the commands. */
export const addAccount: AddCommand = (program) => {
  addServiceOptions(
    program.command('login').description('log in to a service; a token of this machine’s own is kept'),
  )
    .argument('[url]', 'address of the service (default: this machine)')
    .option('--name <name>', 'your name there')
    .option('--password-stdin', 'the password comes on stdin')
    .option('--token <token>', 'a token that you have, instead of name and password')
    .option('--days <n>', 'life of the token', wholeNumber(1, 366), 90)
    .addHelpText('after', LOGIN_EXAMPLES)
    .action(async (url: string | undefined, options: LoginOptions) => {
      const { logIn } = await import('../service/account.js');
      await logIn(url, options);
    });
  addServiceOptions(program.command('logout').description('end the token of this machine')).action(
    async (options: ServiceOptions) => {
      const { logOut } = await import('../service/account.js');
      await logOut(options);
    },
  );
  addServiceOptions(
    program.command('account').description('who you are there, and how much you store'),
  ).action(async (options: ServiceOptions) => {
    const { showAccount } = await import('../service/account.js');
    await showAccount(options);
  });
  addServiceOptions(
    program
      .command('portal')
      .description('an address of the portal that logs your browser in, once, within an hour'),
  ).action(async (options: ServiceOptions) => {
    const { printPortalLink } = await import('../service/account.js');
    await printPortalLink(options);
  });
  addServiceOptions(
    program.command('token').description('tokens for scripts and notebooks: list, create, revoke'),
  )
    .argument('<action>', 'list, create or revoke', oneOf('list', 'create', 'revoke'))
    .argument('[name]', 'create: what it is for; revoke: its id')
    .option('--scope <list>', `what it may do (default: ${ALL_SCOPES.join(', ')})`, list)
    .option('--days <n>', 'its life', wholeNumber(1, 366), 90)
    .action(
      async (
        action: 'list' | 'create' | 'revoke',
        name: string | undefined,
        options: ServiceOptions & { readonly scope?: readonly string[]; readonly days: number },
      ) => {
        const { tokens } = await import('../service/account.js');
        await tokens(action, name, { ...options, scope: options.scope ?? ALL_SCOPES });
      },
    );
};

const LOGIN_EXAMPLES = `
Examples:
  $ imsim-od login                                       the service of this machine; asks for name and password
  $ imsim-od login https://imsim.example.org --name ada
  $ IMSIM_OD_URL=https://… IMSIM_OD_TOKEN=iod_… imsim-od status      without a login, in scripts`;
