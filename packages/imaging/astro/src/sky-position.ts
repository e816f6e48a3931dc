/**
 * Directions on the celestial sphere: right ascension and declination in degrees (ICRS), unit vectors, separations and
 * position angles. x points to (0, 0), y to RA 90, z to the pole. Accuracy: double rounding (about 1e-10 arcsec), also
 * for tiny separations and near the poles, because angles come from atan2 and never from acos.
 */
import { atan2, cos, sin } from '@imsim-od/portable-math';
import { degToRad, radToDeg, wrapDeg360 } from './angle.js';

/** A direction in ICRS: right ascension 0..360 deg, declination -90..90 deg. */
export interface SkyPosition {
  readonly raDeg: number;
  readonly decDeg: number;
}

/** A vector of three components, in any frame. */
export type Vector3 = readonly [number, number, number];

/** The unit vector of a direction. */
export function toUnitVector(position: SkyPosition): Vector3 {
  const ra = degToRad(position.raDeg);
  const dec = degToRad(position.decDeg);
  const cosDec = cos(dec);
  return [cosDec * cos(ra), cosDec * sin(ra), sin(dec)];
}

/** The direction of a vector of any length; RA in [0, 360), 0 at the poles. */
export function fromVector(vector: Vector3): SkyPosition {
  const [x, y, z] = vector;
  const equatorial = Math.sqrt(x * x + y * y);
  return {
    raDeg: equatorial === 0 ? 0 : wrapDeg360(radToDeg(atan2(y, x))),
    decDeg: radToDeg(atan2(z, equatorial)),
  };
}

/** The great-circle distance of two directions in degrees, 0..180. */
export function separationDeg(a: SkyPosition, b: SkyPosition): number {
  const [ax, ay, az] = toUnitVector(a);
  const [bx, by, bz] = toUnitVector(b);
  const cx = ay * bz - az * by;
  const cy = az * bx - ax * bz;
  const cz = ax * by - ay * bx;
  return radToDeg(atan2(Math.sqrt(cx * cx + cy * cy + cz * cz), ax * bx + ay * by + az * bz));
}

/** The position angle at `from` of the great circle to `to`: North through East, degrees in [0, 360). */
export function positionAngleDeg(from: SkyPosition, to: SkyPosition): number {
  const deltaRa = degToRad(to.raDeg - from.raDeg);
  const fromDec = degToRad(from.decDeg);
  const toDec = degToRad(to.decDeg);
  const east = cos(toDec) * sin(deltaRa);
  const north = sin(toDec) * cos(fromDec) - cos(toDec) * sin(fromDec) * cos(deltaRa);
  return wrapDeg360(radToDeg(atan2(east, north)));
}
