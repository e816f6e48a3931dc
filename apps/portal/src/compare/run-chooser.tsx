/** Choosing a run to compare: the newest that fit a part of a name. */
import { Loader, Table, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { timeText } from '../page-parts/quantity.js';
import { RunStateBadge } from '../run-state/run-state-badge.js';
import { useCall } from '../service/use-call.js';

const LISTED = 50;

/** The list. @param first the run that was chosen before; null: this one becomes the first */
export function RunChooser({ first }: { readonly first: string | null }) {
  const [name, setName] = useState('');
  const [asked] = useDebouncedValue(name.trim(), 250);
  const { data, error } = useCall('listRuns', {
    query: { from: 'all', limit: LISTED, ...(asked === '' ? {} : { name: asked }) },
  });
  const runs = data?.items.filter(({ id, kind }) => id !== first && kind === 'simulation');
  return (
    <>
      <TextInput
        label={first === null ? 'First run' : 'Compare with'}
        placeholder="a part of its name"
        value={name}
        maw={320}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {error !== null && <Failure error={error} />}
      {runs === undefined && error === null && <Loader size="sm" aria-label="Runs are being read" />}
      {runs?.length === 0 && (
        <EmptyState title={asked === '' ? 'No other run yet' : 'No run fits'}>
          {asked === ''
            ? 'A second run to compare with is made quickest by “Change and run again” on a run’s page: what stays the same is not drawn again.'
            : 'None of the runs that you may see has this in its name.'}
        </EmptyState>
      )}
      {runs !== undefined && runs.length > 0 && (
        <Table.ScrollContainer minWidth={480}>
          <Table striped highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Run</Table.Th>
                <Table.Th scope="col">State</Table.Th>
                <Table.Th scope="col">Submitted (UTC)</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {runs.map(({ id, name: runName, state, createdAtUtc }) => (
                <Table.Tr key={id}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    <Link to="/runs/compare" search={first === null ? { a: id } : { a: first, b: id }}>
                      {runName}
                    </Link>
                  </Table.Td>
                  <Table.Td>
                    <RunStateBadge state={state} />
                  </Table.Td>
                  <Table.Td>{timeText(createdAtUtc)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
