/**
 * TAI - UTC since 1972 (IERS Bulletin C) and the change of scale. No leap second has been announced after 2017-01-01; for
 * later dates the last value stands, so times after the next leap second would be off by one second.
 *
 * A UTC day with a leap second is counted as in ERFA and astropy: its MJD fraction is seconds over 86,401. So every
 * instant has one UTC MJD, also within the leap second.
 */
import { mjdOfDay } from './calendar.js';

const SECONDS_PER_DAY = 86_400;

/** First day of each value and TAI - UTC from then on, seconds. */
const TABLE: readonly { readonly fromMjdUtc: number; readonly taiMinusUtcS: number }[] = [
  ...[entry(1972, 1, 10), entry(1972, 7, 11), entry(1973, 1, 12), entry(1974, 1, 13), entry(1975, 1, 14)],
  ...[entry(1976, 1, 15), entry(1977, 1, 16), entry(1978, 1, 17), entry(1979, 1, 18), entry(1980, 1, 19)],
  ...[entry(1981, 7, 20), entry(1982, 7, 21), entry(1983, 7, 22), entry(1985, 7, 23), entry(1988, 1, 24)],
  ...[entry(1990, 1, 25), entry(1991, 1, 26), entry(1992, 7, 27), entry(1993, 7, 28), entry(1994, 7, 29)],
  ...[entry(1996, 1, 30), entry(1997, 7, 31), entry(1999, 1, 32), entry(2006, 1, 33), entry(2009, 1, 34)],
  ...[entry(2012, 7, 35), entry(2015, 7, 36), entry(2017, 1, 37)],
];

/** A time before 1972, when UTC had no whole leap seconds, or not finite. */
export class TimeRangeError extends Error {
  readonly code = 'TIME_RANGE';
  readonly mjd: number;
  constructor(mjd: number) {
    super(
      `MJD ${mjd} is outside the times this program knows; UTC with leap seconds begins at MJD 41317 (1972-01-01).`,
    );
    this.name = 'TimeRangeError';
    this.mjd = mjd;
  }
}

function entry(
  year: number,
  month: number,
  taiMinusUtcS: number,
): { fromMjdUtc: number; taiMinusUtcS: number } {
  return { fromMjdUtc: mjdOfDay({ year, month, day: 1 }), taiMinusUtcS };
}

/** TAI - UTC in seconds on a UTC day. @throws TimeRangeError before 1972 */
export function taiMinusUtcS(mjdUtc: number): number {
  const day = Math.floor(mjdUtc);
  for (let i = TABLE.length - 1; i >= 0; i--) {
    const row = TABLE[i];
    if (row && day >= row.fromMjdUtc) return row.taiMinusUtcS;
  }
  throw new TimeRangeError(mjdUtc);
}

/** Seconds in a UTC day: 86,400, or 86,401 where it ends with a leap second. @throws TimeRangeError */
export function utcDayLengthS(dayMjdUtc: number): number {
  return SECONDS_PER_DAY + taiMinusUtcS(dayMjdUtc + 1) - taiMinusUtcS(dayMjdUtc);
}

/** TAI as MJD from UTC as MJD. @throws TimeRangeError before 1972 */
export function mjdTaiFromUtc(mjdUtc: number): number {
  const day = Math.floor(mjdUtc);
  return day + (taiMinusUtcS(day) + (mjdUtc - day) * utcDayLengthS(day)) / SECONDS_PER_DAY;
}

/** UTC as MJD from TAI as MJD. @throws TimeRangeError before 1972 */
export function mjdUtcFromTai(mjdTai: number): number {
  const { dayMjdUtc, secondS } = utcDayAndSecond(mjdTai);
  return dayMjdUtc + secondS / utcDayLengthS(dayMjdUtc);
}

/** The UTC day and the second in it (up to 86,401 on a day with a leap second) of a TAI instant. @throws TimeRangeError */
export function utcDayAndSecond(mjdTai: number): { readonly dayMjdUtc: number; readonly secondS: number } {
  if (!Number.isFinite(mjdTai)) throw new TimeRangeError(mjdTai);
  const taiDay = Math.floor(mjdTai);
  const taiSecond = (mjdTai - taiDay) * SECONDS_PER_DAY;
  const secondS = taiSecond - taiMinusUtcS(taiDay);
  if (secondS >= 0) return { dayMjdUtc: taiDay, secondS };
  const before = taiSecond - taiMinusUtcS(taiDay - 1);
  return { dayMjdUtc: taiDay - 1, secondS: before + SECONDS_PER_DAY };
}
