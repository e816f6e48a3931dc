/** The night that is, for what has no time of its own. */
import { mjdTaiFromUtc, RUBIN_SITE } from '@imsim-od/astro';

const MS_PER_DAY = 86_400_000;
/** 1970-01-01. */
const EPOCH_MJD = 40_587;

/**
 * Mean midnight at Rubin of the night that is, or of the next one by day: the same all day long, from one noon UTC to the next, as `dayObs`.
 * @param nowMs milliseconds since 1970, UTC
 */
export function tonightMjdTai(nowMs: number): number {
  const nowMjdUtc = nowMs / MS_PER_DAY + EPOCH_MJD;
  return mjdTaiFromUtc(Math.floor(nowMjdUtc - 0.5) + 1 - RUBIN_SITE.longitudeDeg / 360);
}
