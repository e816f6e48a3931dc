/**
 * Where a star with proper motion, parallax and radial velocity stands at an epoch: uniform motion in space, seen from the
 * Earth. Catalog places are barycentric ICRS; what comes out is the astrometric place, as the catalogs of an image state it:
 * aberration and light deflection move a star with its whole field and are left out.
 *
 * Accuracy 1980-2060: uniform motion to rounding; the Earth within 2e-4 au of JPL's ephemerides, so 0.2 mas of a parallax of
 * an arcsecond. Earth: Kepler orbit of the Earth-Moon barycentre (Standish 1992 elements), the Moon, and the Sun about the
 * barycentre by Jupiter and Saturn. Times are TAI throughout; the minute to TDB moves nothing that counts.
 */
import { atan2, cos, sin } from '@imsim-od/portable-math';
import { degToRad, wrapDeg360 } from './angle.js';
import { fromVector, type SkyPosition, toUnitVector, type Vector3 } from './sky-position.js';
import { J2000_MJD, centuriesTt } from './time.js';

/** How a star moves. */
export interface SpaceMotion {
  /** Epoch of the position, MJD TAI. */
  readonly epochMjdTai: number;
  /** Proper motion in right ascension times cos(declination), mas per Julian year. */
  readonly pmRaCosDecMasPerYr: number;
  readonly pmDecMasPerYr: number;
  /** Above 0 where it is known; else 0, and the star is infinitely far. */
  readonly parallaxMas: number;
  /** Away from the Sun; counts only with a parallax. Default 0. */
  readonly radialVelocityKmPerS?: number;
}

/** MJD TAI of J2000.0, the epoch of most catalogs of stars (2000-01-01 12:00 TT). */
export const J2000_MJD_TAI = J2000_MJD - 32.184 / 86_400;

const DAYS_PER_YEAR = 365.25;
const MAS_PER_RAD = (180 / Math.PI) * 3_600_000;
/** One au per Julian year in km/s. */
const KM_PER_S_AU_PER_YR = 4.740_470_463_533_349;

/** The direction of a star at an epoch as seen from the Earth, ICRS axes. */
export function placeAtEpoch(position: SkyPosition, motion: SpaceMotion, mjdTai: number): SkyPosition {
  const { epochMjdTai, pmRaCosDecMasPerYr, pmDecMasPerYr, parallaxMas, radialVelocityKmPerS = 0 } = motion;
  const ra = degToRad(position.raDeg);
  const dec = degToRad(position.decDeg);
  const years = (mjdTai - epochMjdTai) / DAYS_PER_YEAR;
  const east = (pmRaCosDecMasPerYr / MAS_PER_RAD) * years;
  const north = (pmDecMasPerYr / MAS_PER_RAD) * years;
  const parallax = parallaxMas > 0 ? parallaxMas / MAS_PER_RAD : 0;
  const away = 1 + (radialVelocityKmPerS / KM_PER_S_AU_PER_YR) * parallax * years;
  const [px, py, pz] = toUnitVector(position);
  const earth = parallax > 0 ? earthBarycentricAu(mjdTai) : ORIGIN;
  return fromVector([
    px * away - east * sin(ra) - north * sin(dec) * cos(ra) - parallax * earth[0],
    py * away + east * cos(ra) - north * sin(dec) * sin(ra) - parallax * earth[1],
    pz * away + north * cos(dec) - parallax * earth[2],
  ]);
}

const ORIGIN: Vector3 = [0, 0, 0];

/** Ecliptic and mean equinox of J2000 to ICRS axes. */
const OBLIQUITY_RAD = degToRad(23.439_291_1);

/** The Earth from the barycentre of the solar system, au, ICRS axes. */
export function earthBarycentricAu(mjdTai: number): Vector3 {
  const t = centuriesTt(mjdTai);
  const [bx, by, bz] = orbitAu(EARTH_MOON, t);
  const [jx, jy, jz] = orbitAu(JUPITER, t);
  const [sx, sy, sz] = orbitAu(SATURN, t);
  const [ux, uy, uz] = orbitAu(URANUS, t);
  const [nx, ny, nz] = orbitAu(NEPTUNE, t);
  // The Moon pulls the Earth to and fro around their barycentre: 4670 km, in the plane of the ecliptic well enough.
  const moon = degToRad(
    wrapDeg360(218.316 + 481_267.881 * t + 6.29 * sin(degToRad(wrapDeg360(134.96 + 477_198.868 * t)))),
  );
  const pull = 3.12e-5;
  // The Sun balances the planets; masses are those of the planets over all.
  const sun = (j: number, s: number, u: number, n: number): number =>
    -(j / 1048.35 + s / 3498.8 + u / 22_903 + n / 19_413);
  const x = bx + sun(jx, sx, ux, nx) - pull * cos(moon);
  const y = by + sun(jy, sy, uy, ny) - pull * sin(moon);
  const z = bz + sun(jz, sz, uz, nz);
  return [
    x,
    y * cos(OBLIQUITY_RAD) - z * sin(OBLIQUITY_RAD),
    y * sin(OBLIQUITY_RAD) + z * cos(OBLIQUITY_RAD),
  ];
}

/**
 * a (au), e, inclination, mean longitude, longitude of perihelion, longitude of node (deg), then their change per century:
 * Standish, Keplerian elements for approximate positions of the major planets (JPL), valid 1800-2050.
 */
type Elements = readonly [readonly number[], readonly number[]];
const EARTH_MOON: Elements = [
  [1.00000261, 0.01671123, -0.00001531, 100.46457166, 102.93768193, 0],
  [0.00000562, -0.00004392, -0.01294668, 35999.37244981, 0.32327364, 0],
];
const JUPITER: Elements = [
  [5.202887, 0.04838624, 1.30439695, 34.39644051, 14.72847983, 100.47390909],
  [-0.00011607, -0.00013253, -0.00183714, 3034.74612775, 0.21252668, 0.20469106],
];
const SATURN: Elements = [
  [9.53667594, 0.05386179, 2.48599187, 49.95424423, 92.59887831, 113.66242448],
  [-0.0012506, -0.00050991, 0.00193609, 1222.49362201, -0.41897216, -0.28867794],
];
const URANUS: Elements = [
  [19.18916464, 0.04725744, 0.77263783, 313.23810451, 170.9542763, 74.01692503],
  [-0.00196176, -0.00004397, -0.00242939, 428.48202785, 0.40805281, 0.04240589],
];
const NEPTUNE: Elements = [
  [30.06992276, 0.00859048, 1.77004347, -55.12002969, 44.96476227, 131.78422574],
  [0.00026291, 0.00005105, 0.00035372, 218.45945325, -0.32241464, -0.00508664],
];

/** Heliocentric ecliptic place of a body on its Kepler orbit. */
function orbitAu([start, perCentury]: Elements, t: number): Vector3 {
  const at = (index: number): number => start[index]! + perCentury[index]! * t;
  const [axis, eccentricity] = [at(0), at(1)];
  const inclination = degToRad(at(2));
  const perihelion = at(4);
  const node = degToRad(wrapDeg360(at(5)));
  const anomaly = degToRad(wrapDeg360(at(3) - perihelion));
  let eccentric = anomaly + eccentricity * sin(anomaly);
  for (let step = 0; step < 6; step++) {
    eccentric -= (eccentric - eccentricity * sin(eccentric) - anomaly) / (1 - eccentricity * cos(eccentric));
  }
  const along = axis * (cos(eccentric) - eccentricity);
  const across = axis * Math.sqrt(1 - eccentricity * eccentricity) * sin(eccentric);
  const distance = Math.sqrt(along * along + across * across);
  const argument = atan2(across, along) + degToRad(wrapDeg360(perihelion - at(5)));
  return [
    distance * (cos(node) * cos(argument) - sin(node) * sin(argument) * cos(inclination)),
    distance * (sin(node) * cos(argument) + cos(node) * sin(argument) * cos(inclination)),
    distance * sin(argument) * sin(inclination),
  ];
}
