/** Groups and their members. */
import { Button, Group as Row, MultiSelect, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ConfirmButton } from '../page-parts/confirm-button.js';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { useAct, useCall } from '../service/use-call.js';

/** The list. */
export function GroupList() {
  const { data, error } = useCall('listGroups', {});
  const users = useCall('listUsers', { query: { limit: 1000 } });
  const [name, setName] = useState('');
  const create = useAct('createGroup', { changes: ['listGroups'], onDone: () => setName('') });
  const setMembers = useAct('setMembers', { changes: ['listGroups', 'me'] });
  const remove = useAct('deleteGroup', { changes: ['listGroups', 'me'] });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ body: { name: name.trim() } });
  };
  const choices = (users.data?.items ?? []).map((user) => ({ value: user.id, label: user.name }));
  return (
    <Stack>
      <form onSubmit={submit}>
        <Row align="flex-end">
          <TextInput
            label="New group"
            required
            withAsterisk={false}
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={create.isPending}>
            Make it
          </Button>
        </Row>
      </form>
      {error !== null && <Failure error={error} />}
      {data?.items.length === 0 && (
        <EmptyState title="No groups yet">
          Runs and files are shared with a group at once: a collaboration, a class, a team.
        </EmptyState>
      )}
      {data?.items.map((group) => (
        <Paper withBorder p="md" key={group.id}>
          <Row justify="space-between">
            <Title order={2} size="h4">
              {group.name}
            </Title>
            <ConfirmButton
              size="xs"
              label="Remove"
              question={`Remove the group ${group.name}?`}
              consequence={
                <Text size="sm">
                  What was shared with it is shared with it no more. Its members stay users.
                </Text>
              }
              confirmLabel="Remove it"
              onConfirm={() => remove.mutate({ params: { id: group.id } })}
            />
          </Row>
          <MultiSelect
            mt="xs"
            label={`Members of ${group.name}`}
            searchable
            data={choices}
            value={group.members.map(({ id }) => id)}
            onChange={(userIds) => setMembers.mutate({ params: { id: group.id }, body: { userIds } })}
          />
        </Paper>
      ))}
    </Stack>
  );
}
