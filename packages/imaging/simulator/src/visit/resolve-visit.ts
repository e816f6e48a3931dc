/**
 * From the words of a request to the circumstances of a visit: time, altitude, airmass, rotator, sky brightness.
 *
 * What the request leaves open is decided here by a stated rule, and what it says twice must agree.
 */
import {
  airmassFromAltitudeDeg,
  altAzFromIcrs,
  altitudeDegFromAirmass,
  type Band,
  darkSkyMagnitudeAtAirmass,
  dayObs,
  HIGHEST_SUN_DEG,
  legacyDc2RotationDeg,
  moonAt,
  pseudoParallacticAngleDeg,
  rotSkyPosDeg,
  rotTelPosDeg,
  separationDeg,
  SEQUENCE_NUMBERS,
  splitExposureNumber,
  skyBrightness,
  sunAt,
  wrapDeg180,
} from '@imsim-od/astro';
import type { Request } from '../request/request-schema.js';
import { requestFault } from '../request/request-error.js';
import { darkDescent, darkTransit, firstTransit } from './observing-time.js';

/** Where the number of the sky's brightness came from. */
export type SkyBrightnessSource =
  | 'request'
  | 'scheduler'
  | 'dark sky at the airmass'
  | 'airmass and Moon'
  | 'airmass and twilight'
  | 'airmass, Moon and twilight';

/** The circumstances of a whole visit. */
export interface Visit {
  readonly visitId: number;
  /** Of the first snap. */
  readonly sequenceNumber: number;
  readonly snaps: number;
  readonly band: Band;
  readonly raDeg: number;
  readonly decDeg: number;
  readonly rotTelPosDeg: number;
  /** Position angle of the focal plane's +y axis, North through East. */
  readonly rotSkyPosDeg: number;
  /** Middle of the visit, MJD TAI. */
  readonly obsMjdTai: number;
  /** Shutter-open time of all snaps together. */
  readonly exposureS: number;
  readonly altitudeDeg: number;
  readonly azimuthDeg: number;
  readonly airmass: number;
  readonly seeingFwhm500Arcsec: number;
  readonly skyBrightnessMagPerArcsec2: number;
  readonly skyBrightnessFrom: SkyBrightnessSource;
}

/** How far two statements of one angle may lie apart. */
const ALTITUDE_TOLERANCE_DEG = 0.1;
const ROTATOR_TOLERANCE_DEG = 0.05;
const AIRMASS_TOLERANCE = 0.01;
const SECONDS_PER_DAY = 86_400;
/** Lowest altitude the telescope observes at here. */
const LOWEST_ALTITUDE_DEG = 5;

/** Resolves a request; throws {@link RequestError} where it cannot be observed or contradicts itself. */
export function resolveVisit(request: Request, origin: string): { visit: Visit; notes: string[] } {
  const notes: string[] = [];
  const horizon = resolveHorizon(request, origin, notes);
  const rotation = resolveRotation(request, horizon.obsMjdTai, origin, notes);
  const sequenceNumber = resolveSequenceNumber(request, horizon.obsMjdTai, origin, notes);
  const sky = resolveSky(request, horizon, origin, notes);
  return {
    notes,
    visit: {
      visitId: request.visitId,
      sequenceNumber,
      snaps: request.snaps,
      band: request.band,
      raDeg: request.pointing.raDeg,
      decDeg: request.pointing.decDeg,
      ...rotation,
      ...horizon,
      exposureS: request.exposureS,
      seeingFwhm500Arcsec: request.seeingFwhm500Arcsec,
      ...sky,
    },
  };
}

/**
 * The sequence number of the first snap. It and the night make the identity of an exposure (OBSID), so the default gives every
 * snap of every visit its own: that of the visit's number where it has one, as Rubin's have.
 */
function resolveSequenceNumber(request: Request, obsMjdTai: number, origin: string, notes: string[]): number {
  const { snaps, visitId, exposureS } = request;
  const parts = splitExposureNumber(visitId);
  const night = dayObs(obsMjdTai - exposureS / 2 / SECONDS_PER_DAY);
  if (parts && parts.dayObs !== night) {
    notes.push(
      `visit ${visitId} is by its number of the night ${parts.dayObs}, but its time lies in ${night}; DAYOBS and OBSID follow the time`,
    );
  }
  const sequenceNumber = request.sequenceNumber ?? parts?.sequenceNumber;
  if (sequenceNumber === undefined) {
    const first = (visitId % SEQUENCE_NUMBERS) * snaps;
    if (visitId * snaps + snaps > SEQUENCE_NUMBERS) {
      notes.push(
        `sequence number ${first % SEQUENCE_NUMBERS}: an exposure's identity has five digits for it, so visits of one night ${SEQUENCE_NUMBERS / snaps} numbers apart would share one; give sequenceNumber for those`,
      );
    }
    return first % SEQUENCE_NUMBERS;
  }
  if (sequenceNumber + snaps > SEQUENCE_NUMBERS) {
    throw requestFault(
      origin,
      'sequenceNumber',
      `sequenceNumber ${sequenceNumber} and ${snaps} snaps end at ${sequenceNumber + snaps - 1}; an exposure's identity has five digits for it, up to ${SEQUENCE_NUMBERS - 1}: give a smaller one`,
    );
  }
  return sequenceNumber;
}

/** The sky at the boresight in the middle of the visit. */
function resolveSky(
  request: Request,
  horizon: Horizon,
  origin: string,
  notes: string[],
): Pick<Visit, 'skyBrightnessMagPerArcsec2' | 'skyBrightnessFrom'> {
  const { band, pointing, skyBrightnessMagPerArcsec2: given, skyBrightnessFrom } = request;
  if (given !== undefined)
    return { skyBrightnessMagPerArcsec2: given, skyBrightnessFrom: skyBrightnessFrom ?? 'request' };
  if (skyBrightnessFrom !== undefined) {
    throw requestFault(
      origin,
      'skyBrightnessFrom',
      'skyBrightnessFrom says where skyBrightnessMagPerArcsec2 came from, which is missing; give it, or leave both out',
    );
  }
  const darkSky = {
    skyBrightnessMagPerArcsec2: darkSkyMagnitudeAtAirmass(band, horizon.airmass),
    skyBrightnessFrom: 'dark sky at the airmass',
  } as const;
  if (request.skyModel === 'dark') return darkSky;
  const { obsMjdTai, altitudeDeg } = horizon;
  const sun = sunAt(obsMjdTai);
  const moon = moonAt(obsMjdTai);
  if (sun.altitudeDeg > HIGHEST_SUN_DEG) {
    notes.push(
      `the Sun stands at ${sun.altitudeDeg.toFixed(1)} deg: there is no formula for the sky by day (above ${HIGHEST_SUN_DEG} deg), and the dark sky is drawn; give skyBrightnessMagPerArcsec2 for another`,
    );
    return darkSky;
  }
  const separation = separationDeg(pointing, moon.position);
  const parts = skyBrightness({
    band,
    altitudeDeg,
    moonAltitudeDeg: moon.altitudeDeg,
    moonSeparationDeg: separation,
    moonIlluminatedPercent: moon.illuminatedPercent,
    sunAltitudeDeg: sun.altitudeDeg,
  });
  const byMoon = parts.moon !== Infinity;
  const byTwilight = parts.twilight !== Infinity;
  if (!byMoon && !byTwilight) return darkSky;
  const moonText = `Moon ${moon.illuminatedPercent.toFixed(0)} % lit at altitude ${moon.altitudeDeg.toFixed(1)} deg, ${separation.toFixed(1)} deg away, ${parts.moon.toFixed(2)}`;
  const twilightText = `twilight with the Sun at ${sun.altitudeDeg.toFixed(1)} deg, ${parts.twilight.toFixed(2)}`;
  notes.push(
    `sky brightness ${parts.total.toFixed(2)} mag per arcsec^2 in ${band}, computed: dark sky ${parts.dark.toFixed(2)}; ` +
      [...(byMoon ? [moonText] : []), ...(byTwilight ? [twilightText] : [])].join('; '),
  );
  return {
    skyBrightnessMagPerArcsec2: parts.total,
    skyBrightnessFrom: !byTwilight
      ? 'airmass and Moon'
      : byMoon
        ? 'airmass, Moon and twilight'
        : 'airmass and twilight',
  };
}

interface Horizon {
  readonly obsMjdTai: number;
  readonly altitudeDeg: number;
  readonly azimuthDeg: number;
  readonly airmass: number;
}

function resolveHorizon(request: Request, origin: string, notes: string[]): Horizon {
  const { pointing } = request;
  const wantedAltitude = wantedAltitudeDeg(request, origin);
  if (request.obsMjdTai !== undefined) {
    const computed = altAzFromIcrs(pointing, request.obsMjdTai);
    if (request.altitudeDeg !== undefined && request.azimuthDeg !== undefined) {
      const given = { raDeg: request.azimuthDeg, decDeg: request.altitudeDeg };
      const seen = { raDeg: computed.azimuthDeg, decDeg: computed.altitudeDeg };
      if (separationDeg(given, seen) > ALTITUDE_TOLERANCE_DEG) {
        notes.push(
          `altitude ${request.altitudeDeg.toFixed(3)} and azimuth ${request.azimuthDeg.toFixed(3)} deg are used as given; at MJD ${request.obsMjdTai} (TAI) the field stands at ${computed.altitudeDeg.toFixed(3)} and ${computed.azimuthDeg.toFixed(3)} deg`,
        );
      }
      return horizonAt(request.obsMjdTai, request.altitudeDeg, request.azimuthDeg);
    }
    if (
      wantedAltitude !== undefined &&
      Math.abs(computed.altitudeDeg - wantedAltitude) > ALTITUDE_TOLERANCE_DEG
    ) {
      throw requestFault(
        origin,
        request.airmass !== undefined ? 'airmass' : 'altitudeDeg',
        `obsMjdTai ${request.obsMjdTai} puts the field at altitude ${computed.altitudeDeg.toFixed(2)} deg, but ${request.airmass !== undefined ? `airmass ${request.airmass}` : 'altitudeDeg'} asks for ${wantedAltitude.toFixed(2)} deg; give one of them`,
      );
    }
    if (computed.altitudeDeg < LOWEST_ALTITUDE_DEG) {
      throw requestFault(
        origin,
        'obsMjdTai',
        `at obsMjdTai ${request.obsMjdTai} the field (RA ${pointing.raDeg}, Dec ${pointing.decDeg} deg) stands at altitude ${computed.altitudeDeg.toFixed(1)} deg; at least ${LOWEST_ALTITUDE_DEG} deg is needed: choose another time, or give an airmass instead`,
      );
    }
    return horizonAt(request.obsMjdTai, computed.altitudeDeg, computed.azimuthDeg);
  }
  if (request.azimuthDeg !== undefined) {
    throw requestFault(
      origin,
      'azimuthDeg',
      'azimuthDeg needs obsMjdTai and altitudeDeg beside it; give all three, or the time alone',
    );
  }
  const { raDeg, decDeg } = pointing;
  const { highestDeg, lowestDeg } = firstTransit(raDeg, decDeg);
  if (highestDeg < (wantedAltitude ?? LOWEST_ALTITUDE_DEG)) {
    throw requestFault(
      origin,
      wantedAltitude === undefined
        ? 'pointing.decDeg'
        : request.airmass !== undefined
          ? 'airmass'
          : 'altitudeDeg',
      wantedAltitude === undefined
        ? `pointing.decDeg is ${pointing.decDeg}; that field never rises above ${highestDeg.toFixed(1)} deg at the site: choose a declination below ${(59.7 - LOWEST_ALTITUDE_DEG).toFixed(0)}`
        : `the field (Dec ${pointing.decDeg} deg) reaches altitude ${highestDeg.toFixed(2)} deg at most, airmass ${airmassFromAltitudeDeg(Math.max(0, highestDeg)).toFixed(3)}; asked for altitude ${wantedAltitude.toFixed(2)} deg`,
    );
  }
  if (wantedAltitude !== undefined && lowestDeg > wantedAltitude) {
    throw requestFault(
      origin,
      request.airmass !== undefined ? 'airmass' : 'altitudeDeg',
      `the field (Dec ${pointing.decDeg} deg) never sinks below altitude ${lowestDeg.toFixed(2)} deg, airmass ${airmassFromAltitudeDeg(lowestDeg).toFixed(3)}; asked for altitude ${wantedAltitude.toFixed(2)} deg`,
    );
  }
  const time =
    wantedAltitude === undefined ? darkTransit(raDeg, decDeg) : darkDescent(raDeg, decDeg, wantedAltitude);
  const { altitudeDeg, azimuthDeg } = altAzFromIcrs(pointing, time.mjdTai);
  const event =
    wantedAltitude === undefined
      ? 'a transit of the field'
      : `the field sinking through altitude ${wantedAltitude.toFixed(2)} deg`;
  notes.push(
    `no time given: ${event} ${time.isDark ? 'on a dark night' : 'by daylight, in twilight or under the Moon, as no dark time was found'}, MJD ${time.mjdTai.toFixed(6)} (TAI)`,
  );
  return horizonAt(time.mjdTai, altitudeDeg, azimuthDeg);
}

function wantedAltitudeDeg({ airmass, altitudeDeg }: Request, origin: string): number | undefined {
  if (airmass === undefined) return altitudeDeg;
  const fromAirmass = altitudeDegFromAirmass(airmass);
  if (
    altitudeDeg !== undefined &&
    Math.abs(airmassFromAltitudeDeg(altitudeDeg) - airmass) > AIRMASS_TOLERANCE
  ) {
    throw requestFault(
      origin,
      'altitudeDeg',
      `airmass ${airmass} is altitude ${fromAirmass.toFixed(2)} deg, but altitudeDeg is ${altitudeDeg}; give one of them`,
    );
  }
  return fromAirmass;
}

function horizonAt(obsMjdTai: number, altitudeDeg: number, azimuthDeg: number): Horizon {
  return { obsMjdTai, altitudeDeg, azimuthDeg, airmass: airmassFromAltitudeDeg(altitudeDeg) };
}

function resolveRotation(
  request: Request,
  obsMjdTai: number,
  origin: string,
  notes: string[],
): { rotTelPosDeg: number; rotSkyPosDeg: number } {
  const parallactic = pseudoParallacticAngleDeg(request.pointing, obsMjdTai);
  const givenSky =
    request.rotSkyPosDeg === undefined || request.rotationConvention === 'lsstCam'
      ? request.rotSkyPosDeg
      : legacyDc2RotationDeg(request.rotSkyPosDeg);
  if (request.rotationConvention === 'dc2' && givenSky === undefined) {
    throw requestFault(
      origin,
      'rotationConvention',
      'rotationConvention dc2 is a way to read rotSkyPosDeg (the ROTANGLE of that era), which is missing; give it, or leave the convention out',
    );
  }
  if (givenSky === undefined) {
    const telescope = request.rotTelPosDeg ?? 0;
    return { rotTelPosDeg: wrapDeg180(telescope), rotSkyPosDeg: rotSkyPosDeg(parallactic, telescope) };
  }
  const telescope = rotTelPosDeg(parallactic, givenSky);
  const disagree =
    request.rotTelPosDeg !== undefined &&
    Math.abs(wrapDeg180(request.rotTelPosDeg - telescope)) > ROTATOR_TOLERANCE_DEG;
  if (disagree && request.rotationConvention === 'dc2') {
    notes.push(
      `rotTelPosDeg ${request.rotTelPosDeg} is not used: with rotationConvention dc2 the rotator follows from rotSkyPosDeg and stands at ${telescope.toFixed(3)} deg`,
    );
  } else if (disagree) {
    throw requestFault(
      origin,
      'rotSkyPosDeg',
      `rotTelPosDeg ${request.rotTelPosDeg} and rotSkyPosDeg ${request.rotSkyPosDeg} disagree: with the parallactic angle ${parallactic.toFixed(3)} deg the second means rotTelPosDeg ${telescope.toFixed(3)}; give one of them, or rotationConvention: dc2 for files of that era`,
    );
  }
  return { rotTelPosDeg: telescope, rotSkyPosDeg: ((givenSky % 360) + 360) % 360 };
}
