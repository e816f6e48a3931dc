/** The list of runs: newest first, filtered, live, and smooth with ten thousand of them. */
import type { RunLine } from '@imsim-od/api';
import { Button, Code, Group, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { Screen } from '../page-parts/screen.js';
import { client } from '../service/client.js';
import { runStateWord } from '../run-state/run-state.js';
import { callQuery } from '../service/use-call.js';
import { type RunListSearch, RUN_STATES } from './run-list-search.js';
import { RunTable } from './run-table.js';

const route = getRouteApi('/inside/runs');

const PAGE = 200;
/** Runs at the top that are looked at for new ones. */
const HEAD = 50;
const HEAD_MS = 5000;

const HELP = (
  <>
    <p>
      A <strong>run</strong> carries out one request or many: each visit, snap and detector is one of its
      tasks. The list shows the newest first and follows what happens; a page need not be loaded again.
    </p>
    <ul>
      <li>Type a part of a name, or choose a state, to narrow the list. The address keeps the choice.</li>
      <li>“Shared” lists runs that others let you see.</li>
      <li>
        Tick two runs to <strong>compare</strong> them: parameters side by side, and the difference of their
        pixels over the focal plane.
      </li>
      <li>
        The pencil opens a run’s request on the design screen: <strong>change one thing and run again</strong>
        .
      </li>
      <li>Open a run for its focal plane, logs, files, and everything that can be done with it.</li>
    </ul>
    <p>
      A run goes on when this page is closed, and when the service is restarted. On the command line:{' '}
      <Code>imsim-od status</Code> and <Code>imsim-od watch</Code>.
    </p>
  </>
);

/** The screen. */
export function RunListPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/runs' });
  const change = (changes: { [K in keyof RunListSearch]?: RunListSearch[K] | undefined }): void =>
    void navigate({ search: (before) => withoutEmpty({ ...before, ...changes }), replace: true });
  const { runs, isLoading, error, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } =
    useRunList(search);
  /** Ticked to be compared: the last two. */
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const choose = useCallback(
    (id: string, isChosen: boolean): void =>
      setChosen((before) => {
        const others = before.filter((other) => other !== id);
        return isChosen ? [...others, id].slice(-2) : others;
      }),
    [],
  );
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Screen title="Runs" help={HELP} actions={runs.length > 1 && <CompareButton chosen={chosen} />}>
      <Filters search={search} onChange={change} />
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {!isLoading && error === null && runs.length === 0 ? (
        <NothingHere isFiltered={isFiltered} onClear={() => void navigate({ search: {}, replace: true })} />
      ) : (
        <RunTable
          runs={runs}
          isLoading={isLoading}
          isLoadingMore={isFetchingNextPage}
          chosen={chosen}
          onChoose={choose}
          onEndInSight={() => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
          }}
        />
      )}
    </Screen>
  );
}

/** Leads to the comparison of the two runs that are ticked, the older one first. */
function CompareButton({ chosen }: { readonly chosen: readonly string[] }) {
  // Ids grow with time.
  const [a, b] = [...chosen].sort();
  if (a === undefined || b === undefined)
    return (
      <Text size="sm" c="dimmed">
        {a === undefined ? 'Tick two runs to compare them.' : 'Tick another run to compare with.'}
      </Text>
    );
  return (
    <Button
      variant="default"
      renderRoot={(props) => <Link to="/runs/compare" search={{ a, b }} {...props} />}
    >
      Compare two runs
    </Button>
  );
}

/** The pages that were read, with the newest runs, which are asked for again and again, on top. */
function useRunList(search: RunListSearch) {
  const list = useInfiniteQuery({
    queryKey: ['listRuns', 'pages', search],
    queryFn: ({ pageParam, signal }) =>
      client.call('listRuns', {
        query: { ...search, limit: PAGE, ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
  const head = useQuery({
    ...callQuery('listRuns', { query: { ...search, limit: HEAD } }),
    refetchInterval: HEAD_MS,
  });
  const runs = useMemo(() => {
    const byId = new Map<string, RunLine>();
    const known = list.data?.pages.flatMap(({ items }) => items) ?? [];
    for (const run of [...(list.data === undefined ? [] : (head.data?.items ?? [])), ...known])
      if (!byId.has(run.id)) byId.set(run.id, run);
    return [...byId.values()];
  }, [list.data, head.data]);
  return { ...list, runs };
}

function Filters({
  search,
  onChange,
}: {
  readonly search: RunListSearch;
  readonly onChange: (changes: { [K in keyof RunListSearch]?: RunListSearch[K] | undefined }) => void;
}) {
  const [name, setName] = useState(search.name ?? '');
  const changeName = useDebouncedCallback(
    (text: string) => onChange({ name: text.trim() || undefined }),
    250,
  );
  return (
    <Group align="flex-end" role="search" aria-label="Runs">
      <TextInput
        label="Name"
        placeholder="a part of it"
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
          changeName(event.currentTarget.value);
        }}
        w={220}
      />
      <Select
        label="State"
        placeholder="any"
        clearable
        clearButtonProps={{ 'aria-label': 'Any state' }}
        data={RUN_STATES.map((state) => ({ value: state, label: runStateWord(state) }))}
        value={search.state ?? null}
        onChange={(state) => onChange({ state: RUN_STATES.find((known) => known === state) })}
        w={170}
      />
      <SegmentedControl
        aria-label="Whose runs"
        data={[
          { value: 'mine', label: 'Mine' },
          { value: 'shared', label: 'Shared' },
          { value: 'all', label: 'All' },
        ]}
        value={search.from ?? 'mine'}
        onChange={(from) => onChange({ from: from === 'mine' ? undefined : (from as 'shared' | 'all') })}
      />
    </Group>
  );
}

function NothingHere({
  isFiltered,
  onClear,
}: {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}) {
  if (isFiltered)
    return (
      <EmptyState title="No run fits">
        <Text>None of the runs that you may see has this name, state and owner.</Text>
        <Group>
          <Button variant="default" onClick={onClear}>
            Show all of mine
          </Button>
        </Group>
      </EmptyState>
    );
  return (
    <EmptyState title="No runs yet">
      <Text>
        A run simulates what a request describes: where the telescope points, in which band, on which
        detectors. Its images, their truth and its recipes come here as they are made.
      </Text>
      <Text>
        <Link to="/design">Design a visit</Link> and submit it. From the command line, the first one is a
        matter of seconds:
      </Text>
      <Code block>npx imsim-od submit examples/first-light.yaml</Code>
    </EmptyState>
  );
}

function withoutEmpty(search: { [K in keyof RunListSearch]?: RunListSearch[K] | undefined }): RunListSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
