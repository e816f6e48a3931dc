/** `imsim-od admin`: users and groups of a service over HTTP; backup and restore beside its home. */
import type { Command } from 'commander';
import type { AddCommand } from '../command.js';
import type { AdminOptions } from '../service/administration.js';
import { quotaBytes, wholeNumber } from '../option-values.js';
import { addServiceOptions } from '../service/service-options.js';
import { runServer } from './serve.js';

/** Adds the command and those below it. */
export const addAdmin: AddCommand = (program, setExitCode) => {
  const admin = program
    .command('admin')
    .description('administer a service: users, groups, audit, integrity, backup, restore');
  const remote = (name: string, description: string): Command =>
    addServiceOptions(admin.command(name).description(description));
  remote('users', 'list accounts').action((options: AdminOptions) => act('listUsers', [], options));
  remote('add-user', 'make an account; the password is asked for, or comes on stdin')
    .argument('<name>', '2 to 63 of a-z, 0-9, point, hyphen and underscore')
    .option('--display-name <name>', 'as shown')
    .option('--email <address>', 'to reach them')
    .option('--admin', 'an administrator')
    .option('--password-stdin', 'the password comes on stdin')
    .action((name: string, options: AdminOptions) => act('addUser', [name], options));
  remote('change-user', 'change an account')
    .argument('<name>', 'its name')
    .option('--disable', 'end its tokens and let it in no more')
    .option('--enable', 'let it in again')
    .option('--admin', 'make it an administrator')
    .option('--no-admin', 'make it an ordinary user')
    .option('--quota <bytes>', 'what it may store, or "default"', quotaBytes)
    .option('--password-stdin', 'a new password comes on stdin')
    .action((name: string, options: AdminOptions) => act('changeUser', [name], options));
  remote('groups', 'list groups').action((options: AdminOptions) => act('listGroups', [], options));
  remote('set-group', 'make a group, or replace its members')
    .argument('<name>', 'its name')
    .argument('[members...]', 'names of users')
    .action((name: string, members: readonly string[], options: AdminOptions) =>
      act('setGroup', [name, ...members], options),
    );
  remote('audit', 'who did what, newest first')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 50)
    .action((options: AdminOptions) => act('showAudit', [], options));
  remote('integrity', 'what the crawler has found in the archive').action((options: AdminOptions) =>
    act('showIntegrity', [], options),
  );
  for (const [name, description] of Object.entries(LOCAL)) {
    admin
      .command(name)
      .description(description)
      .allowUnknownOption()
      .allowExcessArguments()
      .helpOption(false)
      .action(async (_options: unknown, command: Command) => {
        setExitCode(await runServer('admin', [name, ...command.args]));
      });
  }
};

const LOCAL: Readonly<Record<string, string>> = {
  backup: 'write a backup of the service of a home into a folder; it may run',
  restore: 'bring a backup back into a home that is empty',
};

type Action =
  'listUsers' | 'addUser' | 'changeUser' | 'listGroups' | 'setGroup' | 'showAudit' | 'showIntegrity';

async function act(action: Action, args: readonly string[], options: AdminOptions): Promise<void> {
  const administration = await import('../service/administration.js');
  await administration[action](args, options);
}
