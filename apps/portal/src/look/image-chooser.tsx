/** The newest images of the archive, to choose one. */
import { Loader, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { bytesText, timeText } from '../page-parts/quantity.js';
import { useCall } from '../service/use-call.js';

/** The table. */
export function ImageChooser() {
  const { data, error, isLoading } = useCall('searchDatasets', {
    query: { type: ['eimage', 'raw'], limit: 50 },
  });
  if (error !== null) return <Failure error={error} />;
  if (isLoading || data === undefined) return <Loader aria-label="Images are being read" />;
  if (data.items.length === 0)
    return (
      <EmptyState title="No images yet">
        <Text>
          Once a run has drawn a detector, its image is here to look at.{' '}
          <Link to="/design">Design a visit</Link> to make the first one.
        </Text>
      </EmptyState>
    );
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table striped highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Image</Table.Th>
            <Table.Th scope="col">Type</Table.Th>
            <Table.Th scope="col">Band</Table.Th>
            <Table.Th scope="col">Size</Table.Th>
            <Table.Th scope="col">Stored</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.items.map(({ id, name, type, band, bytes, createdAtUtc }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Link to="/look" search={{ dataset: id }}>
                  {name}
                </Link>
              </Table.Td>
              <Table.Td>{type}</Table.Td>
              <Table.Td>{band ?? '–'}</Table.Td>
              <Table.Td>{bytesText(bytes)}</Table.Td>
              <Table.Td>{timeText(createdAtUtc)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
