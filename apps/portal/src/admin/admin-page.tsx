/** Administering the service: its health, users, groups, what users have told, and the audit. */
import { Code, Tabs } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Screen } from '../page-parts/screen.js';
import { ADMIN_PARTS } from './admin-parts.js';
import { AuditList } from './audit-list.js';
import { FeedbackInbox } from './feedback-inbox.js';
import { GroupList } from './group-list.js';
import { Health } from './health.js';
import { LibraryList } from './library-list.js';
import { UserList } from './user-list.js';

const route = getRouteApi('/inside/admin');

const HELP = (
  <>
    <p>For administrators alone. Everything done here is written to the audit.</p>
    <ul>
      <li>
        <strong>Health</strong>: sites and queues, room on disk, and what the crawler that reads stored files
        again has found.
      </li>
      <li>
        <strong>Users</strong>: an account is disabled, never deleted, for runs and files name it. A new
        password ends sessions.
      </li>
      <li>
        <strong>Groups</strong>: what runs and files are shared with.
      </li>
      <li>
        <strong>Library</strong>: catalogs, tables, maps and scheduler databases that every user may use.
      </li>
      <li>
        <strong>Feedback</strong>: what users tell from the help of any screen; a report from the page of a
        run names it.
      </li>
    </ul>
    <p>
      On the command line: <Code>imsim-od admin --help</Code>; there are backup and restore, too.
    </p>
  </>
);

/** The screen. */
export function AdminPage() {
  const { part = 'health' } = route.useSearch();
  const navigate = useNavigate({ from: '/admin' });
  return (
    <Screen title="Administration" help={HELP}>
      <Tabs
        value={part}
        onChange={(value) =>
          void navigate({
            search: { part: ADMIN_PARTS.find((known) => known === value) ?? 'health' },
            replace: true,
          })
        }
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="health">Health</Tabs.Tab>
          <Tabs.Tab value="users">Users</Tabs.Tab>
          <Tabs.Tab value="groups">Groups</Tabs.Tab>
          <Tabs.Tab value="library">Library</Tabs.Tab>
          <Tabs.Tab value="feedback">Feedback</Tabs.Tab>
          <Tabs.Tab value="audit">Audit</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="health" pt="md">
          <Health />
        </Tabs.Panel>
        <Tabs.Panel value="users" pt="md">
          <UserList />
        </Tabs.Panel>
        <Tabs.Panel value="groups" pt="md">
          <GroupList />
        </Tabs.Panel>
        <Tabs.Panel value="library" pt="md">
          <LibraryList />
        </Tabs.Panel>
        <Tabs.Panel value="feedback" pt="md">
          <FeedbackInbox />
        </Tabs.Panel>
        <Tabs.Panel value="audit" pt="md">
          <AuditList />
        </Tabs.Panel>
      </Tabs>
    </Screen>
  );
}
