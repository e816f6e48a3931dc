/**
 * sin, cos and tan of an angle in radians: reduction to |r| <= pi/4, then the Taylor series (to r^17 and r^18), the low part of
 * the reduced angle carried through. Accuracy: below 0.8 ulp (sin, cos) and 1 ulp (tan) for every finite angle.
 */
import { productError } from './double-double.js';
import { reduceAngle, reducedAngle } from './angle-reduction.js';

const QUARTER_PI = 0.7853981633974483;

/** (sin r - r) / r^3, as a function of z = r^2 <= 0.63. */
function sineSeries(z: number): number {
  const z2 = z * z;
  const low = -1 / 6 + z * (1 / 120) + z2 * (-1 / 5040 + z * (1 / 362880));
  const high = -1 / 39916800 + z * (1 / 6227020800) + z2 * (-1 / 1307674368000 + z * (1 / 355687428096000));
  return low + z2 * z2 * high;
}

/** (cos r - 1 + r^2 / 2) / r^4, as a function of z = r^2 <= 0.63. */
function cosineSeries(z: number): number {
  const z2 = z * z;
  const low = 1 / 24 + z * (-1 / 720) + z2 * (1 / 40320 + z * (-1 / 3628800));
  const high =
    1 / 479001600 + z * (-1 / 87178291200) + z2 * (1 / 20922789888000 + z * (-1 / 6402373705728000));
  return low + z2 * z2 * high;
}

/** sin(r + rLow) - r for |r| <= pi/4. */
function sineRest(r: number, rLow: number): number {
  const z = r * r;
  return r * z * sineSeries(z) + rLow * (1 - 0.5 * z);
}

/** cos(r + rLow) for |r| <= pi/4. */
function cosine(r: number, rLow: number): number {
  const z = r * r;
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * z * cosineSeries(z) - r * rLow));
}

/** Sine of x rad; sin(-0) is -0, sin(+-Infinity) is NaN. */
export function sin(x: number): number {
  const size = Math.abs(x);
  if (size <= QUARTER_PI) return size < 1e-8 ? x : x + sineRest(x, 0);
  if (!(size < Infinity)) return NaN;
  const quadrant = reduceAngle(x);
  const r = reducedAngle[0]!;
  const rLow = reducedAngle[1]!;
  const value = (quadrant & 1) === 0 ? r + sineRest(r, rLow) : cosine(r, rLow);
  return quadrant > 1 ? -value : value;
}

/** Cosine of x rad; cos(+-Infinity) is NaN. */
export function cos(x: number): number {
  const size = Math.abs(x);
  if (size <= QUARTER_PI) return cosine(x, 0);
  if (!(size < Infinity)) return NaN;
  const quadrant = reduceAngle(x);
  const r = reducedAngle[0]!;
  const rLow = reducedAngle[1]!;
  const value = (quadrant & 1) === 0 ? cosine(r, rLow) : r + sineRest(r, rLow);
  return quadrant === 1 || quadrant === 2 ? -value : value;
}

/** Tangent of x rad; tan(-0) is -0, tan(+-Infinity) is NaN. */
export function tan(x: number): number {
  const size = Math.abs(x);
  if (size < 1e-8) return x;
  if (!(size < Infinity)) return NaN;
  const quadrant = size <= QUARTER_PI ? 0 : reduceAngle(x);
  const r = size <= QUARTER_PI ? x : reducedAngle[0]!;
  const rLow = size <= QUARTER_PI ? 0 : reducedAngle[1]!;
  const z = r * r;
  const half = 0.5 * z;
  const c = 1 - half;
  const cRest = 1 - c - half - 0.5 * productError(r, r, z) + (z * z * cosineSeries(z) - r * rLow);
  const sRest = sineRest(r, rLow);
  return (quadrant & 1) === 0 ? quotient(r, sRest, c, cRest) : -quotient(c, cRest, r, sRest);
}

/** (a + aLow) / (b + bLow), rounded almost correctly; the low parts may be as large as a quarter of the high ones. */
function quotient(a: number, aLow: number, b: number, bLow: number): number {
  const top = a + aLow;
  const bottom = b + bLow;
  const q = top / bottom;
  const product = q * bottom;
  const topLow = a - top + aLow;
  const bottomLow = b - bottom + bLow;
  return q + (top - product - productError(q, bottom, product) + topLow - q * bottomLow) / bottom;
}
