/**
 * The Sersic profile I(r) ~ exp(-b r^(1/n)), untruncated, unit flux, radii in half-light radii (re = 1). b solves
 * P(2n, b) = 1/2 exactly. The Fourier transform is a Mellin-Barnes integral: the Mellin transforms of the profile,
 * n gamma(n z) b^(-n z), and of J0 are gamma functions, so along z = 1 + i w
 *   T(k) = b^n / (pi k gamma(2n)) Re int_0^inf gamma(n - i n w) exp(i (2 arg gamma(1/2 + i w/2) + w (n ln b + ln 2 - ln k))) dw.
 * The integrand falls as exp(-pi n w / 2) and the trapezoidal rule of step 2 pi / 40 has an error of about e^-40.
 * Accuracy: 1e-11 absolute for k >= 2^-11; below, from the moments <r^2> and <r^4>.
 */
import {
  cos,
  exp,
  inverseRegularizedGammaP,
  inverseRegularizedGammaQ,
  lgamma,
  log,
  pow,
  sin,
} from '@imsim-od/portable-math';
import { logGammaComplex } from './complex-gamma.js';
import { ProfileParameterError } from './profile-error.js';

const PI = 3.141592653589793;
const LN2 = 0.6931471805599453;
/** Step of the trapezoidal rule: images repeat every factor e^40 in k. */
const STEP = (2 * PI) / 40;
/** Below this k the transform is taken from its moments. */
const MOMENT_LIMIT = 1 / 2048;

function requireIndex(n: number): void {
  if (!(n >= 0.2 && n <= 10)) throw new ProfileParameterError('sersic', 'n', n, 'between 0.2 and 10');
}

/** b_n, with half the light inside r = 1. @throws ProfileParameterError unless 0.2 <= n <= 10 */
export function sersicB(n: number): number {
  requireIndex(n);
  return inverseRegularizedGammaP(2 * n, 0.5);
}

/** Radius [re] with the fraction u (0..1) of the light inside. @throws ProfileParameterError unless 0.2 <= n <= 10 */
export function sersicRadius(n: number, u: number): number {
  return pow(inverseRegularizedGammaP(2 * n, u) / sersicB(n), n);
}

/** Radius [re] with the fraction q (0..1) of the light outside; accurate for tiny q. */
export function sersicOuterRadius(n: number, q: number): number {
  return pow(inverseRegularizedGammaQ(2 * n, q) / sersicB(n), n);
}

/** The moment <r^power> [re^power] of the light. */
export function sersicMoment(n: number, power: number): number {
  const b = sersicB(n);
  return exp(lgamma(n * (2 + power)) - lgamma(2 * n) - n * power * log(b));
}

/** Nodes of the Mellin-Barnes integral of one index: T(k) = 1/k sum of re cos(w ln k) + im sin(w ln k). */
export interface TransformNodes {
  readonly n: number;
  readonly frequency: Float64Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** <r^2> / 4 and <r^4> / 64, the first terms of 1 - T in k^2. */
  readonly quadratic: number;
  readonly quartic: number;
}

/** The nodes for one index; their number falls from about 500 at n = 0.3 to 30 at n = 6. */
export function sersicTransformNodes(n: number): TransformNodes {
  const b = sersicB(n);
  const logB = log(b);
  const logScale = n * logB - lgamma(2 * n);
  const frequency: number[] = [];
  const re: number[] = [];
  const im: number[] = [];
  const peak = lgamma(n);
  for (let j = 0; ; j++) {
    const w = j * STEP;
    const [gammaRe, gammaIm] = logGammaComplex(n, -n * w);
    if (gammaRe - peak < -42) break;
    const phase = gammaIm + 2 * logGammaComplex(0.5, 0.5 * w)[1] + w * (n * logB + LN2);
    const size = exp(gammaRe + logScale) * (j === 0 ? 0.5 : 1) * (STEP / PI);
    frequency.push(w);
    re.push(size * cos(phase));
    im.push(size * sin(phase));
  }
  return {
    n,
    frequency: Float64Array.from(frequency),
    re: Float64Array.from(re),
    im: Float64Array.from(im),
    quadratic: sersicMoment(n, 2) / 4,
    quartic: sersicMoment(n, 4) / 64,
  };
}

/** The transform at k > 0 [rad per re] from an index's nodes. */
export function transformFromNodes(nodes: TransformNodes, k: number): number {
  const logK = log(k);
  let sum = 0;
  for (let j = 0; j < nodes.frequency.length; j++) {
    const angle = nodes.frequency[j]! * logK;
    sum += nodes.re[j]! * cos(angle) + nodes.im[j]! * sin(angle);
  }
  return sum / k;
}

let lastNodes: TransformNodes | undefined;

/** Fourier transform at wave number k [rad per re], 1 at k = 0. @throws ProfileParameterError unless 0.2 <= n <= 10 */
export function sersicTransform(n: number, k: number): number {
  if (lastNodes?.n !== n) lastNodes = sersicTransformNodes(n);
  const size = Math.abs(k);
  if (size >= MOMENT_LIMIT) return transformFromNodes(lastNodes, size);
  const s = size * size;
  return 1 - s * (lastNodes.quadratic - s * lastNodes.quartic);
}
