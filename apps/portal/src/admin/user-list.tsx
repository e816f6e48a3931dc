/** Accounts: a list, a new one, and what can be changed of one. */
import type { User } from '@imsim-od/api';
import {
  Badge,
  Button,
  Group,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Table,
  TextInput,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Failure } from '../page-parts/failure.js';
import { timeText } from '../page-parts/quantity.js';
import { client } from '../service/client.js';
import { useAct } from '../service/use-call.js';

const PAGE = 200;
const GIGABYTE = 1e9;

/** The list. */
export function UserList() {
  const [changed, setChanged] = useState<User | null>(null);
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['listUsers', 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.call('listUsers', {
        query: { limit: PAGE, ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Stack>
      <Group>
        <NewUser />
      </Group>
      {error !== null && <Failure error={error} />}
      <Table.ScrollContainer minWidth={600}>
        <Table aria-label="Users" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {['Name', 'Shown as', 'Mail', 'Role', 'Since (UTC)'].map((name) => (
                <Table.Th scope="col" key={name}>
                  {name}
                </Table.Th>
              ))}
              <Table.Th scope="col">
                <span className="visually-hidden">Change</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(data?.pages.flatMap(({ items }) => items) ?? []).map((user) => (
              <Table.Tr key={user.id}>
                <Table.Th scope="row">
                  {user.name} {user.disabled && <Badge color="gray.8">disabled</Badge>}
                </Table.Th>
                <Table.Td>{user.displayName}</Table.Td>
                <Table.Td>{user.email ?? '–'}</Table.Td>
                <Table.Td>{user.role === 'admin' ? 'administrator' : 'user'}</Table.Td>
                <Table.Td>{timeText(user.createdAtUtc).slice(0, 10)}</Table.Td>
                <Table.Td>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Change ${user.name}`}
                    onClick={() => setChanged(user)}
                  >
                    Change
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasNextPage && (
        <Button variant="default" onClick={() => void fetchNextPage()}>
          More
        </Button>
      )}
      <Modal
        opened={changed !== null}
        onClose={() => setChanged(null)}
        title={changed === null ? '' : `Change ${changed.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {changed !== null && <ChangeUser key={changed.id} user={changed} onDone={() => setChanged(null)} />}
      </Modal>
    </Stack>
  );
}

const ROLES = [
  { value: 'user', label: 'User' },
  { value: 'admin', label: 'Administrator' },
];

function NewUser() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<'user' | 'admin'>('user');
  const create = useAct('createUser', {
    changes: ['listUsers'],
    showsFailure: true,
    onDone: () => {
      close();
      setName('');
      setEmail('');
      setPassword('');
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({
      body: { name: name.trim(), password, role, ...(email.trim() === '' ? {} : { email: email.trim() }) },
    });
  };
  return (
    <>
      <Button onClick={open}>New user</Button>
      <Modal opened={isOpen} onClose={close} title="New user" closeButtonProps={{ 'aria-label': 'Close' }}>
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label="Name"
              description="2 to 63 of a-z, 0-9, point, hyphen and underscore; first a letter"
              required
              withAsterisk={false}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <TextInput
              label="Mail"
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label="First password"
              description="12 characters or more; the user changes it on the page of the account"
              autoComplete="new-password"
              required
              withAsterisk={false}
              minLength={12}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            />
            <Select
              label="Role"
              data={ROLES}
              value={role}
              onChange={(value) => setRole(value === 'admin' ? 'admin' : 'user')}
              allowDeselect={false}
            />
            {create.error !== null && <Failure error={create.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Leave it
              </Button>
              <Button type="submit" loading={create.isPending}>
                Make the account
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

function ChangeUser({ user, onDone }: { readonly user: User; readonly onDone: () => void }) {
  const [email, setEmail] = useState(user.email ?? '');
  const [role, setRole] = useState(user.role);
  const [disabled, setDisabled] = useState(user.disabled);
  const [password, setPassword] = useState('');
  const [quotaGb, setQuotaGb] = useState<number | null>(null);
  const change = useAct('changeUser', { changes: ['listUsers'], showsFailure: true, onDone });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const mail = email.trim() === '' ? null : email.trim();
    change.mutate({
      params: { id: user.id },
      body: {
        ...(mail === user.email ? {} : { email: mail }),
        ...(role === user.role ? {} : { role }),
        ...(disabled === user.disabled ? {} : { disabled }),
        ...(password === '' ? {} : { password }),
        ...(quotaGb === null ? {} : { quotaBytes: Math.round(quotaGb * GIGABYTE) }),
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Mail"
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label="Role"
          data={ROLES}
          value={role}
          onChange={(value) => setRole(value === 'admin' ? 'admin' : 'user')}
          allowDeselect={false}
        />
        <NumberInput
          label="Quota in GB"
          description="empty: as it is"
          min={0}
          value={quotaGb ?? ''}
          onChange={(value) => setQuotaGb(value === '' ? null : Number(value))}
        />
        <PasswordInput
          label="New password"
          description="empty: as it is; a new one ends the sessions"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        />
        <Switch
          label="Disabled"
          description="nobody gets in with this account; its tokens end at once"
          checked={disabled}
          onChange={(event) => setDisabled(event.currentTarget.checked)}
        />
        {change.error !== null && <Failure error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Leave it
          </Button>
          <Button type="submit" loading={change.isPending}>
            Change
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
