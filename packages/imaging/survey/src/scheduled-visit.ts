/**
 * One row of a scheduler's database as a visit.
 *
 * - The database gives the start of the visit in UTC (its sidereal times prove the scale); a request wants the middle in TAI.
 *   `visitTime` runs from the first opening of the shutter to its last closing, read-outs between snaps included, so the
 *   middle is half of it after the start.
 * - `visitExposureTime` is the open shutter of all snaps together.
 * - Of the seeings the one at 500 nm is meant, not the effective or the geometric one.
 * - rotSkyPos is taken where it follows from rotTelPos by LSSTCam's rule (rotSkyPos = q - rotTelPos - 90 deg). Databases before
 *   2025 keep another rule; there rotTelPos is taken, as imSim does, and the angle on the sky follows from it.
 */
import {
  type Band,
  altAzFromIcrs,
  isBand,
  mjdTaiFromUtc,
  pseudoParallacticAngleDeg,
  radToDeg,
  rotSkyPosDeg,
  wrapDeg180,
  wrapDeg360,
} from '@imsim-od/astro';
import { SurveyDatabaseError } from './errors.js';
import type { SqlValue } from './sqlite/sqlite-database.js';
import type { VisitRole } from './visit-table.js';

/** A visit as the scheduler planned it. What it leaves open is undefined. */
export interface ScheduledVisit {
  readonly visitId: number;
  /** Where the visit stands in its night: snaps of all visits before it, as imSim counts. */
  readonly sequenceNumber: number;
  /** Boresight, ICRS. */
  readonly raDeg: number;
  readonly decDeg: number;
  readonly band: Band;
  /** Start of the visit, MJD UTC, as the database has it. */
  readonly startMjdUtc: number;
  /** Middle of the visit, MJD TAI. */
  readonly obsMjdTai: number;
  /** Open shutter of all snaps together. */
  readonly exposureS: number;
  readonly snaps: number | undefined;
  /** One of the two angles at most: rotSkyPos (+y axis, North through East) or the rotator's. */
  readonly rotSkyPosDeg: number | undefined;
  readonly rotTelPosDeg: number | undefined;
  /** True where the database has both angles, so that the convention of rotSkyPos is known. */
  readonly rotationIsKnown: boolean;
  /** Atmosphere, 500 nm. */
  readonly seeingFwhm500Arcsec: number | undefined;
  readonly skyBrightnessMagPerArcsec2: number | undefined;
  /** Airmass at the start by the scheduler's own formula; the request's follows from place and time. */
  readonly scheduledAirmass: number | undefined;
}

/** A visit and what is to be said about it, in words that other visits may share. */
export interface ReadRow {
  readonly visit: Omit<ScheduledVisit, 'sequenceNumber'>;
  readonly remarks: readonly string[];
}

const SECONDS_PER_DAY = 86_400;
/** The times a request can have. */
const FIRST_MJD = 51_544;
const LAST_MJD = 88_069;
/** How far rotSkyPos may lie from what rotTelPos means: the scheduler's parallactic angle is a simple one. */
const ROTATOR_TOLERANCE_DEG = 1;
/** The scheduler leaves out precession since 2000; that and half a visit of turning sky are below 0.5 deg of altitude. */
const ALTITUDE_TOLERANCE_DEG = 0.7;

/** Makes a visit of the values of a row. @throws SurveyDatabaseError naming visit, column and value where one cannot be */
export function readScheduledVisit(
  row: Readonly<Partial<Record<VisitRole, SqlValue>>>,
  columnNames: Readonly<Partial<Record<VisitRole, string>>>,
  angles: 'degrees' | 'radians',
  file: string,
): ReadRow {
  const remarks: string[] = [];
  const who = row.visitId === null || row.visitId === undefined ? 'a visit' : `visit ${row.visitId}`;
  const refuse = (role: VisitRole, rule: string): never => {
    const value = row[role];
    const shown = value === null ? 'has no value (NULL, as NaN is stored)' : `is ${JSON.stringify(value)}`;
    throw new SurveyDatabaseError(file, `${who}: ${columnNames[role]} ${shown}; ${rule}`);
  };
  const number = (role: VisitRole, low: number, high: number): number => {
    const value = row[role];
    if (typeof value !== 'number' || !(value >= low && value <= high))
      return refuse(role, `a number from ${low} to ${high} is needed`);
    return value;
  };
  const optional = (role: VisitRole, low: number, high: number): number | undefined => {
    if (columnNames[role] === undefined) return undefined;
    if (row[role] !== null) return number(role, low, high);
    remarks.push(`${columnNames[role]} has no value and is left to the request`);
    return undefined;
  };
  const inDegrees = (angle: number): number => (angles === 'radians' ? radToDeg(angle) : angle);
  const angle = (role: VisitRole): number | undefined => {
    const given = optional(role, -1000, 1000);
    return given === undefined ? undefined : inDegrees(given);
  };

  const visitId = number('visitId', 0, Number.MAX_SAFE_INTEGER);
  if (!Number.isInteger(visitId)) refuse('visitId', 'a whole number is needed');
  const raDeg = wrapDeg360(inDegrees(number('ra', -360, 720)));
  const decDeg = inDegrees(number('dec', -90, 90));
  const startMjdUtc = number('startMjd', FIRST_MJD, LAST_MJD);
  const exposureS = number('exposureS', 0, 100_000);
  const visitTimeS = optional('visitTimeS', 0, 100_000) ?? exposureS;
  if (visitTimeS < exposureS) {
    refuse('visitTimeS', `it cannot be shorter than ${columnNames.exposureS} ${exposureS}`);
  }
  const obsMjdTai = mjdTaiFromUtc(startMjdUtc) + visitTimeS / 2 / SECONDS_PER_DAY;
  const band = bandOf(row.band);
  if (band === undefined) return refuse('band', 'u, g, r, i, z or y is needed, or a filter such as r_57');

  const field = { raDeg, decDeg };
  const altitudeDeg = angle('altitude');
  const computedDeg = altAzFromIcrs(field, obsMjdTai).altitudeDeg;
  if (altitudeDeg !== undefined && Math.abs(altitudeDeg - computedDeg) > ALTITUDE_TOLERANCE_DEG) {
    remarks.push(
      `${columnNames.altitude} is not where place and time put the field; the image has the altitude and the airmass of place and time`,
    );
  }
  const sky = angle('rotSkyPos');
  const telescope = angle('rotTelPos');
  const given = { sky, telescope, para: row.paraAngle, pseudoPara: row.pseudoParaAngle };
  const follows = rotationFollows(given, pseudoParallacticAngleDeg(field, obsMjdTai), inDegrees);
  if (follows === false) {
    remarks.push(
      `${columnNames.rotSkyPos} does not follow from ${columnNames.rotTelPos} by the rule of LSSTCam, as in databases before 2025; ` +
        `${columnNames.rotTelPos} is used, as imSim does`,
    );
  }
  return {
    remarks,
    visit: {
      visitId,
      ...field,
      band,
      startMjdUtc,
      obsMjdTai,
      exposureS,
      snaps: optional('snaps', 1, 1000),
      rotSkyPosDeg: follows === false || sky === undefined ? undefined : wrapDeg360(sky),
      rotTelPosDeg:
        (follows === false || sky === undefined) && telescope !== undefined
          ? wrapDeg180(telescope)
          : undefined,
      rotationIsKnown: telescope !== undefined,
      seeingFwhm500Arcsec: optional('seeing', 0, 100),
      skyBrightnessMagPerArcsec2: optional('skyBrightness', -30, 40),
      scheduledAirmass: optional('airmass', 0, 1000),
    },
  };
}

/** The letter of a band or of a filter: "r", "r_57". */
function bandOf(value: SqlValue | undefined): Band | undefined {
  const letter = typeof value === 'string' ? (/^\s*([a-z])(_\w+)?\s*$/.exec(value)?.[1] ?? '') : '';
  return isBand(letter) ? letter : undefined;
}

/**
 * Whether rotSkyPos follows from rotTelPos by LSSTCam's rule, with a parallactic angle of the database or ours; undefined where
 * one is missing. By chance the earlier rule, rotTelPos = rotSkyPos + q, may mean nearly the same; then the closer one is meant.
 */
function rotationFollows(
  { sky, telescope, para, pseudoPara }: GivenRotation,
  ourAngleDeg: number,
  inDegrees: (angle: number) => number,
): boolean | undefined {
  if (sky === undefined || telescope === undefined) return undefined;
  const angles = [pseudoPara, para].flatMap((value) => (typeof value === 'number' ? [inDegrees(value)] : []));
  const least = (rule: (angleDeg: number) => number): number =>
    [...angles, ourAngleDeg].reduce(
      (smallest, angleDeg) => Math.min(smallest, Math.abs(wrapDeg180(rule(angleDeg) - sky))),
      Infinity,
    );
  const present = least((angleDeg) => rotSkyPosDeg(angleDeg, telescope));
  const earlier = least((angleDeg) => telescope - angleDeg);
  return present < ROTATOR_TOLERANCE_DEG && present <= earlier;
}

interface GivenRotation {
  readonly sky: number | undefined;
  readonly telescope: number | undefined;
  readonly para: SqlValue | undefined;
  readonly pseudoPara: SqlValue | undefined;
}
