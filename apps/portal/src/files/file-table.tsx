/** Datasets that fit a search as a table of files, each with its checksum and a download. */
import type { CallInput } from '@imsim-od/api';
import { Button, Loader, Table, Text, Tooltip } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Icon } from '../icons/icon.js';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { bytesText } from '../page-parts/quantity.js';
import { client } from '../service/client.js';

const PAGE = 100;

/** The table. */
export function FileTable({
  search,
  isMadeNow,
}: {
  readonly search: NonNullable<CallInput<'searchDatasets'>['query']>;
  /** Files may still come. */
  readonly isMadeNow: boolean;
}) {
  const { data, error, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['searchDatasets', 'pages', search],
    queryFn: ({ pageParam, signal }) =>
      client.call('searchDatasets', {
        query: { ...search, limit: PAGE, ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (error !== null) return <Failure error={error} />;
  if (isLoading) return <Loader size="sm" aria-label="Files are being read" />;
  const files = data?.pages.flatMap(({ items }) => items) ?? [];
  if (files.length === 0)
    return (
      <EmptyState title={isMadeNow ? 'No files yet' : 'No files'}>
        {isMadeNow
          ? 'Each detector’s files come here as soon as it is drawn and stored.'
          : 'Nothing was made, or it was removed since.'}
      </EmptyState>
    );
  return (
    <>
      <Table.ScrollContainer minWidth={560}>
        <Table striped highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">File</Table.Th>
              <Table.Th scope="col">Type</Table.Th>
              <Table.Th scope="col">Size</Table.Th>
              <Table.Th scope="col">SHA-256</Table.Th>
              <Table.Th scope="col" className="stays-right">
                <span className="visually-hidden">Download</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {files.map(({ id, name, type, bytes, sha256, state }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  {type === 'eimage' || type === 'raw' ? (
                    <Link to="/look" search={{ dataset: id }}>
                      {name}
                    </Link>
                  ) : (
                    name
                  )}
                </Table.Td>
                <Table.Td>{type}</Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{bytesText(bytes)}</Table.Td>
                <Table.Td>
                  <Tooltip label={sha256}>
                    <code tabIndex={0} aria-label={`SHA-256 ${sha256}`} role="img">
                      {sha256.slice(0, 12)}…
                    </code>
                  </Tooltip>
                </Table.Td>
                <Table.Td className="stays-right">
                  {state === 'missing' || state === 'corrupt' ? (
                    <Text size="sm">{state}</Text>
                  ) : (
                    <Button
                      component="a"
                      href={`/api/v1/datasets/${id}/content`}
                      download={name}
                      size="compact-sm"
                      variant="default"
                      leftSection={<Icon name="download" size={14} />}
                      aria-label={`Download ${name}`}
                    >
                      {state === 'present' ? 'Download' : 'Make again'}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          More files
        </Button>
      )}
    </>
  );
}
