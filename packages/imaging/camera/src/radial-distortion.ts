/**
 * LSSTCam's plate scale and radial distortion between the focal plane and the plane that touches the sky at the boresight
 * (lsst/obs_lsst policy/cameraTransforms.yaml):
 *
 *     tangent-plane radius = s (r - A r^3 - B r^5),  r in mm, s = 20.005867576692737 arcsec/mm.
 *
 * The value is the radius in the tangent plane, (180/pi) tan(angle) in arcsec, and not the angle itself: the other
 * reading errs by 8 pixels at the edge. Beyond 500 mm, far outside the 369 mm of the farthest corner, the polynomial goes
 * on as its tangent line, so that every point of the sky's near half has one place. The inverse is solved by Newton's
 * method to double rounding. Points are pairs (x, y); the distortion scales both by the same factor.
 */

/** Scale at the boresight, arcsec of the tangent plane per mm. */
export const PLATE_SCALE_ARCSEC_PER_MM = 20.005867576692737;

const CUBIC_PER_MM2 = 8.33713991e-9;
const QUINTIC_PER_MM4 = 1.41389858e-15;
const LINEAR_BEYOND_MM = 500;

const LIMIT_SQUARED = LINEAR_BEYOND_MM * LINEAR_BEYOND_MM;
const LIMIT_SLOPE =
  1 - 3 * CUBIC_PER_MM2 * LIMIT_SQUARED - 5 * QUINTIC_PER_MM4 * LIMIT_SQUARED * LIMIT_SQUARED;
/** Distorted radius at the limit, mm. */
const LIMIT_RADIUS_MM = LINEAR_BEYOND_MM * polynomialFactor(LIMIT_SQUARED);

/** Distorted radius over radius, for a squared focal-plane radius in mm^2. */
export function distortionFactor(radiusSquaredMm2: number): number {
  if (radiusSquaredMm2 <= LIMIT_SQUARED) return polynomialFactor(radiusSquaredMm2);
  const radius = Math.sqrt(radiusSquaredMm2);
  return (LIMIT_RADIUS_MM + LIMIT_SLOPE * (radius - LINEAR_BEYOND_MM)) / radius;
}

/** Derivative of `distortionFactor` by the squared radius, mm^-2. */
export function distortionFactorSlope(radiusSquaredMm2: number): number {
  if (radiusSquaredMm2 <= LIMIT_SQUARED) return -CUBIC_PER_MM2 - 2 * QUINTIC_PER_MM4 * radiusSquaredMm2;
  const radius = Math.sqrt(radiusSquaredMm2);
  return (LIMIT_SLOPE - distortionFactor(radiusSquaredMm2)) / (2 * radius * radius);
}

/** Radius over distorted radius, for a squared distorted radius in mm^2 (tangent-plane arcsec over plate scale). */
export function inverseDistortionFactor(distortedSquaredMm2: number): number {
  if (distortedSquaredMm2 > LIMIT_RADIUS_MM * LIMIT_RADIUS_MM) {
    const distorted = Math.sqrt(distortedSquaredMm2);
    return (LINEAR_BEYOND_MM + (distorted - LIMIT_RADIUS_MM) / LIMIT_SLOPE) / distorted;
  }
  const a = CUBIC_PER_MM2 * distortedSquaredMm2;
  const b = QUINTIC_PER_MM4 * distortedSquaredMm2 * distortedSquaredMm2;
  let k = 1 + a + b;
  for (let step = 0; step < 8; step++) {
    const k2 = k * k;
    const change = (k * (1 - k2 * (a + b * k2)) - 1) / (1 - k2 * (3 * a + 5 * b * k2));
    k -= change;
    if (Math.abs(change) < 1e-15) break;
  }
  return k;
}

function polynomialFactor(radiusSquaredMm2: number): number {
  return 1 - radiusSquaredMm2 * (CUBIC_PER_MM2 + QUINTIC_PER_MM4 * radiusSquaredMm2);
}
