/** What the design will cost, asked a moment after the last change. */
import type { Estimate } from '@imsim-od/api';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { callQuery } from '../service/use-call.js';
import { useDesign } from './design-state.js';

const PAUSE_MS = 400;
/** Of many visits an estimate takes seconds, so that it waits until its author does. */
const MANY = 100;
const LONG_PAUSE_MS = 1500;

/** The estimate; whoever asks on the screen gets the same. */
export function useDesignEstimate(): UseQueryResult<Estimate, Error> {
  const { requests, checked } = useDesign();
  const [asked] = useDebouncedValue(
    checked.faults.length === 0 ? requests : null,
    requests.length > MANY ? LONG_PAUSE_MS : PAUSE_MS,
  );
  return useQuery({
    ...callQuery('estimate', { body: { requests: asked === null ? [] : [...asked] } }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}
