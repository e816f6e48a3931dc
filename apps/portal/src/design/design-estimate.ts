/** What the design will cost, asked a moment after the last change. */
import type { Estimate } from '@imsim-od/api';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { callQuery } from '../service/use-call.js';
import { useDesign } from './design-state.js';
import type { Json } from './request-document.js';

const PAUSE_MS = 400;
/** Of many visits an estimate takes seconds, so that it waits until its author does. */
const MANY = 100;
const LONG_PAUSE_MS = 1500;

/** The estimate; whoever asks on the screen gets the same. */
export function useDesignEstimate(): UseQueryResult<Estimate, Error> {
  const { requests, checked } = useDesign();
  return useEstimate(requests, checked.faults.length === 0);
}

/** What the detectors see of the visit that the screen shows, be there others or not. */
export function useShownSky(): Estimate['sky'] {
  const { requests, document, checked } = useDesign();
  const shown = useMemo(() => [document], [document]);
  // Of one visit this is the estimate itself, which is asked once.
  const { data } = useEstimate(requests.length === 1 ? requests : shown, checked.faults.length === 0);
  return data?.sky ?? null;
}

function useEstimate(requests: readonly Json[], isWhole: boolean): UseQueryResult<Estimate, Error> {
  const [asked] = useDebouncedValue(
    isWhole ? requests : null,
    requests.length > MANY ? LONG_PAUSE_MS : PAUSE_MS,
  );
  return useQuery({
    ...callQuery('estimate', { body: { requests: asked === null ? [] : [...asked] } }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}
