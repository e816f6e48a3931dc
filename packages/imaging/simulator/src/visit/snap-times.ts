/** When the snaps of a visit are exposed: alike long, evenly around its middle, with the read-out between them. */
import type { ExposureTime } from '@imsim-od/sky';
import type { Visit } from './resolve-visit.js';

/** Seconds between the snaps of a visit, for the read-out. */
const SNAP_READOUT_S = 3;
const SECONDS_PER_DAY = 86_400;

/** The exposures of a visit in order. */
export function snapTimes({
  snaps,
  exposureS,
  obsMjdTai,
}: Pick<Visit, 'snaps' | 'exposureS' | 'obsMjdTai'>): readonly ExposureTime[] {
  const each = exposureS / snaps;
  return Array.from({ length: snaps }, (_, snap) => {
    const offsetS = (snap - (snaps - 1) / 2) * (each + SNAP_READOUT_S);
    return { midMjdTai: obsMjdTai + offsetS / SECONDS_PER_DAY, exposureS: each };
  });
}
