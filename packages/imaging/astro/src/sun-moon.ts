/**
 * Where the Sun and the Moon stand, for warnings and header values: 0.02 deg in 2000-2050 against JPL ephemerides.
 * Sun: Kepler orbit of the Earth-Moon barycentre with the equation of the centre. Moon: the largest terms of the lunar theory in
 * Meeus, Astronomical Algorithms (1998), ch. 47, seen from the site (the parallax is up to 1 deg). No refraction.
 */
import { cos, sin } from '@imsim-od/portable-math';
import { degToRad, wrapDeg360 } from './angle.js';
import {
  icrsToTrueOfDate,
  localSiderealTimeDeg,
  rotate,
  rotateBack,
  trueObliquityDeg,
} from './earth-rotation.js';
import { RUBIN_SITE, apparentToHorizon, type HorizonPosition, type Site } from './observer.js';
import { fromVector, separationDeg, toUnitVector, type SkyPosition, type Vector3 } from './sky-position.js';
import { centuriesTt } from './time.js';

/** A body of the solar system over a site. */
export interface BodyOverSite extends HorizonPosition {
  /** Direction from the site, ICRS axes. */
  readonly position: SkyPosition;
}

/** The Moon over a site. */
export interface MoonOverSite extends BodyOverSite {
  /** Distance from the Earth's centre, km. */
  readonly distanceKm: number;
  /** Illuminated part of the disk, 0..100 percent. */
  readonly illuminatedPercent: number;
}

const KM_PER_AU = 149_597_870.7;

/** Multiples of D, M, M', F; longitude in 1e-6 deg (sine) and distance in m (cosine). */
const LONGITUDE_TERMS: readonly (readonly number[])[] = [
  [0, 0, 1, 0, 6288774, -20905355],
  [2, 0, -1, 0, 1274027, -3699111],
  [2, 0, 0, 0, 658314, -2955968],
  [0, 0, 2, 0, 213618, -569925],
  [0, 1, 0, 0, -185116, 48888],
  [0, 0, 0, 2, -114332, -3149],
  [2, 0, -2, 0, 58793, 246158],
  [2, -1, -1, 0, 57066, -152138],
  [2, 0, 1, 0, 53322, -170733],
  [2, -1, 0, 0, 45758, -204586],
  [0, 1, -1, 0, -40923, -129620],
  [1, 0, 0, 0, -34720, 108743],
  [0, 1, 1, 0, -30383, 104755],
  [2, 0, 0, -2, 15327, 10321],
  [0, 0, 1, 2, -12528, 0],
  [0, 0, 1, -2, 10980, 79661],
  [4, 0, -1, 0, 10675, -34782],
  [0, 0, 3, 0, 10034, -23210],
  [4, 0, -2, 0, 8548, -21636],
  [2, 1, -1, 0, -7888, 24208],
  [2, 1, 0, 0, -6766, 30824],
  [1, 0, -1, 0, -5163, -8379],
  [1, 1, 0, 0, 4987, -16675],
  [2, -1, 1, 0, 4036, -12831],
  [2, 0, 2, 0, 3994, -10445],
  [4, 0, 0, 0, 3861, -11650],
  [2, 0, -3, 0, 3665, 14403],
];

/** Multiples of D, M, M', F; latitude in 1e-6 deg (sine). */
const LATITUDE_TERMS: readonly (readonly number[])[] = [
  [0, 0, 0, 1, 5128122],
  [0, 0, 1, 1, 280602],
  [0, 0, 1, -1, 277693],
  [2, 0, 0, -1, 173237],
  [2, 0, -1, 1, 55413],
  [2, 0, -1, -1, 46271],
  [2, 0, 0, 1, 32573],
  [0, 0, 2, 1, 17198],
  [2, 0, 1, -1, 9266],
  [0, 0, 2, -1, 8822],
  [2, -1, 0, -1, 8216],
  [2, 0, -2, -1, 4324],
  [2, 0, 1, 1, 4200],
  [2, 1, 0, -1, -3359],
  [2, -1, -1, 1, 2463],
  [2, -1, 0, 1, 2211],
  [2, -1, -1, -1, 2065],
];

/** The Sun over a site; its parallax (9 arcsec) is left out. @throws TimeRangeError before 1972 */
export function sunAt(mjdTai: number, site: Site = RUBIN_SITE): BodyOverSite {
  const sun = sunVectorKm(mjdTai);
  const horizon = apparentToHorizon(rotate(icrsToTrueOfDate(mjdTai), sun), mjdTai, site);
  return { position: fromVector(sun), ...horizon };
}

/** The Moon over a site. @throws TimeRangeError before 1972 */
export function moonAt(mjdTai: number, site: Site = RUBIN_SITE): MoonOverSite {
  const toDate = icrsToTrueOfDate(mjdTai);
  const moon = moonVectorOfDateKm(mjdTai);
  const observer = observerVectorOfDateKm(mjdTai, site);
  const fromSite: Vector3 = [moon[0] - observer[0], moon[1] - observer[1], moon[2] - observer[2]];
  return {
    position: fromVector(rotateBack(toDate, fromSite)),
    ...apparentToHorizon(fromSite, mjdTai, site),
    distanceKm: length(moon),
    illuminatedPercent: illuminatedPercent(rotateBack(toDate, moon), sunVectorKm(mjdTai)),
  };
}

/** The Moon's distance from a direction in degrees, as seen from a site. @throws TimeRangeError before 1972 */
export function moonSeparationDeg(position: SkyPosition, mjdTai: number, site: Site = RUBIN_SITE): number {
  return separationDeg(position, moonAt(mjdTai, site).position);
}

/** Vector from the Earth to the Sun, ICRS axes, km, with the light's 20 arcsec of aberration. */
function sunVectorKm(mjdTai: number): Vector3 {
  const t = centuriesTt(mjdTai);
  const eccentricity = 0.016708634 - 0.000042037 * t;
  const meanLongitude = wrapDeg360(280.46646 + 35999.37245 * t);
  const anomaly = degToRad(wrapDeg360(357.52911 + 35999.05029 * t));
  const centreDeg =
    (1.914602 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly);
  const longitude = degToRad(meanLongitude + centreDeg - 0.00569);
  const trueAnomaly = anomaly + degToRad(centreDeg);
  const distance =
    (KM_PER_AU * 1.000001018 * (1 - eccentricity * eccentricity)) / (1 + eccentricity * cos(trueAnomaly));
  const obliquity = degToRad(23.4392794);
  const y = distance * sin(longitude);
  return [distance * cos(longitude), y * cos(obliquity), y * sin(obliquity)];
}

/** Vector from the Earth's centre to the Moon, true equator and mean equinox of date, km. */
function moonVectorOfDateKm(mjdTai: number): Vector3 {
  const t = centuriesTt(mjdTai);
  const meanLongitude = wrapDeg360(218.3164477 + 481267.88123421 * t);
  const elongation = wrapDeg360(297.8501921 + 445267.1114034 * t);
  const sunAnomaly = wrapDeg360(357.5291092 + 35999.0502909 * t);
  const moonAnomaly = wrapDeg360(134.9633964 + 477198.8675055 * t);
  const node = wrapDeg360(93.272095 + 483202.0175233 * t);
  const orbitFactor = 1 - 0.002516 * t;
  const phase = (term: readonly number[]): number =>
    degToRad(
      wrapDeg360(
        (term[0] ?? 0) * elongation +
          (term[1] ?? 0) * sunAnomaly +
          (term[2] ?? 0) * moonAnomaly +
          (term[3] ?? 0) * node,
      ),
    );
  const weight = (term: readonly number[]): number => (term[1] === 0 ? 1 : orbitFactor);

  let longitude = meanLongitude;
  let distance = 385_000.56;
  for (const term of LONGITUDE_TERMS) {
    longitude += 1e-6 * weight(term) * (term[4] ?? 0) * sin(phase(term));
    distance += 1e-3 * weight(term) * (term[5] ?? 0) * cos(phase(term));
  }
  longitude += 0.003958 * sin(degToRad(119.75 + 131.849 * t));
  longitude += 0.001962 * sin(degToRad(meanLongitude - node));
  let latitude = -0.002235 * sin(degToRad(meanLongitude));
  for (const term of LATITUDE_TERMS) {
    latitude += 1e-6 * weight(term) * (term[4] ?? 0) * sin(phase(term));
  }

  const lambda = degToRad(longitude);
  const beta = degToRad(latitude);
  const obliquity = degToRad(trueObliquityDeg(mjdTai));
  const x = distance * cos(beta) * cos(lambda);
  const y = distance * cos(beta) * sin(lambda);
  const z = distance * sin(beta);
  return [x, y * cos(obliquity) - z * sin(obliquity), y * sin(obliquity) + z * cos(obliquity)];
}

/** The site from the Earth's centre (WGS84), true equator and equinox of date, km. */
function observerVectorOfDateKm(mjdTai: number, site: Site): Vector3 {
  const latitude = degToRad(site.latitudeDeg);
  const s = sin(latitude);
  const eccentricitySquared = 0.00669437999;
  const normal = 6378.137 / Math.sqrt(1 - eccentricitySquared * s * s);
  const height = site.heightM / 1000;
  const outward = (normal + height) * cos(latitude);
  const lst = degToRad(localSiderealTimeDeg(mjdTai, site.longitudeDeg));
  return [outward * cos(lst), outward * sin(lst), (normal * (1 - eccentricitySquared) + height) * s];
}

function illuminatedPercent(moon: Vector3, sun: Vector3): number {
  const fromMoonToSun: Vector3 = [sun[0] - moon[0], sun[1] - moon[1], sun[2] - moon[2]];
  const toEarth = toUnitVector(fromVector([-moon[0], -moon[1], -moon[2]]));
  const toSun = length(fromMoonToSun);
  const cosPhase =
    (toEarth[0] * fromMoonToSun[0] + toEarth[1] * fromMoonToSun[1] + toEarth[2] * fromMoonToSun[2]) / toSun;
  return 50 * (1 + cosPhase);
}

function length(vector: Vector3): number {
  return Math.sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
}
