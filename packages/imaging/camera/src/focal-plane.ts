/**
 * From a detector's pixels to the focal plane and on to the tangent plane of the sky, and back.
 *
 * pixel0: 0-based, whole at pixel centres, on the trimmed assembled CCD. Focal plane: mm, x and y of the DVCS view, the
 * boresight at (0, 0). Tangent plane: xi East and eta North in degrees at the boresight, with theta = ROTPA the position
 * angle of the focal plane's +y axis: xi = -cos(theta) X + sin(theta) Y, eta = sin(theta) X + cos(theta) Y, where (X, Y)
 * is the focal-plane point after radial distortion. theta = 0 has North up and East left.
 */
import { degToRad, type TangentPoint } from '@imsim-od/astro';
import { cos, sin } from '@imsim-od/portable-math';
import { PIXEL_MM, type Detector } from './detectors.js';
import { PLATE_SCALE_ARCSEC_PER_MM, distortionFactor, inverseDistortionFactor } from './radial-distortion.js';

/** A point of the focal plane, mm. */
export interface FocalPlanePoint {
  readonly xMm: number;
  readonly yMm: number;
}

/** Degrees of the tangent plane per mm at the boresight. */
export const PLATE_SCALE_DEG_PER_MM = PLATE_SCALE_ARCSEC_PER_MM / 3600;

/** Cosine and sine of an angle in degrees, exact at multiples of 90. */
export function cosSinDeg(angleDeg: number): readonly [number, number] {
  const quarters = angleDeg / 90;
  if (Number.isInteger(quarters)) {
    const turn = ((quarters % 4) + 4) % 4;
    return [turn === 0 ? 1 : turn === 2 ? -1 : 0, turn === 1 ? 1 : turn === 3 ? -1 : 0];
  }
  const angle = degToRad(angleDeg);
  return [cos(angle), sin(angle)];
}

/** The place of a pixel0 in the focal plane. */
export function pixel0ToFocalPlane(detector: Detector, x: number, y: number): FocalPlanePoint {
  const [c, s] = cosSinDeg(detector.yawDeg);
  const dx = (x - detector.referencePixel0.x) * PIXEL_MM;
  const dy = (y - detector.referencePixel0.y) * PIXEL_MM;
  return { xMm: detector.centreMm.x + c * dx - s * dy, yMm: detector.centreMm.y + s * dx + c * dy };
}

/** The pixel0 of a place in the focal plane; beyond the CCD's edges the count runs on. */
export function focalPlaneToPixel0(
  detector: Detector,
  point: FocalPlanePoint,
): { readonly x: number; readonly y: number } {
  const [c, s] = cosSinDeg(detector.yawDeg);
  const dx = (point.xMm - detector.centreMm.x) / PIXEL_MM;
  const dy = (point.yMm - detector.centreMm.y) / PIXEL_MM;
  return { x: detector.referencePixel0.x + c * dx + s * dy, y: detector.referencePixel0.y - s * dx + c * dy };
}

/** Distance of a pixel0 from the boresight, mm. */
export function fieldRadiusMm(detector: Detector, x: number, y: number): number {
  const { xMm, yMm } = pixel0ToFocalPlane(detector, x, y);
  return Math.sqrt(xMm * xMm + yMm * yMm);
}

/** The tangent-plane point that a focal-plane point sees, for a camera turned to rotSkyPos (ROTPA) in degrees. */
export function focalPlaneToTangentPlane(point: FocalPlanePoint, rotSkyPosDeg: number): TangentPoint {
  const [c, s] = cosSinDeg(rotSkyPosDeg);
  const scale = PLATE_SCALE_DEG_PER_MM * distortionFactor(point.xMm * point.xMm + point.yMm * point.yMm);
  return {
    xiDeg: scale * (s * point.yMm - c * point.xMm),
    etaDeg: scale * (s * point.xMm + c * point.yMm),
  };
}

/** The focal-plane point that sees a tangent-plane point. */
export function tangentPlaneToFocalPlane(point: TangentPoint, rotSkyPosDeg: number): FocalPlanePoint {
  const [c, s] = cosSinDeg(rotSkyPosDeg);
  const xDistorted = (s * point.etaDeg - c * point.xiDeg) / PLATE_SCALE_DEG_PER_MM;
  const yDistorted = (s * point.xiDeg + c * point.etaDeg) / PLATE_SCALE_DEG_PER_MM;
  const factor = inverseDistortionFactor(xDistorted * xDistorted + yDistorted * yDistorted);
  return { xMm: factor * xDistorted, yMm: factor * yDistorted };
}
