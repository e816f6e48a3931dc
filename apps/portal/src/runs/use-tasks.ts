/** The tasks of a run with their live states. */
import type { Task } from '@imsim-od/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { hasEnded } from '../run-state/run-state.js';
import { client } from '../service/client.js';
import type { LiveRun } from './use-live-runs.js';

const PAGE = 1000;
/** Pages read without being asked for: 26 visits of 189 detectors. */
const PAGES_AT_ONCE = 5;
const AGAIN_MS = 5000;

/** What is known of the tasks. */
export interface KnownTasks {
  readonly tasks: readonly Task[];
  /** There are more; `readMore` reads them. */
  readonly hasMore: boolean;
  readonly readMore: () => void;
  readonly isLoading: boolean;
  readonly error: Error | null;
}

/** Reads them, and keeps their states as the stream of events tells them. */
export function useTasks(runId: string, runState: string, live: LiveRun): KnownTasks {
  const query = useInfiniteQuery({
    queryKey: ['listTasks', { params: { id: runId } }],
    queryFn: ({ pageParam, signal }) =>
      client.call('listTasks', {
        params: { id: runId },
        query: { limit: PAGE, ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    // The stream tells the states; costs, and tasks that were only just made, come by reading.
    refetchInterval: ({ state }) =>
      hasEnded(runState) || (state.data?.pages.length ?? 0) > 1 ? false : AGAIN_MS,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const pages = data?.pages.length ?? 0;
  useEffect(() => {
    if (pages > 0 && pages < PAGES_AT_ONCE && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [pages, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const tasks = useMemo(
    () =>
      (data?.pages ?? [])
        .flatMap(({ items }) => items)
        .map((task) => {
          const state = live.tasks.get(task.taskIndex);
          return state === undefined || state === task.state
            ? task
            : { ...task, state: state as Task['state'] };
        }),
    [data, live.tasks],
  );
  return {
    tasks,
    hasMore: hasNextPage && pages >= PAGES_AT_ONCE,
    readMore: () => void fetchNextPage(),
    isLoading: query.isLoading,
    error: query.error,
  };
}

/** One exposure of a run: a visit's snap. */
export interface Exposure {
  readonly key: string;
  readonly visit: number;
  readonly snap: number;
  readonly band: string;
}

/** The exposures among tasks, in their order. */
export function exposuresOf(tasks: readonly Task[]): readonly Exposure[] {
  const byKey = new Map<string, Exposure>();
  for (const { visit, snap, band } of tasks) {
    const key = `${visit}/${snap}`;
    if (!byKey.has(key)) byKey.set(key, { key, visit, snap, band });
  }
  return [...byKey.values()];
}
