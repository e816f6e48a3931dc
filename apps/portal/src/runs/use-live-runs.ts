/** Live state of runs for components. */
import type { Run, RunEvent, RunLine } from '@imsim-od/api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { liveRuns } from '../service/live-runs.js';

/** The latest event of each of some runs; the ids' order does not matter. */
export function useRunEvents(ids: readonly string[]): ReadonlyMap<string, RunEvent> {
  const key = [...ids].sort().join(',');
  const [events, setEvents] = useState<ReadonlyMap<string, RunEvent>>(new Map());
  useEffect(() => {
    const leave = (key === '' ? [] : key.split(',')).map((id) =>
      liveRuns.watch(id, (event) => setEvents((before) => new Map(before).set(id, event))),
    );
    return () => leave.forEach((stop) => stop());
  }, [key]);
  return events;
}

/** States of a run's tasks by their number, as they change, and the latest event. */
export interface LiveRun {
  readonly event: RunEvent | null;
  readonly tasks: ReadonlyMap<number, string>;
}

/** Watches one run. What was read of it is read anew as it goes on. */
export function useLiveRun(runId: string): LiveRun {
  const queries = useQueryClient();
  const [live, setLive] = useState<LiveRun>({ event: null, tasks: new Map() });
  useEffect(() => {
    let state: string | null = null;
    let due: ReturnType<typeof setTimeout> | undefined;
    const readAnew = (names: readonly string[]): void => {
      clearTimeout(due);
      due = undefined;
      for (const name of names)
        void queries.invalidateQueries({
          predicate: ({ queryKey }) => queryKey[0] === name && JSON.stringify(queryKey).includes(runId),
        });
    };
    const leave = liveRuns.watch(runId, (event) => {
      setLive((before) => {
        const tasks = event.snapshot ? new Map<number, string>() : new Map(before.tasks);
        for (const [index, taskState] of event.tasks) tasks.set(index, taskState);
        return { event, tasks };
      });
      // At most every two seconds while it runs, and at once when its state changes.
      if (state !== null && state !== event.state) readAnew(['readRun', 'listTasks', 'searchDatasets']);
      else due ??= setTimeout(() => readAnew(['readRun', 'searchDatasets']), 2000);
      state = event.state;
    });
    return () => {
      clearTimeout(due);
      leave();
    };
  }, [runId, queries]);
  return live;
}

/** A run with what its latest event says in place of what was read before. */
export function withEvent<T extends RunLine | Run>(run: T, event: RunEvent | undefined | null): T {
  if (event === undefined || event === null) return run;
  return {
    ...run,
    state: event.state as T['state'],
    counts: event.counts as T['counts'],
    progress: event.progress,
    ...('timeLeftS' in run ? { timeLeftS: event.timeLeftS } : {}),
  };
}
