/**
 * Fits a TAN-SIP to a mapping from pixels to the tangent plane: both the forward polynomials A, B (terms of degree 2 and
 * up) and the inverse AP, BP (degree 1 and up), by linear least squares on a Chebyshev grid over the image, in
 * coordinates scaled to 1. The order starts at 3 and rises until the largest error on a finer grid is within the
 * tolerance, each direction by itself. The tangent point, CRPIX and CD are given: with the right linear part about the
 * boresight, the same polynomial holds for every detector.
 */
import { cos } from '@imsim-od/portable-math';
import { solveLeastSquares } from './least-squares.js';
import {
  MAX_SIP_ORDER,
  evaluateSip,
  sipExponents,
  wholePowers,
  type SipPolynomial,
} from './sip-polynomial.js';
import type { TanSip } from './tan-sip.js';
import type { TangentPoint } from './wcs-tan.js';

/** The linear part of the WCS to be fitted. */
export type TanSipFrame = Pick<TanSip, 'crval' | 'crpix' | 'cd'>;

/** How far a fit goes. */
export interface TanSipFitOptions {
  /** Largest allowed error anywhere on the image, pixels, in either direction; 5e-4 by default. */
  readonly tolerancePx?: number;
  /** The order to begin with; 3 by default. */
  readonly firstOrder?: number;
}

/** A fitted WCS and the largest errors of its forward and inverse polynomials on the check grid, pixels. */
export interface TanSipFit {
  readonly wcs: TanSip;
  readonly forwardErrorPx: number;
  readonly inverseErrorPx: number;
}

/** No SIP order reaches the tolerance. */
export class TanSipFitError extends Error {
  readonly code = 'WCS_SIP_FIT';
  readonly errorPx: number;
  readonly tolerancePx: number;
  constructor(direction: string, errorPx: number, tolerancePx: number) {
    super(
      `The ${direction} SIP polynomial errs by ${errorPx} pixel at order ${MAX_SIP_ORDER}, more than the tolerance ` +
        `${tolerancePx}; the mapping is not smooth enough for TAN-SIP. Check CRPIX and CD, or allow a larger tolerance.`,
    );
    this.name = 'TanSipFitError';
    this.errorPx = errorPx;
    this.tolerancePx = tolerancePx;
  }
}

const FIT_POINTS = 14;
const CHECK_POINTS = 25;

/** Points of one grid: pixel offsets from CRPIX, and their linear-plane coordinates in pixels. */
interface SamplePoints {
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly f: Float64Array;
  readonly g: Float64Array;
}

/**
 * Fits TAN-SIP over an image of nx x ny pixels (pixel0 -0.5 .. n - 0.5).
 * @param pixelToTangentPlane the true mapping, pixel0 to degrees on the plane at `frame.crval`
 * @throws TanSipFitError when no order up to 9 reaches the tolerance
 */
export function fitTanSip(
  pixelToTangentPlane: (x: number, y: number) => TangentPoint,
  nx: number,
  ny: number,
  frame: TanSipFrame,
  options: TanSipFitOptions = {},
): TanSipFit {
  const { tolerancePx = 5e-4, firstOrder = 3 } = options;
  const fit = sample(pixelToTangentPlane, frame, chebyshevNodes(nx), chebyshevNodes(ny));
  const check = sample(pixelToTangentPlane, frame, evenNodes(nx), evenNodes(ny));
  const forward = raiseOrder('forward', 2, firstOrder, tolerancePx, fit.u, fit.v, fit.f, fit.g, [
    check.u,
    check.v,
    check.f,
    check.g,
  ]);
  const inverse = raiseOrder('inverse', 1, firstOrder, tolerancePx, fit.f, fit.g, fit.u, fit.v, [
    check.f,
    check.g,
    check.u,
    check.v,
  ]);
  return {
    wcs: { ...frame, a: forward.first, b: forward.second, ap: inverse.first, bp: inverse.second },
    forwardErrorPx: forward.errorPx,
    inverseErrorPx: inverse.errorPx,
  };
}

function raiseOrder(
  direction: string,
  lowest: number,
  firstOrder: number,
  tolerancePx: number,
  s: Float64Array,
  t: Float64Array,
  toS: Float64Array,
  toT: Float64Array,
  check: readonly [Float64Array, Float64Array, Float64Array, Float64Array],
): { first: SipPolynomial; second: SipPolynomial; errorPx: number } {
  let errorPx = Infinity;
  for (let order = firstOrder; order <= MAX_SIP_ORDER; order++) {
    const [first, second] = fitPair(lowest, order, s, t, toS, toT);
    errorPx = largestError(first, second, check);
    if (errorPx <= tolerancePx) return { first, second, errorPx };
  }
  throw new TanSipFitError(direction, errorPx, tolerancePx);
}

/** Fits first(s, t) to toS - s and second(s, t) to toT - t. */
function fitPair(
  lowest: number,
  order: number,
  s: Float64Array,
  t: Float64Array,
  toS: Float64Array,
  toT: Float64Array,
): [SipPolynomial, SipPolynomial] {
  let scale = 1;
  for (let i = 0; i < s.length; i++) scale = Math.max(scale, Math.abs(s[i] ?? 0), Math.abs(t[i] ?? 0));
  const exponents = sipExponents(lowest, order);
  const columns = exponents.map(() => new Float64Array(s.length));
  const residualS = new Float64Array(s.length);
  const residualT = new Float64Array(s.length);
  for (let i = 0; i < s.length; i++) {
    const sPowers = wholePowers((s[i] ?? 0) / scale, order + 1);
    const tPowers = wholePowers((t[i] ?? 0) / scale, order + 1);
    exponents.forEach(([p, q], k) => {
      const column = columns[k];
      if (column) column[i] = (sPowers[p] ?? 0) * (tPowers[q] ?? 0);
    });
    residualS[i] = (toS[i] ?? 0) - (s[i] ?? 0);
    residualT[i] = (toT[i] ?? 0) - (t[i] ?? 0);
  }
  const inverseScale = wholePowers(1 / scale, order + 1);
  const [first, second] = solveLeastSquares(columns, [residualS, residualT]).map((solution) => ({
    order,
    terms: exponents.map(([p, q], k) => ({
      p,
      q,
      coefficient: (solution[k] ?? 0) * (inverseScale[p + q] ?? 0),
    })),
  }));
  return [first ?? { order, terms: [] }, second ?? { order, terms: [] }];
}

function largestError(
  first: SipPolynomial,
  second: SipPolynomial,
  [s, t, toS, toT]: readonly [Float64Array, Float64Array, Float64Array, Float64Array],
): number {
  let largest = 0;
  for (let i = 0; i < s.length; i++) {
    const si = s[i] ?? 0;
    const ti = t[i] ?? 0;
    const missS = si + evaluateSip(first, si, ti).value - (toS[i] ?? 0);
    const missT = ti + evaluateSip(second, si, ti).value - (toT[i] ?? 0);
    largest = Math.max(largest, Math.sqrt(missS * missS + missT * missT));
  }
  return largest;
}

function sample(
  pixelToTangentPlane: (x: number, y: number) => TangentPoint,
  frame: TanSipFrame,
  xs: readonly number[],
  ys: readonly number[],
): SamplePoints {
  const [cd11, cd12, cd21, cd22] = frame.cd;
  const determinant = cd11 * cd22 - cd12 * cd21;
  const count = xs.length * ys.length;
  const points = {
    u: new Float64Array(count),
    v: new Float64Array(count),
    f: new Float64Array(count),
    g: new Float64Array(count),
  };
  let i = 0;
  for (const y of ys) {
    for (const x of xs) {
      const { xiDeg, etaDeg } = pixelToTangentPlane(x, y);
      points.u[i] = x + 1 - frame.crpix[0];
      points.v[i] = y + 1 - frame.crpix[1];
      points.f[i] = (cd22 * xiDeg - cd12 * etaDeg) / determinant;
      points.g[i] = (cd11 * etaDeg - cd21 * xiDeg) / determinant;
      i++;
    }
  }
  return points;
}

function chebyshevNodes(n: number): number[] {
  return Array.from(
    { length: FIT_POINTS },
    (_, k) => (n - 1) / 2 - (n / 2) * cos((Math.PI * (k + 0.5)) / FIT_POINTS),
  );
}

function evenNodes(n: number): number[] {
  return Array.from({ length: CHECK_POINTS }, (_, k) => -0.5 + (n * k) / (CHECK_POINTS - 1));
}
