/**
 * What a PSF is convolved with besides its core: a Gaussian, and the square pixel averaged over its angle. Both are smooth factors of
 * k^2 in the transform; far out the convolution is the series of their Taylor coefficients, convolved = sum g_j (-Laplace)^j f.
 */
import { exp, sin, cos } from '@imsim-od/portable-math';

const PI = 3.141592653589793;
/** Taylor terms kept: k^0 .. k^16. */
const TERMS = 9;

/** A circular smoothing: a Gaussian of this sigma [px] (0 = none), and whether the unit pixel's response is convolved too. */
export interface Smoothing {
  readonly sigmaPx: number;
  readonly pixel: boolean;
}

/** sin(x) / x for x > 0 or 0. */
function sinc(x: number): number {
  return x < 1e-5 ? 1 : sin(x) / x;
}

/**
 * Transform of the unit square pixel averaged over the direction of k: the mean of sinc(kx / 2) sinc(ky / 2) over the circle, by the
 * midpoint rule, which converges exponentially once it has more points than k.
 */
export function pixelTransform(kPerPx: number): number {
  const points = 6 + Math.ceil(0.25 * kPerPx);
  let sum = 0;
  for (let i = 0; i < points; i++) {
    const angle = ((i + 0.5) * PI) / (4 * points);
    sum += sinc(0.5 * kPerPx * cos(angle)) * sinc(0.5 * kPerPx * sin(angle));
  }
  return sum / points;
}

/** The smoothing's transform at k [rad/px]. */
export function smoothingTransform({ sigmaPx, pixel }: Smoothing, kPerPx: number): number {
  const gaussian = sigmaPx > 0 ? exp(-0.5 * sigmaPx * sigmaPx * kPerPx * kPerPx) : 1;
  return pixel ? gaussian * pixelTransform(kPerPx) : gaussian;
}

/** Taylor coefficients g_j of the smoothing's transform in k^2 [px^2j], j = 0..8. */
export function smoothingSeries({ sigmaPx, pixel }: Smoothing): number[] {
  const gaussian = [1];
  for (let j = 1; j < TERMS; j++) gaussian.push((gaussian[j - 1]! * -0.5 * sigmaPx * sigmaPx) / j);
  if (!pixel) return gaussian;
  const factorial = [1];
  for (let j = 1; j < TERMS; j++) factorial.push(factorial[j - 1]! * j);
  // <cos^2p sin^2q> = (2p)! (2q)! / (4^j p! q! j!) turns the product of the two sinc series into this sum over p + q = j.
  let scale = 1;
  const square: number[] = [];
  for (let j = 0; j < TERMS; j++) {
    let sum = 0;
    for (let p = 0; p <= j; p++) {
      const q = j - p;
      sum += 1 / ((2 * p + 1) * (2 * q + 1) * factorial[p]! * factorial[q]!);
    }
    square.push((scale * sum) / factorial[j]!);
    scale /= -16;
  }
  return gaussian.map((_, j) => {
    let sum = 0;
    for (let i = 0; i <= j; i++) sum += gaussian[i]! * square[j - i]!;
    return sum;
  });
}
