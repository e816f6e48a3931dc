/** Everything about two runs: facts, the difference over the focal plane and by detector, parameters, pictures, methods. */
import type { Run } from '@imsim-od/api';
import {
  Accordion,
  Grid,
  Group,
  Loader,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { RunMethods } from '../methods/run-methods.js';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { countText, durationText, timeText } from '../page-parts/quantity.js';
import { hasEnded } from '../run-state/run-state.js';
import { RunStateBadge } from '../run-state/run-state-badge.js';
import { ComparisonProgress } from './comparison-progress.js';
import { DifferencePlane } from './difference-plane.js';
import { DifferenceTable, RmsPlot } from './difference-table.js';
import { ParameterTable } from './parameter-table.js';
import { PlaneThumbnails } from './plane-thumbnails.js';
import { exposurePairs, type ImagePair, imagePairs, type ImageType } from './run-pairs.js';
import { useDifferences } from './use-differences.js';
import { useRunImages, useRunTasks } from './use-run-images.js';

const route = getRouteApi('/inside/runs/compare');

const UNITS: Readonly<Record<ImageType, string>> = { eimage: 'electron', raw: 'adu' };
const NO_PAIRS: readonly ImagePair[] = [];

/** The comparison. */
export function ComparedRuns({ first, second }: { readonly first: Run; readonly second: Run }) {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/runs/compare' });
  const areOver = hasEnded(first.state) && hasEnded(second.state);
  const [a, b] = [useRunImages(first.id, areOver), useRunImages(second.id, areOver)];
  const [round, setRound] = useState(0);
  const exposures = useMemo(() => exposurePairs(a.data ?? [], b.data ?? []), [a.data, b.data]);
  const exposure = exposures.find(({ key }) => key === search.exposure) ?? exposures[0];
  const found = useMemo(
    () => (exposure === undefined ? null : imagePairs(a.data ?? [], b.data ?? [], exposure, search.type)),
    [a.data, b.data, exposure, search.type],
  );
  const pairs = found?.pairs ?? NO_PAIRS;
  const [isStopped, setIsStopped] = useState(false);
  const differences = useDifferences(pairs, round, isStopped);
  const type: ImageType = pairs[0]?.first.type === 'raw' ? 'raw' : 'eimage';
  const error = a.error ?? b.error;
  const open = ({ first: one, second: other }: ImagePair): void =>
    void navigate({ to: '/compare', search: { a: one.id, b: other.id } });
  return (
    <Stack>
      <RunFacts first={first} second={second} exposure={exposure} />
      {!areOver && (
        <Text size="sm" role="status">
          A run still goes on: detectors are subtracted as both have them.
        </Text>
      )}
      {error !== null && (
        <Failure error={error} onRetry={() => void Promise.all([a.refetch(), b.refetch()])} />
      )}
      {(a.data === undefined || b.data === undefined) && error === null && (
        <Loader size="sm" aria-label="Images are being looked for" />
      )}
      {a.data !== undefined && b.data !== undefined && pairs.length === 0 && (
        <EmptyState title="No detector is in both">
          {areOver
            ? 'These runs have no images of the same detector to be subtracted. “Change and run again” on the page of one makes a run that has.'
            : 'Nothing is drawn yet that both have; it comes here by itself.'}
        </EmptyState>
      )}
      {found !== null && exposure !== undefined && pairs[0] !== undefined && (
        <>
          <Group align="end">
            {exposures.length > 1 && (
              <Select
                label="Exposure"
                w={360}
                searchable
                allowDeselect={false}
                data={exposures.map(({ key, label }) => ({ value: key, label }))}
                value={exposure.key}
                onChange={(key) =>
                  void navigate({
                    search: (before) => ({ ...before, exposure: key ?? undefined }),
                    replace: true,
                  })
                }
              />
            )}
            {found.types.length > 1 && (
              <SegmentedControl
                aria-label="Images"
                data={[
                  { value: 'eimage', label: 'e-images' },
                  { value: 'raw', label: 'Raw' },
                ]}
                value={type}
                onChange={(value) =>
                  void navigate({
                    search: (before) => ({ ...before, type: value as ImageType }),
                    replace: true,
                  })
                }
              />
            )}
            <ComparisonProgress
              found={found}
              differences={differences}
              isStopped={isStopped}
              onStopped={setIsStopped}
              onAgain={() => setRound((before) => before + 1)}
            />
          </Group>
          <Grid>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Title order={2} size="h4" mb="xs">
                Difference
              </Title>
              <DifferencePlane pairs={pairs} differences={differences} unit={UNITS[type]} onOpen={open} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Stack gap="xs">
                <Title order={2} size="h4">
                  Parameters
                </Title>
                <ParameterTable pair={pairs[0]} />
                <RmsPlot pairs={pairs} differences={differences} unit={UNITS[type]} />
              </Stack>
            </Grid.Col>
          </Grid>
          <Accordion multiple variant="contained" keepMounted={false}>
            <Accordion.Item value="table">
              <Accordion.Control>Difference by detector</Accordion.Control>
              <Accordion.Panel>
                <DifferenceTable pairs={pairs} differences={differences} unit={UNITS[type]} />
              </Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="pictures">
              <Accordion.Control>Both focal planes</Accordion.Control>
              <Accordion.Panel>
                <SimpleGrid cols={{ base: 1, sm: 2 }}>
                  <div>
                    <Link
                      to="/runs/$runId/image"
                      params={{ runId: first.id }}
                      search={{ exposure: exposure.key }}
                    >
                      First, closer
                    </Link>
                    <PlaneThumbnails label="The first run" images={a.data ?? []} exposure={exposure.key} />
                  </div>
                  <div>
                    <Link
                      to="/runs/$runId/image"
                      params={{ runId: second.id }}
                      search={{ exposure: exposure.keyOfSecond }}
                    >
                      Second, closer
                    </Link>
                    <PlaneThumbnails
                      label="The second run"
                      images={b.data ?? []}
                      exposure={exposure.keyOfSecond}
                    />
                  </div>
                </SimpleGrid>
              </Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="methods">
              <Accordion.Control>Methods of both</Accordion.Control>
              <Accordion.Panel>
                <SimpleGrid cols={{ base: 1, md: 2 }}>
                  <RunMethods run={first} />
                  <RunMethods run={second} />
                </SimpleGrid>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </>
      )}
    </Stack>
  );
}

/** The two runs in a few lines. */
function RunFacts({
  first,
  second,
  exposure,
}: {
  readonly first: Run;
  readonly second: Run;
  readonly exposure: ReturnType<typeof exposurePairs>[number] | undefined;
}) {
  const [a, b] = [useRunTasks(first.id), useRunTasks(second.id)];
  const sources = (tasks: ReturnType<typeof useRunTasks>['data'], key: string | undefined): string => {
    const drawn = (tasks ?? []).filter(
      ({ visit, snap, sources: count }) => `${visit}-${snap}` === key && count !== null,
    );
    const reused = (tasks ?? []).filter((task) => `${task.visit}-${task.snap}` === key && task.reused);
    return drawn.length === 0
      ? reused.length > 0
        ? 'taken from an earlier run'
        : '–'
      : countText(drawn.reduce((sum, { sources: count }) => sum + (count ?? 0), 0));
  };
  const rows = [
    ['State', <RunStateBadge key="a" state={first.state} />, <RunStateBadge key="b" state={second.state} />],
    [
      'Detectors done',
      `${first.counts.succeeded} of ${first.counts.total}`,
      `${second.counts.succeeded} of ${second.counts.total}`,
    ],
    [
      'Sources drawn in this exposure',
      sources(a.data, exposure?.key),
      sources(b.data, exposure?.keyOfSecond),
    ],
    ['CPU time', durationText(first.cost.cpuS), durationText(second.cost.cpuS)],
    ['Submitted (UTC)', timeText(first.createdAtUtc), timeText(second.createdAtUtc)],
  ] as const;
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">
              <span className="visually-hidden">What</span>
            </Table.Th>
            {[first, second].map(({ id, name }, i) => (
              <Table.Th scope="col" key={id} style={{ overflowWrap: 'anywhere' }}>
                {i === 0 ? 'First: ' : 'Second: '}
                <Link to="/runs/$runId" params={{ runId: id }}>
                  {name}
                </Link>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([name, ofFirst, ofSecond]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{ofFirst}</Table.Td>
              <Table.Td>{ofSecond}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
