/**
 * Where a direction of the sky stands for an observer, without refraction: ICRS to altitude and azimuth through annual
 * and diurnal aberration, precession, nutation and Earth rotation, and back. Left out: polar motion (0.5 arcsec), light
 * deflection (below 0.1 arcsec 30 deg from the Sun), parallax. Accuracy 2020-2040: 1 arcsec plus UT1 - UTC (15 arcsec
 * per second), within 5 arcsec of astropy's AltAz at zero pressure. Azimuth: North 0, East 90 deg.
 */
import { atan2, cos, sin } from '@imsim-od/portable-math';
import { degToRad, radToDeg, wrapDeg180, wrapDeg360 } from './angle.js';
import { icrsToTrueOfDate, localSiderealTimeDeg, rotate, rotateBack } from './earth-rotation.js';
import {
  fromVector,
  positionAngleDeg,
  toUnitVector,
  type SkyPosition,
  type Vector3,
} from './sky-position.js';
import { centuriesTt } from './time.js';

/** A place on the Earth, geodetic WGS84. */
export interface Site {
  readonly latitudeDeg: number;
  /** East positive. */
  readonly longitudeDeg: number;
  readonly heightM: number;
}

/** The Simonyi Survey Telescope on Cerro Pachón (obs_lsst). */
export const RUBIN_SITE: Site = { latitudeDeg: -30.244639, longitudeDeg: -70.749417, heightM: 2663 };

/** A direction over the horizon of a site, degrees. */
export interface HorizonPosition {
  readonly altitudeDeg: number;
  /** North 0, East 90. */
  readonly azimuthDeg: number;
}

/** Speed of light, km/s. */
const LIGHT_KM_PER_S = 299_792.458;

/** Altitude and azimuth of an ICRS direction, no refraction. @throws TimeRangeError before 1972 */
export function altAzFromIcrs(
  position: SkyPosition,
  mjdTai: number,
  site: Site = RUBIN_SITE,
): HorizonPosition {
  return apparentToHorizon(apparentVector(position, mjdTai, site), mjdTai, site);
}

/** The ICRS direction at an altitude and azimuth, no refraction. @throws TimeRangeError before 1972 */
export function icrsFromAltAz(
  horizon: HorizonPosition,
  mjdTai: number,
  site: Site = RUBIN_SITE,
): SkyPosition {
  const target = rotateBack(icrsToTrueOfDate(mjdTai), horizonToApparent(horizon, mjdTai, site));
  const velocity = observerVelocity(mjdTai, site);
  let guess = target;
  for (let step = 0; step < 4; step++) {
    const seen = aberrate(guess, velocity);
    guess = unit([
      guess[0] + target[0] - seen[0],
      guess[1] + target[1] - seen[1],
      guess[2] + target[2] - seen[2],
    ]);
  }
  return fromVector(guess);
}

/** The apparent hour angle of an ICRS direction, degrees in [-180, 180), West positive. @throws TimeRangeError */
export function hourAngleDeg(position: SkyPosition, mjdTai: number, site: Site = RUBIN_SITE): number {
  const { raDeg } = fromVector(apparentVector(position, mjdTai, site));
  return wrapDeg180(localSiderealTimeDeg(mjdTai, site.longitudeDeg) - raDeg);
}

/** The parallactic angle from hour angle and declination of date, degrees in [-180, 180): zenith from North through East. */
export function parallacticAngleDeg(hourAngle: number, decDeg: number, site: Site = RUBIN_SITE): number {
  const h = degToRad(hourAngle);
  const latitude = degToRad(site.latitudeDeg);
  const dec = degToRad(decDeg);
  return radToDeg(
    atan2(sin(h) * cos(latitude), sin(latitude) * cos(dec) - cos(latitude) * sin(dec) * cos(h)),
  );
}

/**
 * The pseudo-parallactic angle q of rubin_scheduler: at the field, the position angle of the zenith from the ICRS pole
 * through East, degrees in [0, 360). It differs from the parallactic angle by the precession of the pole since 2000.
 * @throws TimeRangeError
 */
export function pseudoParallacticAngleDeg(
  position: SkyPosition,
  mjdTai: number,
  site: Site = RUBIN_SITE,
): number {
  return positionAngleDeg(position, icrsFromAltAz({ altitudeDeg: 90, azimuthDeg: 0 }, mjdTai, site));
}

/** Altitude and azimuth of a direction in the true equator and equinox of date (geocentric or topocentric vector). */
export function apparentToHorizon(vector: Vector3, mjdTai: number, site: Site): HorizonPosition {
  const [x, y, z] = vector;
  const lst = degToRad(localSiderealTimeDeg(mjdTai, site.longitudeDeg));
  const latitude = degToRad(site.latitudeDeg);
  const south = x * cos(lst) + y * sin(lst);
  const east = y * cos(lst) - x * sin(lst);
  const north = z * cos(latitude) - south * sin(latitude);
  const up = z * sin(latitude) + south * cos(latitude);
  return {
    altitudeDeg: radToDeg(atan2(up, Math.sqrt(north * north + east * east))),
    azimuthDeg: wrapDeg360(radToDeg(atan2(east, north))),
  };
}

function horizonToApparent(horizon: HorizonPosition, mjdTai: number, site: Site): Vector3 {
  const altitude = degToRad(horizon.altitudeDeg);
  const azimuth = degToRad(horizon.azimuthDeg);
  const lst = degToRad(localSiderealTimeDeg(mjdTai, site.longitudeDeg));
  const latitude = degToRad(site.latitudeDeg);
  const north = cos(altitude) * cos(azimuth);
  const east = cos(altitude) * sin(azimuth);
  const up = sin(altitude);
  const outward = up * cos(latitude) - north * sin(latitude);
  return [
    outward * cos(lst) - east * sin(lst),
    outward * sin(lst) + east * cos(lst),
    up * sin(latitude) + north * cos(latitude),
  ];
}

/** The apparent direction in the true equator and equinox of date. */
function apparentVector(position: SkyPosition, mjdTai: number, site: Site): Vector3 {
  const seen = aberrate(toUnitVector(position), observerVelocity(mjdTai, site));
  return rotate(icrsToTrueOfDate(mjdTai), seen);
}

/** Special-relativistic aberration to second order in v/c. */
function aberrate(direction: Vector3, velocity: Vector3): Vector3 {
  const along = direction[0] * velocity[0] + direction[1] * velocity[1] + direction[2] * velocity[2];
  const factor = 1 - along / 2;
  return unit([
    direction[0] + factor * velocity[0],
    direction[1] + factor * velocity[1],
    direction[2] + factor * velocity[2],
  ]);
}

/** Velocity of the observer over that of light, ICRS axes: the Earth's Keplerian orbit and rotation. */
function observerVelocity(mjdTai: number, site: Site): Vector3 {
  const t = centuriesTt(mjdTai);
  const eccentricity = 0.016708634 - 0.000042037 * t;
  const perihelion = degToRad(102.93735 + 0.3223 * t);
  const meanLongitude = degToRad(wrapDeg360(280.46646 + 35999.37245 * t));
  const anomaly = meanLongitude - degToRad(282.93735 + 0.3223 * t);
  const centre = 2 * eccentricity * sin(anomaly) + 1.25 * eccentricity * eccentricity * sin(2 * anomaly);
  const solarLongitude = meanLongitude + centre;
  const speed = 29.7848 / LIGHT_KM_PER_S;
  // Heliocentric longitude is the Sun's plus 180 deg; velocity is 90 deg ahead, plus the eccentric part.
  const x = speed * (sin(solarLongitude) - eccentricity * sin(perihelion));
  const y = speed * (-cos(solarLongitude) + eccentricity * cos(perihelion));
  const obliquity = degToRad(23.4392794);
  const orbit: Vector3 = [x, y * cos(obliquity), y * sin(obliquity)];

  const lst = degToRad(localSiderealTimeDeg(mjdTai, site.longitudeDeg));
  const spin = (0.4651 / LIGHT_KM_PER_S) * cos(degToRad(site.latitudeDeg));
  const rotation = rotateBack(icrsToTrueOfDate(mjdTai), [-spin * sin(lst), spin * cos(lst), 0]);
  return [orbit[0] + rotation[0], orbit[1] + rotation[1], orbit[2] + rotation[2]];
}

function unit(vector: Vector3): Vector3 {
  const length = Math.sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}
