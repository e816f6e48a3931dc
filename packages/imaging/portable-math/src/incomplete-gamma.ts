/**
 * The regularized incomplete gamma functions P(a, x) (lower) and Q(a, x) (upper), and their inverses. Below x = a + 1 the power
 * series, above the continued fraction by Lentz's method. The common factor x^a e^-x / gamma(a + 1) is taken
 * from the deviance, so large a keep their accuracy. The inverses are Newton's method on log P or log Q against log x, where both
 * are concave, so that it converges from one side. Accuracy: relative error below 2e-14 for a <= 1000; work grows as sqrt(a).
 */
import { exp } from './exponential.js';
import { deviance, gamma, lgamma, stirlingError } from './gamma-function.js';
import { log } from './logarithm.js';
import { pow } from './power.js';

const TWO_PI = 6.283185307179586;

/** x^a e^-x / gamma(a + 1). */
function commonFactor(a: number, x: number): number {
  if (a < 30) {
    const power = pow(x, a);
    if (power > 1e-290 && power < 1e290) return (power * exp(-x)) / gamma(a + 1);
  }
  if (a < 8) return exp(a * log(x) - x - lgamma(a + 1));
  return exp(-deviance(a, x) - stirlingError(a)) / Math.sqrt(TWO_PI * a);
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return commonFactor(a, x) * sum;
}

function upperFraction(a: number, x: number): number {
  const TINY = 1e-300;
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 1e7; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + numerator / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const change = c * d;
    h *= change;
    if (Math.abs(change - 1) < 3e-16) break;
  }
  return commonFactor(a, x) * a * h;
}

/** P(a, x): the probability that a gamma variate of shape a is below x; a > 0, x >= 0, else NaN. */
export function regularizedGammaP(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return NaN;
  if (x === 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** Q(a, x) = 1 - P(a, x), accurate in its tail. */
export function regularizedGammaQ(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return NaN;
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

/** Newton's method for log f(x) = log target in log x, from x; slope is +1 where f rises. */
function solve(
  a: number,
  target: number,
  f: (a: number, x: number) => number,
  slope: number,
  start: number,
): number {
  const goal = log(target);
  let x = start;
  for (let i = 0; i < 200; i++) {
    const value = f(a, x);
    const derivative = (slope * commonFactor(a, x) * a) / value;
    const step = Math.max(-0.7, Math.min(0.7, (goal - log(value)) / derivative));
    const next = x * exp(step);
    if (Math.abs(step) < 4e-16 || next === x) return next;
    // Close to the solution a Newton step squares the error.
    if (Math.abs(step) < 1e-9) return next;
    x = next;
  }
  return x;
}

/** The x with P(a, x) = p; a > 0, 0 <= p <= 1, else NaN. */
export function inverseRegularizedGammaP(a: number, p: number): number {
  if (!(a > 0 && p >= 0 && p <= 1)) return NaN;
  if (p === 0) return 0;
  if (p === 1) return Infinity;
  if (p > 0.5) return solve(a, 1 - p, regularizedGammaQ, -1, a);
  const start = exp((log(p) + lgamma(a + 1)) / a);
  return start === 0 ? 0 : solve(a, p, regularizedGammaP, 1, start);
}

/** The x with Q(a, x) = q; keeps the relative accuracy of a small q. */
export function inverseRegularizedGammaQ(a: number, q: number): number {
  if (!(a > 0 && q >= 0 && q <= 1)) return NaN;
  if (q === 0) return Infinity;
  if (q > 0.5) return inverseRegularizedGammaP(a, 1 - q);
  return solve(a, q, regularizedGammaQ, -1, a);
}
