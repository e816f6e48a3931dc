/** Two images of the same detector: blinked, subtracted, and what differs in their recipes. */
import { Loader, Table, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { Screen } from '../page-parts/screen.js';
import { timeText } from '../page-parts/quantity.js';
import { useCall } from '../service/use-call.js';
import { ComparedImages } from './compared-images.js';
import { MakeTwin } from './make-twin.js';

const route = getRouteApi('/inside/compare');

const HELP = (
  <>
    <p>
      Twins are two images of the same detector that differ in one thing, as with and without one effect.
      Random numbers are keyed by source and pixel, so that all else stays the same and the difference shows
      that one thing.
    </p>
    <ul>
      <li>
        <strong>Blink</strong> changes from one to the other twice a second; <strong>Difference</strong> is
        the second minus the first, pixel by pixel: red is more, blue is less, white is the same.
      </li>
      <li>
        Drag moves, the wheel zooms; with the keyboard arrow keys, <kbd>+</kbd>, <kbd>-</kbd> and <kbd>0</kbd>
        .
      </li>
      <li>Below stands what differs in the two recipes: everything that the pixels depend on is in them.</li>
    </ul>
  </>
);

/** How often it is asked whether the twin is drawn. */
const AGAIN_MS = 1500;

/** The screen. */
export function ComparePage() {
  const { a, b, twin } = route.useSearch();
  const first = useCall('readDataset', { params: { id: a ?? '' } }, { enabled: a !== undefined });
  const second = useCall('readDataset', { params: { id: b ?? '' } }, { enabled: b !== undefined });
  const error = first.error ?? second.error;
  const title = first.data === undefined ? 'Compare' : `${first.data.detector ?? first.data.name}, compared`;
  return (
    <Screen title={title} help={HELP}>
      {a === undefined && (
        <EmptyState title="Nothing to compare yet">
          <Text>
            Choose the first image under <Link to="/look">Look</Link>, and press “Compare” there: another
            image of its detector is then offered, or a twin is made with one effect off.
          </Text>
        </EmptyState>
      )}
      {error !== null && <Failure error={error} />}
      {first.data !== undefined && b === undefined && twin !== undefined && (
        <AwaitTwin runId={twin} first={first.data} />
      )}
      {first.data !== undefined && b === undefined && twin === undefined && (
        <>
          <MakeTwin first={first.data} />
          <SecondChooser first={first.data} />
        </>
      )}
      {first.data !== undefined && second.data !== undefined && (
        <ComparedImages key={`${first.data.id} ${second.data.id}`} first={first.data} second={second.data} />
      )}
    </Screen>
  );
}

type Image = NonNullable<ReturnType<typeof useCall<'readDataset'>>['data']>;

/** Other images of the same detector. */
function SecondChooser({ first }: { readonly first: Image }) {
  const { data, error } = useCall('searchDatasets', {
    query: { type: [first.type], detector: [first.detector ?? ''], limit: 100 },
  });
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loader size="sm" aria-label="Images are being read" />;
  const others = data.items.filter(({ id }) => id !== first.id);
  if (others.length === 0) return <Text size="sm">There is no other image of {first.detector} yet.</Text>;
  return (
    <Table striped highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Compare with</Table.Th>
          <Table.Th scope="col">Band</Table.Th>
          <Table.Th scope="col">Stored</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {others.map(({ id, name, band, createdAtUtc }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Link to="/compare" search={{ a: first.id, b: id }}>
                {name}
              </Link>
            </Table.Td>
            <Table.Td>{band ?? '–'}</Table.Td>
            <Table.Td>{timeText(createdAtUtc)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Until the twin's image is there. */
function AwaitTwin({ runId, first }: { readonly runId: string; readonly first: Image }) {
  const navigate = useNavigate();
  const run = useCall('readRun', { params: { id: runId } }, { refetchInterval: AGAIN_MS });
  const { data } = useCall(
    'searchDatasets',
    {
      query: {
        runId,
        type: [first.type],
        detector: [first.detector ?? ''],
        ...(first.visit === null ? {} : { visit: [first.visit] }),
      },
    },
    { refetchInterval: AGAIN_MS },
  );
  const found = data?.items.find(({ snap }) => snap === first.snap)?.id;
  useEffect(() => {
    if (found !== undefined)
      void navigate({ to: '/compare', search: { a: first.id, b: found }, replace: true });
  }, [found, first.id, navigate]);
  if (run.error !== null) return <Failure error={run.error} />;
  return (
    <Text role="status">
      The twin is being drawn ({run.data?.state ?? 'asked for'});{' '}
      <Link to="/runs/$runId" params={{ runId }}>
        its run
      </Link>{' '}
      shows how far it is.
    </Text>
  );
}
