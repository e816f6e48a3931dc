/** Times of visits as people read them. */
import { isoUtc, mjdTaiFromUtc } from '@imsim-od/astro';

/** Times that a request can have, MJD; a database may hold anything. */
const FIRST_MJD = 51_544;
const LAST_MJD = 88_069;

/** A time to the minute, UTC: `2026-01-20 01:26`. */
export function utcMinute(mjdTai: number): string {
  return isoUtc(mjdTai, 0).slice(0, 16).replace('T', ' ');
}

/** The same of the start of a visit as a database has it; one outside of all requests is shown as it stands. */
export function startMinute(startMjdUtc: number | null): string {
  if (startMjdUtc === null) return '–';
  return isTime(startMjdUtc) ? utcMinute(mjdTaiFromUtc(startMjdUtc)) : String(startMjdUtc);
}

/** The same of the middle of a visit as a request says it, which may be anything. */
export function saidMinute(mjdTai: unknown): string {
  if (typeof mjdTai !== 'number') return '–';
  return isTime(mjdTai) ? utcMinute(mjdTai) : String(mjdTai);
}

function isTime(mjd: number): boolean {
  return mjd >= FIRST_MJD && mjd <= LAST_MJD;
}
