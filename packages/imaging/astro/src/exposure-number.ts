/**
 * Numbers of exposures as Rubin has them since 2025: day of observation (TAI minus 12 h, YYYYMMDD) and five digits of the
 * sequence number in its night, such as 2025042500123. Older numbers, of simulations, are below 100,000,000.
 */
import { isCalendarDay } from './calendar.js';

/** Sequence numbers of a night: five digits. */
export const SEQUENCE_NUMBERS = 100_000;

/** The parts of an exposure's number. */
export interface ExposureNumber {
  /** YYYYMMDD. */
  readonly dayObs: string;
  readonly sequenceNumber: number;
}

/** The parts of a number that has them: a day of the 21st century; undefined of any other. */
export function splitExposureNumber(number: number): ExposureNumber | undefined {
  if (!Number.isSafeInteger(number) || number < 0) return undefined;
  const dayObs = Math.floor(number / SEQUENCE_NUMBERS);
  const year = Math.floor(dayObs / 10_000);
  const date = { year, month: Math.floor(dayObs / 100) % 100, day: dayObs % 100 };
  if (year < 2000 || year > 2099 || !isCalendarDay(date)) return undefined;
  return { dayObs: String(dayObs), sequenceNumber: number % SEQUENCE_NUMBERS };
}
