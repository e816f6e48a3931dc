/**
 * When a field is observed if nobody says: at a transit on a dark night, or sinking through an altitude after it.
 *
 * The night is the first of 2026 on which, at the field's upper transit, the Sun is below -18 deg and the Moon below the
 * horizon: a rule, not a clock, so that the same request always means the same visit.
 */
import { type SkyPosition, altAzFromIcrs, moonAt, sunAt } from '@imsim-od/astro';

/** 2026-01-01 noon UTC, about 9 h local time at the site. */
const FIRST_MJD_TAI = 61_041.5;
const SEARCHED_DAYS = 400;
/** Mean solar days in a sidereal day. */
const SIDEREAL_DAY = 0.997_269_57;

/** MJD TAI of the first dark upper transit of a field. */
export function darkTransitMjdTai(field: SkyPosition): number {
  let transit = transitMjdTai(field, FIRST_MJD_TAI + SIDEREAL_DAY / 2);
  for (let day = 0; day < SEARCHED_DAYS; day++) {
    const dark = sunAt(transit).altitudeDeg < -18 && moonAt(transit).altitudeDeg < 0;
    if (dark) return transitMjdTai(field, transit);
    transit += SIDEREAL_DAY;
  }
  return transit;
}

/** The time after `transitMjdTai` at which the field sinks through an altitude that it reaches. */
export function descendingMjdTai(field: SkyPosition, transitMjdTai: number, altitudeDeg: number): number {
  let high = transitMjdTai;
  let low = transitMjdTai + SIDEREAL_DAY / 2;
  for (let step = 0; step < 50; step++) {
    const middle = (high + low) / 2;
    if (altAzFromIcrs(field, middle).altitudeDeg > altitudeDeg) high = middle;
    else low = middle;
  }
  return (high + low) / 2;
}

/** The upper transit nearest to a time: where the altitude is highest, found by thirds. */
function transitMjdTai(field: SkyPosition, nearMjdTai: number): number {
  const steps = 48;
  let best = nearMjdTai;
  let bestAltitude = -Infinity;
  for (let step = 0; step <= steps; step++) {
    const time = nearMjdTai + SIDEREAL_DAY * (step / steps - 0.5);
    const { altitudeDeg } = altAzFromIcrs(field, time);
    if (altitudeDeg > bestAltitude) {
      bestAltitude = altitudeDeg;
      best = time;
    }
  }
  let from = best - SIDEREAL_DAY / steps;
  let to = best + SIDEREAL_DAY / steps;
  while (to - from > 1e-6) {
    const third = (to - from) / 3;
    const earlier = altAzFromIcrs(field, from + third).altitudeDeg;
    const later = altAzFromIcrs(field, to - third).altitudeDeg;
    if (earlier < later) from += third;
    else to -= third;
  }
  return (from + to) / 2;
}
