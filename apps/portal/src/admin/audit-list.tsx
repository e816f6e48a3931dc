/** The audit: who did what to whom, newest first. */
import { Button, Stack, Table, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../page-parts/failure.js';
import { timeText } from '../page-parts/quantity.js';
import { client } from '../service/client.js';

const PAGE = 100;

/** The list. */
export function AuditList() {
  const [typed, setAction] = useState('');
  const [action] = useDebouncedValue(typed.trim(), 250);
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['listAudit', 'pages', action],
    queryFn: ({ pageParam, signal }) =>
      client.call('listAudit', {
        query: {
          limit: PAGE,
          ...(action === '' ? {} : { action }),
          ...(pageParam === null ? {} : { after: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Stack>
      <TextInput
        label="Action"
        placeholder="all; or one, as user.created"
        maw={320}
        value={typed}
        onChange={(event) => setAction(event.currentTarget.value)}
      />
      {error !== null && <Failure error={error} />}
      <Table.ScrollContainer minWidth={640}>
        <Table aria-label="Audit" striped>
          <Table.Thead>
            <Table.Tr>
              {['When (UTC)', 'Who', 'Did', 'To', 'More'].map((name) => (
                <Table.Th scope="col" key={name}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(data?.pages.flatMap(({ items }) => items) ?? []).map((entry) => (
              <Table.Tr key={entry.seq}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{timeText(entry.atUtc)}</Table.Td>
                <Table.Td>{entry.actorName ?? 'the service'}</Table.Td>
                <Table.Td>{entry.action}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{entry.subject}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {entry.data === null ? '' : <code>{JSON.stringify(entry.data)}</code>}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older
        </Button>
      )}
    </Stack>
  );
}
