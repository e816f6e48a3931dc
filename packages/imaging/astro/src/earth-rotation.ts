/**
 * Where the Earth's axis and meridian point: IAU 2006 precession (Fukushima-Williams angles; Capitaine & Wallace 2006,
 * A&A 450, 855), the largest terms of IAU 2000B nutation (McCarthy & Luzum 2003, Celest. Mech. Dyn. Astr. 85, 37), the
 * Earth rotation angle and Greenwich sidereal time (IERS Conventions 2010, ch. 5). Accuracy 2000-2050: matrix 0.02 arcsec;
 * sidereal time limited by UT1 = UTC (see time.ts).
 */
import { cos, sin } from '@imsim-od/portable-math';
import { ARCSEC_PER_RAD, degToRad, radToDeg, wrapDeg360 } from './angle.js';
import type { Vector3 } from './sky-position.js';
import { J2000_MJD, centuriesTt, mjdUt1FromTai } from './time.js';

/** A rotation, row by row. */
export type Matrix3 = readonly [Vector3, Vector3, Vector3];

/** Multiples of l, l', F, D, Omega; then sin of longitude and cos of obliquity in 1e-7 arcsec, and their drift per century. */
const NUTATION_TERMS: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 1, -172064161, -174666, 92052331, 9086],
  [0, 0, 2, -2, 2, -13170906, -1675, 5730336, -3015],
  [0, 0, 2, 0, 2, -2276413, -234, 978459, -485],
  [0, 0, 0, 0, 2, 2074554, 207, -897492, 470],
  [0, 1, 0, 0, 0, 1475877, -3633, 73871, -184],
  [0, 1, 2, -2, 2, -516821, 1226, 224386, -677],
  [1, 0, 0, 0, 0, 711159, 73, -6750, 0],
  [0, 0, 2, 0, 1, -387298, -367, 200728, 18],
  [1, 0, 2, 0, 2, -301461, -36, 129025, -63],
  [0, -1, 2, -2, 2, 215829, -494, -95929, 299],
  [0, 0, 2, -2, 1, 128227, 137, -68982, -9],
  [-1, 0, 2, 0, 2, 123457, 11, -53311, 32],
  [-1, 0, 0, 2, 0, 156994, 10, -1235, 0],
  [1, 0, 0, 0, 1, 63110, 63, -33228, 0],
  [-1, 0, 0, 0, 1, -57976, -63, 31429, 0],
  [-1, 0, 2, 2, 2, -59641, -11, 25543, -11],
  [1, 0, 2, 0, 1, -51613, -42, 26366, 0],
  [-2, 0, 2, 0, 1, 45893, 50, -24236, -10],
  [0, 0, 0, 2, 0, 63384, 11, -1220, 0],
  [0, 0, 2, 2, 2, -38571, -1, 16452, -11],
];

/** The mean obliquity of the ecliptic, arcsec. */
function meanObliquityArcsec(t: number): number {
  return 84381.406 + t * (-46.836769 + t * (-0.0001831 + t * 0.0020034));
}

/** Nutation in longitude and obliquity, radians. */
function nutation(t: number): { readonly longitude: number; readonly obliquity: number } {
  const degrees = (arcsec: number): number => wrapDeg360(arcsec / 3600);
  const delaunay = [
    degrees(485868.249036 + 1717915923.2178 * t),
    degrees(1287104.79305 + 129596581.0481 * t),
    degrees(335779.526232 + 1739527262.8478 * t),
    degrees(1072260.70369 + 1602961601.209 * t),
    degrees(450160.398036 - 6962890.5431 * t),
  ];
  let longitude = 0;
  let obliquity = 0;
  for (const term of NUTATION_TERMS) {
    let argument = 0;
    delaunay.forEach((value, i) => (argument += value * (term[i] ?? 0)));
    const phase = degToRad(wrapDeg360(argument));
    longitude += ((term[5] ?? 0) + (term[6] ?? 0) * t) * sin(phase);
    obliquity += ((term[7] ?? 0) + (term[8] ?? 0) * t) * cos(phase);
  }
  return { longitude: longitude / 1e7 / ARCSEC_PER_RAD, obliquity: obliquity / 1e7 / ARCSEC_PER_RAD };
}

/** The true obliquity of the ecliptic at an instant, degrees. */
export function trueObliquityDeg(mjdTai: number): number {
  const t = centuriesTt(mjdTai);
  return meanObliquityArcsec(t) / 3600 + radToDeg(nutation(t).obliquity);
}

/** The rotation from ICRS axes (GCRS) to the true equator and equinox of an instant. */
export function icrsToTrueOfDate(mjdTai: number): Matrix3 {
  const t = centuriesTt(mjdTai);
  const { longitude, obliquity } = nutation(t);
  const gamma = (-0.052928 + t * (10.556378 + t * (0.4932044 - t * 0.00031238))) / ARCSEC_PER_RAD;
  const phi = (84381.412819 + t * (-46.811016 + t * (0.0511268 + t * 0.00053289))) / ARCSEC_PER_RAD;
  const psi = (-0.041775 + t * (5038.481484 + t * (1.5584175 - t * 0.00018522))) / ARCSEC_PER_RAD;
  const epsilon = meanObliquityArcsec(t) / ARCSEC_PER_RAD;
  return multiply(
    aboutX(-(epsilon + obliquity)),
    multiply(aboutZ(-(psi + longitude)), multiply(aboutX(phi), aboutZ(gamma))),
  );
}

/** The Earth rotation angle in degrees, [0, 360). */
export function earthRotationAngleDeg(mjdTai: number): number {
  const days = mjdUt1FromTai(mjdTai) - J2000_MJD;
  const turns = 0.779057273264 + 0.00273781191135448 * days + (days - Math.floor(days));
  return wrapDeg360(360 * turns);
}

/** Greenwich mean sidereal time (IAU 2006) in degrees, [0, 360). */
export function gmstDeg(mjdTai: number): number {
  const t = centuriesTt(mjdTai);
  const drift = 0.014506 + t * (4612.156534 + t * (1.3915817 - t * 0.00000044));
  return wrapDeg360(earthRotationAngleDeg(mjdTai) + drift / 3600);
}

/** Greenwich apparent sidereal time in degrees, [0, 360). */
export function gastDeg(mjdTai: number): number {
  const t = centuriesTt(mjdTai);
  const { longitude, obliquity } = nutation(t);
  const epsilon = meanObliquityArcsec(t) / ARCSEC_PER_RAD + obliquity;
  return wrapDeg360(gmstDeg(mjdTai) + radToDeg(longitude * cos(epsilon)));
}

/** Local apparent sidereal time in degrees, [0, 360), at an East longitude. */
export function localSiderealTimeDeg(mjdTai: number, longitudeDeg: number): number {
  return wrapDeg360(gastDeg(mjdTai) + longitudeDeg);
}

/** M v. */
export function rotate(matrix: Matrix3, vector: Vector3): Vector3 {
  return [dot(matrix[0], vector), dot(matrix[1], vector), dot(matrix[2], vector)];
}

/** M^T v, the inverse rotation. */
export function rotateBack(matrix: Matrix3, [x, y, z]: Vector3): Vector3 {
  const [r0, r1, r2] = matrix;
  return [
    r0[0] * x + r1[0] * y + r2[0] * z,
    r0[1] * x + r1[1] * y + r2[1] * z,
    r0[2] * x + r1[2] * y + r2[2] * z,
  ];
}

function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const row = (r: Vector3): Vector3 => rotateBack(b, r);
  return [row(a[0]), row(a[1]), row(a[2])];
}

/** Turns the axes about x (the convention of R1 in the IERS Conventions). */
function aboutX(angle: number): Matrix3 {
  const c = cos(angle);
  const s = sin(angle);
  return [
    [1, 0, 0],
    [0, c, s],
    [0, -s, c],
  ];
}

/** Turns the axes about z (R3). */
function aboutZ(angle: number): Matrix3 {
  const c = cos(angle);
  const s = sin(angle);
  return [
    [c, s, 0],
    [-s, c, 0],
    [0, 0, 1],
  ];
}
