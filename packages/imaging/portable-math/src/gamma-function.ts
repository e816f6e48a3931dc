/**
 * gamma, lgamma, and the two pieces that keep Poisson and gamma probabilities accurate at large arguments: Stirling's error
 * and the deviance x log(x / m) + m - x (Loader 2000). Between 1/2 and 3 lgamma is (x - 1)(x - 2) times a Chebyshev series, so its
 * zeros are exact; beyond 12 Stirling's series. gamma of an integer is the correctly rounded factorial.
 * Accuracy: relative error below 4e-15 (gamma, positive lgamma), absolute 1e-14 for lgamma of negative arguments.
 */
import { chebyshevSum } from './chebyshev.js';
import { productError, sumError } from './double-double.js';
import { expOfSum } from './exponential.js';
import { log, logParts } from './logarithm.js';
import { sin } from './trigonometry.js';

const PI = 3.141592653589793;
const HALF_LOG_TWO_PI = 0.9189385332046728;

/** gamma(3/2 + u / 2) as a series in u, -1..1. */
const GAMMA: readonly number[] = [
  0.9417855977954946, 0.004415381324841007, 0.05685043681599363, -0.00421983539641856, 0.0013268081812124603,
  -0.00018930245297988805, 3.606925327441245e-5, -6.056761904460864e-6, 1.0558295463022833e-6,
  -1.811967365542384e-7, 3.117724964715322e-8, -5.354219639019687e-9, 9.193275519859589e-10,
  -1.5779412802883398e-10, 2.7079806229349544e-11, -4.64681865382573e-12, 7.97335019200742e-13,
  -1.368078209830916e-13, 2.3473194865638007e-14, -4.027432614949067e-15, 6.910051747372101e-16,
  -1.185584500221993e-16, 2.034148542496374e-17, -3.490054341717406e-18,
];

/** lgamma(x) / ((x - 1)(x - 2)) as a series in x from 1/2 to 3. */
const LOG_GAMMA: readonly number[] = [
  0.4969196496241282, -0.18983770295364127, 0.051642363278249136, -0.01620888582719529, 0.005480868756901195,
  -0.0019373470781938534, 0.0007048910082035581, -0.00026169697337740814, 9.861130565519249e-5,
  -3.7584856908988406e-5, 1.4455839828556131e-5, -5.6014342781194404e-6, 2.1839963102639326e-6,
  -8.560510993494189e-7, 3.3707703487176757e-7, -1.3325698991082197e-7, 5.286623421759879e-8,
  -2.1039026610571943e-8, 8.396346115994458e-9, -3.3593279703588836e-9, 1.347128417758247e-9,
  -5.413413585081661e-10, 2.179523895564128e-10, -8.790476934031152e-11, 3.551107466208523e-11,
  -1.4366889879916915e-11, 5.820523962016641e-12, -2.361128116146316e-12, 9.589528652171644e-13,
  -3.8990699504056754e-13, 1.5870109734168948e-13, -6.465854220933822e-14, 2.6367771020705008e-14,
  -1.0762152407586304e-14, 4.396243296659399e-15, -1.797221357503132e-15, 7.352595459272878e-16,
  -3.010110271283285e-16, 1.2331372609685956e-16, -5.054910883766592e-17, 2.073363598084663e-17,
  -8.509128175401906e-18,
];

let factorialsMade: Float64Array | undefined;

/** n! for n up to 170, correctly rounded; made when first asked for. */
function factorials(): Float64Array {
  if (factorialsMade) return factorialsMade;
  const made = new Float64Array(171).fill(1);
  let product = 1n;
  for (let n = 1; n <= 170; n++) {
    product *= BigInt(n);
    made[n] = Number(product);
  }
  return (factorialsMade = made);
}

/** lgamma(x + 1) - (x + 1/2) log x + x - log(2 pi) / 2 for x > 0: the error of Stirling's formula for x!. */
export function stirlingError(x: number): number {
  if (x < 8) return lgamma(x + 1) - (x + 0.5) * log(x) + x - HALF_LOG_TWO_PI;
  const z = 1 / (x * x);
  const series =
    1 / 12 -
    z *
      (1 / 360 -
        z *
          (1 / 1260 -
            z *
              (1 / 1680 -
                z *
                  (1 / 1188 -
                    z * (691 / 360360 - z * (1 / 156 - z * (3617 / 122400 - z * (43867 / 244188))))))));
  return series / x;
}

/** x log(x / mean) + mean - x >= 0 for x >= 0, mean > 0, without cancellation where x is near the mean. */
export function deviance(x: number, mean: number): number {
  if (x === 0) return mean;
  const d = x - mean;
  if (Math.abs(d) < 0.4 * (x + mean)) {
    // With v = (x - m) / (x + m): (x - m) v + 2 x (v^3 / 3 + v^5 / 5 + ...)
    const v = d / (x + mean);
    const square = v * v;
    let term = 2 * x * v;
    let sum = d * v;
    for (let n = 3; n < 60; n += 2) {
      term *= square;
      const next = sum + term / n;
      if (next === sum) break;
      sum = next;
    }
    return sum;
  }
  return x * log(x / mean) - d;
}

/** sin(pi x), with x reduced exactly. */
function sinOfPiTimes(x: number): number {
  const n = Math.round(x);
  const value = sin(PI * (x - n));
  return n % 2 === 0 ? value : -value;
}

/** Natural logarithm of |gamma(x)|; Infinity at 0 and the negative integers. */
export function lgamma(x: number): number {
  if (x !== x) return NaN;
  if (x === Infinity || x === -Infinity) return Infinity;
  if (x < 0) {
    const s = Math.abs(sinOfPiTimes(x));
    return s === 0 ? Infinity : log(PI / (s * -x)) - lgamma(-x);
  }
  if (x === 0) return Infinity;
  if (x < 0.5) return lgamma(1 + x) - log(x);
  if (x <= 3) return (x - 1) * (x - 2) * chebyshevSum(LOG_GAMMA, (x - 1.75) / 1.25) + 0;
  if (x < 12) {
    let y = x;
    let product = 1;
    while (y > 3) {
      y -= 1;
      product *= y;
    }
    return log(product) + lgamma(y);
  }
  if (x > 1e17) return x * (log(x) - 1);
  return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + stirlingError(x);
}

/** Gamma function; NaN at the negative integers, Infinity above 171.62. */
export function gamma(x: number): number {
  if (x !== x || x === -Infinity) return NaN;
  if (x === 0) return 1 / x;
  const whole = Math.floor(x) === x;
  if (whole && x < 0) return NaN;
  if (whole && x <= 171) return factorials()[x - 1]!;
  if (x > 171.7) return Infinity;
  if (x < 0) {
    if (x < -184) return Math.floor(x) % 2 === 0 ? 0 : -0;
    // Reflection, with gamma(-x) rather than gamma(1 - x), so that the argument stays exact.
    const above = gamma(-x);
    return above === Infinity ? 0 : -PI / (x * sinOfPiTimes(x) * above);
  }
  if (x < 20) {
    let y = x;
    let product = 1;
    while (y > 2) {
      y -= 1;
      product *= y;
    }
    const divisor = y < 1 ? y : 1;
    if (y < 1) y += 1;
    return (product * chebyshevSum(GAMMA, 2 * y - 3)) / divisor;
  }
  const parts = logParts(x);
  const power = x - 0.5;
  const product = power * parts[0]!;
  const productLow = productError(power, parts[0]!, product) + power * parts[1]!;
  const sum = product - x;
  const rest = sumError(product, -x, sum) + productLow + HALF_LOG_TWO_PI + stirlingError(x);
  const hi = sum + rest;
  return expOfSum(hi, rest - (hi - sum));
}

/** log of the Poisson probability of the integer count k >= 0 at this mean > 0; accurate for counts up to 2^53. */
export function logPoissonProbability(k: number, mean: number): number {
  if (k === 0) return -mean;
  return -stirlingError(k) - deviance(k, mean) - 0.5 * log(k) - HALF_LOG_TWO_PI;
}
