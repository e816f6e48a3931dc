/** The filters of the list of runs, as they stand in its address: a filtered list can be kept and sent. */

/** States that a list can be narrowed to, in the order of a run's life. */
export const RUN_STATES = [
  'preparing',
  'active',
  'paused',
  'cancelling',
  'cancelled',
  'succeeded',
  'failed',
] as const;

/** Whose runs. */
export const RUN_ORIGINS = ['mine', 'shared', 'all'] as const;

/** The filters. */
export interface RunListSearch {
  readonly state?: (typeof RUN_STATES)[number];
  readonly from?: (typeof RUN_ORIGINS)[number];
  /** Part of the name. */
  readonly name?: string;
}

/** Reads them from an address; what makes no sense is left out. */
export function readRunListSearch(search: Readonly<Record<string, unknown>>): RunListSearch {
  const state = RUN_STATES.find((known) => known === search['state']);
  const from = RUN_ORIGINS.find((known) => known === search['from']);
  const name = typeof search['name'] === 'string' ? search['name'].slice(0, 200) : '';
  return {
    ...(state === undefined ? {} : { state }),
    ...(from === undefined ? {} : { from }),
    ...(name === '' ? {} : { name }),
  };
}
