/**
 * The Gregorian calendar and day counts: modified Julian day (MJD 0 = 1858-11-17) to year, month, day and back, by whole
 * numbers (Fliegel & Van Flandern 1968, Comm. ACM 11, 657, in the form with the year beginning in March).
 */

/** A calendar day, Gregorian. */
export interface CalendarDay {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  /** 1..31 */
  readonly day: number;
}

const DAYS_PER_ERA = 146_097;
/** Days from 0000-03-01 to MJD 0. */
const MJD_ZERO_FROM_ERA = 678_881;

/** The MJD of a calendar day at 0 h. The day must exist; `isCalendarDay` tells. */
export function mjdOfDay({ year, month, day }: CalendarDay): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - 400 * era;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - MJD_ZERO_FROM_ERA;
}

/** The calendar day of a whole MJD. */
export function dayOfMjd(mjd: number): CalendarDay {
  const days = mjd + MJD_ZERO_FROM_ERA;
  const era = Math.floor(days / DAYS_PER_ERA);
  const dayOfEra = days - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: 400 * era + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** True where the day exists. */
export function isCalendarDay(date: CalendarDay): boolean {
  const { year, month, day } = date;
  if (![year, month, day].every(Number.isInteger) || month < 1 || month > 12 || day < 1) return false;
  const back = dayOfMjd(mjdOfDay(date));
  return back.month === month && back.day === day;
}
