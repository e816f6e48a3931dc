/** The run that a design changes, as the service has it now. */
import { ApiError } from '@imsim-od/api';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { callQuery } from '../../service/use-call.js';
import { type DesignState, useDesigned } from '../design-state.js';
import type { ChangedRun } from '../kept-design.js';
import type { Json } from '../request-document.js';
import { cloneChanges } from './request-changes.js';

/** Its requests. */
export function useRunRequests(id: string | undefined) {
  return useQuery({
    ...callQuery('readRequests', { params: { id: id ?? '' } }),
    enabled: id !== undefined,
    // A run's requests never change.
    staleTime: Infinity,
  });
}

/** How a design stands to the run that it changes. */
export interface RunChange {
  readonly run: ChangedRun;
  /** undefined: not read so far, or the run is gone. */
  readonly requests: readonly Json[] | undefined;
  /** Deleted, or not shared with this user, since the change of it was begun. */
  readonly isGone: boolean;
  readonly error: Error | null;
  /** Reads the requests once more. */
  readonly retry: () => void;
}

/** The run that the design changes; null where it changes none. */
export function useRunChange(): RunChange | null {
  const run = useDesigned((state) => state.changeOf);
  const { data, error, refetch } = useRunRequests(run?.id);
  return useMemo(() => {
    if (run === null) return null;
    const isGone = error instanceof ApiError && error.status === 404;
    const requests = isGone ? undefined : (data?.requests as Json[] | undefined);
    return { run, requests, isGone, error, retry: () => void refetch() };
  }, [run, data, error, refetch]);
}

/** The changes by which a clone of the run is the design; undefined: none can be, and the design is submitted as a whole. */
export function changesOfDesign(
  { requests }: DesignState,
  change: RunChange | null,
): Readonly<Record<string, unknown>> | undefined {
  return change?.requests === undefined ? undefined : cloneChanges(change.requests, requests);
}
