/**
 * The gnomonic (TAN) projection between the sky and a tangent plane (Calabretta & Greisen 2002, A&A 395, 1077, sec. 5.1):
 * native pole at the tangent point, xi to the East and eta to the North, both in degrees (projected: the radius is
 * (180/pi) tan of the angle). Accuracy: double rounding, about 1e-12 deg within 2 deg of the tangent point.
 */
import { atan2, cos, sin } from '@imsim-od/portable-math';
import { DEG_PER_RAD, RAD_PER_DEG, degToRad, wrapDeg360 } from './angle.js';
import type { SkyPosition } from './sky-position.js';

/** A direction 90 deg or more from the tangent point: it has no place on the tangent plane. */
export class BehindTangentPlaneError extends Error {
  readonly code = 'WCS_BEHIND_TANGENT_PLANE';
  readonly position: SkyPosition;
  readonly tangentPoint: SkyPosition;
  constructor(position: SkyPosition, tangentPoint: SkyPosition) {
    super(
      `RA ${position.raDeg}, Dec ${position.decDeg} deg is 90 deg or more from the tangent point ` +
        `RA ${tangentPoint.raDeg}, Dec ${tangentPoint.decDeg}; a gnomonic projection cannot show it. ` +
        'Leave it out or move the pointing.',
    );
    this.name = 'BehindTangentPlaneError';
    this.position = position;
    this.tangentPoint = tangentPoint;
  }
}

/** A point of a tangent plane in degrees: xi to the East, eta to the North. */
export interface TangentPoint {
  readonly xiDeg: number;
  readonly etaDeg: number;
}

/** The plane that touches the sky at one point, and the projection to it and back. */
export interface TangentPlane {
  readonly tangentPoint: SkyPosition;
  /** Projects a direction. @throws BehindTangentPlaneError at 90 deg or more from the tangent point */
  project(raDeg: number, decDeg: number): TangentPoint;
  /** The direction of a point of the plane; RA in [0, 360). */
  deproject(xiDeg: number, etaDeg: number): SkyPosition;
  /**
   * Projects many directions into `xiDeg` and `etaDeg` (same length); directions behind the plane, or not finite, give NaN.
   */
  projectArrays(raDeg: Float64Array, decDeg: Float64Array, xiDeg: Float64Array, etaDeg: Float64Array): void;
  /**
   * The change of (xi, eta) in degrees per degree of local East and North motion at a direction, row by row:
   * [dxi/dE, dxi/dN, deta/dE, deta/dN]. @throws BehindTangentPlaneError
   */
  derivatives(raDeg: number, decDeg: number): readonly [number, number, number, number];
}

/** The tangent plane at a direction. */
export function tangentPlaneAt(tangentPoint: SkyPosition): TangentPlane {
  const ra0 = tangentPoint.raDeg;
  const sin0 = sin(degToRad(tangentPoint.decDeg));
  const cos0 = cos(degToRad(tangentPoint.decDeg));

  return {
    tangentPoint,

    project(raDeg, decDeg) {
      const deltaRa = degToRad(raDeg - ra0);
      const dec = degToRad(decDeg);
      const sinDec = sin(dec);
      const cosDec = cos(dec);
      const cosRa = cos(deltaRa);
      const depth = sinDec * sin0 + cosDec * cos0 * cosRa;
      if (!(depth > 0)) throw new BehindTangentPlaneError({ raDeg, decDeg }, tangentPoint);
      const scale = DEG_PER_RAD / depth;
      return {
        xiDeg: scale * (cosDec * sin(deltaRa)),
        etaDeg: scale * (sinDec * cos0 - cosDec * sin0 * cosRa),
      };
    },

    deproject(xiDeg, etaDeg) {
      const xi = degToRad(xiDeg);
      const eta = degToRad(etaDeg);
      const x = cos0 - eta * sin0;
      const z = sin0 + eta * cos0;
      return {
        raDeg: wrapDeg360(ra0 + DEG_PER_RAD * atan2(xi, x)),
        decDeg: DEG_PER_RAD * atan2(z, Math.sqrt(x * x + xi * xi)),
      };
    },

    projectArrays(raDeg, decDeg, xiDeg, etaDeg) {
      for (let i = 0; i < raDeg.length; i++) {
        const deltaRa = RAD_PER_DEG * ((raDeg[i] ?? NaN) - ra0);
        const dec = RAD_PER_DEG * (decDeg[i] ?? NaN);
        const sinDec = sin(dec);
        const cosDec = cos(dec);
        const cosRa = cos(deltaRa);
        const depth = sinDec * sin0 + cosDec * cos0 * cosRa;
        const scale = depth > 0 ? DEG_PER_RAD / depth : NaN;
        xiDeg[i] = scale * (cosDec * sin(deltaRa));
        etaDeg[i] = scale * (sinDec * cos0 - cosDec * sin0 * cosRa);
      }
    },

    derivatives(raDeg, decDeg) {
      const deltaRa = degToRad(raDeg - ra0);
      const dec = degToRad(decDeg);
      const sinDec = sin(dec);
      const cosDec = cos(dec);
      const sinRa = sin(deltaRa);
      const cosRa = cos(deltaRa);
      const depth = sinDec * sin0 + cosDec * cos0 * cosRa;
      if (!(depth > 0)) throw new BehindTangentPlaneError({ raDeg, decDeg }, tangentPoint);
      const xi = (cosDec * sinRa) / depth;
      const eta = (sinDec * cos0 - cosDec * sin0 * cosRa) / depth;
      const depthEast = -cos0 * sinRa;
      const depthNorth = cosDec * sin0 - sinDec * cos0 * cosRa;
      return [
        (cosRa - xi * depthEast) / depth,
        (-sinDec * sinRa - xi * depthNorth) / depth,
        (sin0 * sinRa - eta * depthEast) / depth,
        (cosDec * cos0 + sinDec * sin0 * cosRa - eta * depthNorth) / depth,
      ];
    },
  };
}
