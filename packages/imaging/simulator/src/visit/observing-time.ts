/**
 * When a field is observed if nobody says: at an upper transit, or sinking through an altitude, on a dark night.
 *
 * It is the first such time of 2026 at which the Sun is below -18 deg and the Moon below the horizon: a rule, not a clock, so
 * that the same request always means the same visit.
 */
import { type SkyPosition, altAzFromIcrs, moonAt, sunAt } from '@imsim-od/astro';

/** 2026-01-01 noon UTC, about 9 h local time at the site. */
const FIRST_MJD_TAI = 61_041.5;
const SEARCHED_DAYS = 400;
/** Mean solar days in a sidereal day. */
const SIDEREAL_DAY = 0.997_269_57;

/** A time to observe at. */
export interface ObservingTime {
  readonly mjdTai: number;
  /** Sun below -18 deg and Moon below the horizon at that time; false where no day of the search has it so. */
  readonly isDark: boolean;
}

/** The first upper transit of a field in the year, dark or not, and the altitudes between which the field moves. */
export interface Transit {
  readonly mjdTai: number;
  readonly highestDeg: number;
  /** Half a sidereal day later. */
  readonly lowestDeg: number;
}

/** The first upper transit of a field. */
export const firstTransit = rememberingLast((raDeg: number, decDeg: number): Transit => {
  const field = { raDeg, decDeg };
  const mjdTai = transitMjdTai(field, FIRST_MJD_TAI + SIDEREAL_DAY / 2);
  return {
    mjdTai,
    highestDeg: altAzFromIcrs(field, mjdTai).altitudeDeg,
    lowestDeg: altAzFromIcrs(field, mjdTai + SIDEREAL_DAY / 2).altitudeDeg,
  };
});

/** The first dark upper transit of a field. */
export const darkTransit = rememberingLast((raDeg: number, decDeg: number): ObservingTime => {
  const field = { raDeg, decDeg };
  return firstDark(firstTransit(raDeg, decDeg).mjdTai, (near) => transitMjdTai(field, near));
});

/** The first dark time at which a field sinks through an altitude between its lowest and its highest. */
export const darkDescent = rememberingLast(
  (raDeg: number, decDeg: number, altitudeDeg: number): ObservingTime => {
    const field = { raDeg, decDeg };
    const first = firstTransit(raDeg, decDeg).mjdTai;
    const after = descendingMjdTai(field, first, altitudeDeg) - first;
    return firstDark(first + after, (near) => descendingMjdTai(field, near - after, altitudeDeg));
  },
);

/** The function, which gives its last answer again where it is asked the same: while a visit is designed its field stays. */
function rememberingLast<A extends readonly number[], T>(make: (...args: A) => T): (...args: A) => T {
  let last: { readonly args: A; readonly value: T } | undefined;
  return (...args) => {
    if (last?.args.every((arg, i) => arg === args[i]) !== true) last = { args, value: make(...args) };
    return last.value;
  };
}

/** Goes by sidereal days from `start`, and takes the first time that is dark as `exactly` settles it. */
function firstDark(start: number, exactly: (nearMjdTai: number) => number): ObservingTime {
  for (let day = 0; day < SEARCHED_DAYS; day++) {
    const near = start + day * SIDEREAL_DAY;
    if (!isDark(near)) continue;
    const mjdTai = exactly(near);
    if (isDark(mjdTai)) return { mjdTai, isDark: true };
  }
  return { mjdTai: start, isDark: false };
}

function isDark(mjdTai: number): boolean {
  return sunAt(mjdTai).altitudeDeg < -18 && moonAt(mjdTai).altitudeDeg < 0;
}

/** The time after a transit at which the field sinks through an altitude that it reaches. */
function descendingMjdTai(field: SkyPosition, transit: number, altitudeDeg: number): number {
  let high = transit;
  let low = transit + SIDEREAL_DAY / 2;
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
