/**
 * Instants as modified Julian days in TAI, the scale of LSST's headers, and their texts. No host clock or calendar.
 * A double MJD near 61,000 resolves 0.6 microseconds. UT1 is taken as UTC: |UT1 - UTC| < 0.9 s by definition, below
 * 0.25 s in 2020-2026, which turns the Earth by up to 13.5 (3.8) arcsec.
 */
import { dayOfMjd, isCalendarDay, mjdOfDay, type CalendarDay } from './calendar.js';
import { utcDayAndSecond, utcDayLengthS, taiMinusUtcS } from './leap-seconds.js';

const SECONDS_PER_DAY = 86_400;

/** TT - TAI, s. */
export const TT_MINUS_TAI_S = 32.184;

/** MJD of J2000.0. */
export const J2000_MJD = 51_544.5;

/** A text that is no RFC 3339 time. */
export class TimeFormatError extends Error {
  readonly code = 'TIME_FORMAT';
  readonly text: string;
  constructor(text: string, rule: string) {
    super(`'${text}' is no RFC 3339 time: ${rule}. Write it as 2026-01-31T04:05:06Z.`);
    this.name = 'TimeFormatError';
    this.text = text;
  }
}

/** Julian centuries of TT since J2000.0. */
export function centuriesTt(mjdTai: number): number {
  return (mjdTai + TT_MINUS_TAI_S / SECONDS_PER_DAY - J2000_MJD) / 36_525;
}

/** The FITS text of a TAI instant in TAI, as DATE-OBS with TIMESYS TAI: `2024-03-21T07:54:19.147`, rounded. */
export function isoTai(mjdTai: number, fractionDigits = 3): string {
  const day = Math.floor(mjdTai);
  return isoText(day, (mjdTai - day) * SECONDS_PER_DAY, SECONDS_PER_DAY, fractionDigits);
}

/** The RFC 3339 text of a TAI instant in UTC: `2024-03-21T07:53:42.147Z`, rounded; `:60` in a leap second. @throws TimeRangeError */
export function isoUtc(mjdTai: number, fractionDigits = 3): string {
  const { dayMjdUtc, secondS } = utcDayAndSecond(mjdTai);
  return `${isoText(dayMjdUtc, secondS, utcDayLengthS(dayMjdUtc), fractionDigits)}Z`;
}

/**
 * The TAI MJD of an RFC 3339 time (a zone, `Z` or `+hh:mm`, is required; `:60` is allowed in a leap second only).
 * @throws TimeFormatError, TimeRangeError
 */
export function parseRfc3339(text: string): number {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/u.exec(
      text.trim(),
    );
  if (!match) throw new TimeFormatError(text, 'it needs date, time and zone');
  const field = (index: number): number => Number(match[index] ?? 0);
  const date: CalendarDay = { year: field(1), month: field(2), day: field(3) };
  if (!isCalendarDay(date)) throw new TimeFormatError(text, 'this day does not exist');
  if (field(4) > 23 || field(5) > 59 || field(10) > 23 || field(11) > 59) {
    throw new TimeFormatError(text, 'hours go to 23 and minutes to 59');
  }
  const offsetMinutes = (match[9] === '-' ? -1 : 1) * (60 * field(10) + field(11));
  const minutes = 60 * field(4) + field(5) - offsetMinutes;
  const dayMjdUtc = mjdOfDay(date) + Math.floor(minutes / 1440);
  const secondS = 60 * (minutes - 1440 * Math.floor(minutes / 1440)) + field(6) + field(7);
  if (
    field(6) >= 60 &&
    !(field(6) === 60 && secondS >= SECONDS_PER_DAY && secondS < utcDayLengthS(dayMjdUtc))
  ) {
    throw new TimeFormatError(text, 'there is no leap second at this time');
  }
  return dayMjdUtc + (taiMinusUtcS(dayMjdUtc) + secondS) / SECONDS_PER_DAY;
}

/** The TAI MJD of a FITS time without zone (`2024-03-21T07:54:19.147` or a date), read in TAI or in UTC. @throws TimeFormatError */
export function parseFitsTime(text: string, scale: 'TAI' | 'UTC'): number {
  if (scale === 'UTC') return parseRfc3339(`${text.trim()}${text.includes('T') ? '' : 'T00:00:00'}Z`);
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2}(?:\.\d+)?))?$/u.exec(text.trim());
  const field = (index: number): number => Number(match?.[index] ?? 0);
  const date: CalendarDay = { year: field(1), month: field(2), day: field(3) };
  if (!match || !isCalendarDay(date) || field(4) > 23 || field(5) > 59 || field(6) >= 60) {
    throw new TimeFormatError(text, 'a FITS time is yyyy-mm-ddThh:mm:ss');
  }
  return mjdOfDay(date) + (3600 * field(4) + 60 * field(5) + field(6)) / SECONDS_PER_DAY;
}

/** LSST's observing day, `YYYYMMDD`: the TAI date half a day earlier. */
export function dayObs(mjdTai: number): string {
  const { year, month, day } = dayOfMjd(Math.floor(mjdTai - 0.5));
  return `${padded(year, 4)}${padded(month, 2)}${padded(day, 2)}`;
}

/** UT1 as MJD, taken as UTC but without leap-second stretching, so that it runs evenly. */
export function mjdUt1FromTai(mjdTai: number): number {
  const { dayMjdUtc } = utcDayAndSecond(mjdTai);
  return mjdTai - taiMinusUtcS(dayMjdUtc) / SECONDS_PER_DAY;
}

function isoText(day: number, secondS: number, dayLengthS: number, fractionDigits: number): string {
  let unit = 1;
  for (let i = 0; i < fractionDigits; i++) unit *= 10;
  let ticks = Math.round(secondS * unit);
  let date = day;
  if (ticks >= dayLengthS * unit) {
    ticks -= dayLengthS * unit;
    date += 1;
  }
  const whole = Math.floor(ticks / unit);
  const minutes = Math.min(1439, Math.floor(whole / 60));
  const { year, month, day: dayOfMonth } = dayOfMjd(date);
  const fraction = fractionDigits > 0 ? `.${padded(ticks - whole * unit, fractionDigits)}` : '';
  return (
    `${padded(year, 4)}-${padded(month, 2)}-${padded(dayOfMonth, 2)}T` +
    `${padded(Math.floor(minutes / 60), 2)}:${padded(minutes % 60, 2)}:${padded(whole - 60 * minutes, 2)}${fraction}`
  );
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
