/** Tokens and sessions: a list, a form for a new one, and its text, shown once. */
import type { Me } from '@imsim-od/api';
import {
  Alert,
  Badge,
  Button,
  Checkbox,
  Group,
  Modal,
  NumberInput,
  Paper,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { actOf } from '../copyable-act/act.js';
import { CopyableAct } from '../copyable-act/copyable-act.js';
import { CopyableText } from '../copyable-act/copyable-text.js';
import { ConfirmButton } from '../page-parts/confirm-button.js';
import { Failure } from '../page-parts/failure.js';
import { timeText } from '../page-parts/quantity.js';
import { useAct, useCall } from '../service/use-call.js';

type Scope = Me['scopes'][number];

const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  'runs:read': 'see runs and estimates',
  'runs:write': 'submit, steer and delete runs',
  'data:read': 'find and fetch files',
  'data:write': 'upload, share, drop and remove files',
  query: 'query the truth',
  account: 'see the account, make and revoke tokens',
  admin: 'administer the service',
};

/** The list. */
export function TokenList({ scopes }: { readonly scopes: readonly Scope[] }) {
  const { data, error } = useCall('listTokens', {});
  const revoke = useAct('revokeToken', { changes: ['listTokens'] });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <Title order={2} size="h4">
          Tokens and sessions
        </Title>
        <NewToken scopes={scopes} />
      </Group>
      {error !== null && <Failure error={error} />}
      <Table.ScrollContainer minWidth={420}>
        <Table aria-label="Tokens and sessions">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Name</Table.Th>
              <Table.Th scope="col">Ends (UTC)</Table.Th>
              <Table.Th scope="col">Last used (UTC)</Table.Th>
              <Table.Th scope="col">
                <span className="visually-hidden">Revoke</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(data?.items ?? []).map((token) => (
              <Table.Tr key={token.id}>
                <Table.Td>
                  {token.name}{' '}
                  <Text span size="xs" c="dimmed">
                    {token.kind === 'session' ? 'session' : token.scopes.join(', ')}
                  </Text>
                </Table.Td>
                <Table.Td>{timeText(token.expiresAtUtc).slice(0, 10)}</Table.Td>
                <Table.Td>
                  {token.lastUsedAtUtc === null ? 'never' : timeText(token.lastUsedAtUtc).slice(0, 16)}
                </Table.Td>
                <Table.Td>
                  <ConfirmButton
                    size="compact-xs"
                    label="Revoke"
                    question={`Revoke ${token.name}?`}
                    consequence={
                      <Text size="sm">Whatever uses it can do nothing more from this moment on.</Text>
                    }
                    confirmLabel="Revoke it"
                    onConfirm={() => revoke.mutate({ params: { id: token.id } })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function NewToken({ scopes }: { readonly scopes: readonly Scope[] }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [name, setName] = useState('');
  const [days, setDays] = useState(90);
  const usual = scopes.filter((scope) => scope !== 'admin');
  const [chosen, setChosen] = useState<readonly Scope[]>(usual);
  const create = useAct('createToken', { changes: ['listTokens'], showsFailure: true });
  const input = { body: { name: name.trim(), scopes: [...chosen], days } };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate(input);
  };
  const leave = (): void => {
    close();
    create.reset();
    setName('');
  };
  return (
    <>
      <Button size="xs" onClick={open}>
        New token
      </Button>
      <Modal
        opened={isOpen}
        onClose={leave}
        title="New token"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {create.data !== undefined ? (
          <Stack>
            <Alert color="orange">
              This text is shown now and never again. Keep it where programs find it, and nobody else.
            </Alert>
            <CopyableText text={create.data.text} label="Token" />
            <Group justify="flex-end">
              <Button onClick={leave}>It is kept</Button>
            </Group>
          </Stack>
        ) : (
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                label="What it is for"
                placeholder="notebook"
                required
                withAsterisk={false}
                maxLength={100}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                data-autofocus
              />
              <NumberInput
                label="Life in days"
                min={1}
                max={366}
                value={days}
                onChange={(value) => setDays(Number(value) || 1)}
                stepHoldDelay={400}
              />
              <Checkbox.Group
                label="What it may do"
                value={[...chosen]}
                onChange={(values) => setChosen(scopes.filter((scope) => values.includes(scope)))}
              >
                <Stack gap={6} mt={6}>
                  {scopes.map((scope) => (
                    <Checkbox
                      key={scope}
                      value={scope}
                      label={
                        <>
                          {SCOPE_WORDS[scope]} <Badge variant="default">{scope}</Badge>
                        </>
                      }
                    />
                  ))}
                </Stack>
              </Checkbox.Group>
              {create.error !== null && <Failure error={create.error} />}
              <CopyableAct
                act={actOf(window.location.origin, 'createToken', {
                  body: { ...input.body, name: input.body.name || 'notebook' },
                })}
              />
              <Group justify="flex-end">
                <Button variant="default" onClick={leave}>
                  Leave it
                </Button>
                <Button type="submit" loading={create.isPending} disabled={chosen.length === 0}>
                  Make it
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Modal>
    </>
  );
}
