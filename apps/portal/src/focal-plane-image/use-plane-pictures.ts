/** The pictures of a run, read anew as it goes on: at once when something was stored, and then not too often. */
import type { Dataset } from '@imsim-od/api';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { liveRuns } from '../service/live-runs.js';
import { readPictures } from './plane-pictures.js';

/** Between two readings, at least. */
const AGAIN_MS = 500;

/** Its previews, thumbnails and images. */
export function usePlanePictures(runId: string): UseQueryResult<readonly Dataset[], Error> {
  const queries = useQueryClient();
  const key = useMemo(() => ['plane pictures', runId] as const, [runId]);
  /** Whether everything is to be read, and not only what is new. */
  const isWhole = useRef(true);
  const query = useQuery<readonly Dataset[], Error>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const known = isWhole.current ? [] : (queries.getQueryData<readonly Dataset[]>(key) ?? []);
      isWhole.current = false;
      try {
        return await readPictures(runId, known, signal);
      } catch (error) {
        isWhole.current = true;
        throw error;
      }
    },
  });
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    let readAtMs = -Infinity;
    let state: string | null = null;
    const leave = liveRuns.watch(runId, (event) => {
      const hasChangedState = state !== null && state !== event.state;
      state = event.state;
      if (hasChangedState) {
        isWhole.current = true;
        void queries.invalidateQueries({ queryKey: ['readRun', { params: { id: runId } }] });
      }
      const isStored = event.tasks.some(([, taskState]) => taskState === 'succeeded');
      if (!hasChangedState && !isStored) return;
      due ??= setTimeout(
        () => {
          due = undefined;
          readAtMs = performance.now();
          void queries.invalidateQueries({ queryKey: key });
        },
        Math.max(0, readAtMs + AGAIN_MS - performance.now()),
      );
    });
    return () => {
      clearTimeout(due);
      leave();
    };
  }, [runId, key, queries]);
  return query;
}
