/** The archive: found by facet and expression, looked at as a table, on the sky and on the focal plane, and taken home. */
import type { Dataset } from '@imsim-od/api';
import {
  Alert,
  Button,
  Code,
  Grid,
  Group,
  Loader,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { bytesText, countText } from '../page-parts/quantity.js';
import { Screen } from '../page-parts/screen.js';
import { client } from '../service/client.js';
import { callQuery } from '../service/use-call.js';
import { DataSky } from './data-sky.js';
import { DataTable } from './data-table.js';
import { DetectorCounts } from './detector-counts.js';
import { type DataSearch, type DataView, toApiSearch } from './data-search.js';
import { FacetList } from './facet-list.js';
import { TakeHome } from './take-home.js';

const route = getRouteApi('/inside/data');

const PAGE = 100;
/** Datasets drawn on the sky, at most. */
const ON_SKY = 1000;

const HELP = (
  <>
    <p>
      Everything that runs have made, and every catalog that was uploaded: your own, and what is shared with
      you. Each entry is known by its <strong>SHA-256</strong>; images also by the <strong>recipe</strong>{' '}
      that makes the same bytes again.
    </p>
    <ul>
      <li>
        <strong>Facets</strong> on the left narrow the list; the numbers say how many would be left.
      </li>
      <li>
        An <strong>expression</strong> says the rest:{' '}
        <Code>seeingArcsec &lt; 0.8 and detector like &apos;R22%&apos;</Code>. Fields are listed in the API’s
        documentation; a mistyped one is answered with the nearest.
      </li>
      <li>
        <strong>Take home</strong> what fits, or only the rows that you chose: as one ZIP, as a Metalink or a
        list of addresses for a download manager, or by <Code>imsim-od get</Code>, which goes on where it was
        cut and checks every file.
      </li>
      <li>
        <strong>Dropped</strong> pixels have only their recipe left. They are made again, bit for bit, when
        they are fetched.
      </li>
    </ul>
  </>
);

/** The screen. */
export function DataPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/data' });
  const change = (changes: { [K in keyof DataSearch]?: DataSearch[K] | undefined }): void =>
    void navigate({
      search: (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...changes }).filter(
            ([, value]) => value !== undefined && (!Array.isArray(value) || value.length > 0),
          ),
        ),
      replace: true,
      resetScroll: false,
    });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const view = search.view ?? 'table';
  const api = toApiSearch(search);
  const facets = useQuery({ ...callQuery('countFacets', { query: api }), placeholderData: keepPreviousData });
  // Of the detectors that were not chosen, too, so that more can be.
  const { detector: _chosen, ...ofAllDetectors } = api;
  const plane = useQuery({
    ...callQuery('countFacets', { query: ofAllDetectors }),
    enabled: view === 'plane',
    placeholderData: keepPreviousData,
  });
  const list = useInfiniteQuery({
    queryKey: ['searchDatasets', 'pages', api, view === 'sky'],
    queryFn: ({ pageParam, signal }) =>
      client.call('searchDatasets', {
        query: {
          ...api,
          limit: view === 'sky' ? ON_SKY : PAGE,
          ...(pageParam === null ? {} : { after: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const datasets = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const error = facets.error ?? list.error;
  const isNarrowed = Object.keys(api).length > 0;
  return (
    <Screen
      title="Data"
      help={HELP}
      actions={
        <Button variant="default" renderRoot={(props) => <Link to="/truth" {...props} />}>
          Query the truth
        </Button>
      }
    >
      <ExpressionForm
        key={search.expression ?? ''}
        expression={search.expression ?? ''}
        onChange={(expression) => change({ expression })}
      />
      {search.runId !== undefined && (
        <Alert color="sea" py="xs">
          <Group gap="sm">
            <Text size="sm">Of one run alone.</Text>
            <Button size="compact-xs" variant="default" onClick={() => change({ runId: undefined })}>
              Of all runs
            </Button>
          </Group>
        </Alert>
      )}
      {error !== null && <Failure error={error} />}
      <Grid>
        <Grid.Col span={{ base: 12, md: 3 }}>
          <FacetList facets={facets.data?.facets ?? {}} search={search} onChange={change} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 9 }}>
          <Stack>
            <Group justify="space-between">
              <SegmentedControl
                aria-label="View"
                data={[
                  { value: 'table', label: 'Table' },
                  { value: 'sky', label: 'Sky' },
                  { value: 'plane', label: 'Focal plane' },
                ]}
                value={view}
                onChange={(value) => change({ view: value === 'table' ? undefined : (value as DataView) })}
              />
              <Text size="sm" role="status" className="numeric">
                {facets.data === undefined
                  ? ''
                  : `${countText(facets.data.datasets)} files, ${bytesText(facets.data.bytes)}`}
              </Text>
            </Group>
            <TakeHome
              search={search}
              chosen={datasets.filter(({ id }) => chosen.has(id))}
              total={facets.data?.datasets ?? 0}
              onDone={() => setChosen(new Set())}
            />
            {error === null && (
              <Found
                view={view}
                datasets={datasets}
                isLoading={list.isLoading}
                isNarrowed={isNarrowed}
                chosen={chosen}
                onChoose={setChosen}
                detectorCounts={plane.data?.facets['detector'] ?? []}
                search={search}
                onChange={change}
              />
            )}
            {view !== 'plane' && list.hasNextPage && (
              <Button
                variant="default"
                loading={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                More
              </Button>
            )}
          </Stack>
        </Grid.Col>
      </Grid>
    </Screen>
  );
}

function Found({
  view,
  datasets,
  isLoading,
  isNarrowed,
  chosen,
  onChoose,
  detectorCounts,
  search,
  onChange,
}: {
  readonly view: DataView;
  readonly datasets: readonly Dataset[];
  readonly isLoading: boolean;
  readonly isNarrowed: boolean;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly detectorCounts: readonly { readonly value: string; readonly datasets: number }[];
  readonly search: DataSearch;
  readonly onChange: (changes: { detector?: readonly string[] | undefined }) => void;
}) {
  if (isLoading) return <Loader aria-label="The archive is being searched" />;
  if (datasets.length === 0)
    return isNarrowed ? (
      <EmptyState title="Nothing fits">
        <Text>
          Take a condition away, or look whether a name in the expression is written as it is in the facets.
        </Text>
      </EmptyState>
    ) : (
      <EmptyState title="Nothing here yet">
        <Text>
          What runs make comes here by itself: images, truth tables, previews and recipes. Catalogs can be
          uploaded, too:
        </Text>
        <Code block>npx imsim-od upload my-catalog.txt</Code>
      </EmptyState>
    );
  if (view === 'sky') return <DataSky datasets={datasets} />;
  if (view === 'plane')
    return (
      <DetectorCounts
        counts={detectorCounts}
        chosen={search.detector ?? []}
        onChoose={(detector) => onChange({ detector })}
      />
    );
  return <DataTable datasets={datasets} chosen={chosen} onChoose={onChoose} />;
}

function ExpressionForm({
  expression,
  onChange,
}: {
  readonly expression: string;
  readonly onChange: (expression: string | undefined) => void;
}) {
  const [text, setText] = useState(expression);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onChange(text.trim() || undefined);
  };
  return (
    <form onSubmit={submit} role="search" aria-label="The archive">
      <Group align="flex-end" wrap="nowrap">
        <TextInput
          flex={1}
          label="Expression"
          placeholder="band = 'r' and detector like 'R22%' and seeingArcsec < 0.8"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit">Search</Button>
      </Group>
    </form>
  );
}
