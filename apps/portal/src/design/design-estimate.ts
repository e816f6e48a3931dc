/** What the design will cost, asked a moment after the last change. */
import type { Estimate } from '@imsim-od/api';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { callQuery } from '../service/use-call.js';
import { type DesignState, useDesign } from './design-state.js';
import type { Json } from './request-document.js';

const PAUSE_MS = 400;
/** Of many visits an estimate takes seconds, so that it waits until its author does. */
const MANY = 100;
const LONG_PAUSE_MS = 1500;

/** The estimate; whoever asks on the screen gets the same. */
export function useDesignEstimate(): UseQueryResult<Estimate, Error> {
  return useEstimate(({ requests }) => requests);
}

/** What the detectors see of the visit that the screen shows, be there others or not. */
export function useShownSky(): Estimate['sky'] {
  // Of one visit this is the estimate itself, which is asked once.
  return (
    useEstimate(({ requests, document }) => (requests.length === 1 ? requests : [document])).data?.sky ?? null
  );
}

function useEstimate(requestsOf: (state: DesignState) => readonly Json[]): UseQueryResult<Estimate, Error> {
  const state = useSettledDesign();
  const { isValid } = state;
  return useQuery({
    ...callQuery('estimate', { body: { requests: isValid ? [...requestsOf(state)] : [] } }),
    enabled: isValid,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

/** The design as it is a moment after the last change. */
export function useSettledDesign(): DesignState {
  const design = useDesign();
  const [settled, setSettled] = useState(design.state);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (): void => {
      clearTimeout(timer);
      const isMany = (design.state.visits?.parts.length ?? 1) > MANY;
      timer = setTimeout(() => setSettled(design.state), isMany ? LONG_PAUSE_MS : PAUSE_MS);
    };
    wait();
    const stop = design.subscribe(wait);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [design]);
  return settled;
}
