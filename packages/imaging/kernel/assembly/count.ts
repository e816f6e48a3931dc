// One Poisson count from a scalar stream: the numbers that RandomStream.poisson of portable-math draws, decision by decision.
// Logarithms and exponentials here are good to 1e-13, not to the last bit; a decision closer than that is not taken but
// handed to the host (-1), so that the count is that of the host's exact functions always.
import { expMinus } from './poisson';
import { seed } from './rng';

let s0: u32 = 0;
let s1: u32 = 0;
let s2: u32 = 0;
let s3: u32 = 0;

// @ts-ignore: decorator
@inline
const MARGIN: f64 = 1e-9;
// @ts-ignore: decorator
@inline
const HALF_LOG_TWO_PI: f64 = 0.9189385332046728;

/** The next number of (0, 1). */
function uniform(): f64 {
  const r = rotl<u32>(s0 + s3, 7) + s0;
  const t = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  s3 = rotl<u32>(s3, 11);
  return (<f64>r + 0.5) * 2.3283064365386963e-10;
}

/** Natural logarithm of a positive normal number: 2 atanh((m - 1) / (m + 1)), m in [sqrt 1/2, sqrt 2); error about 1e-15. */
function ln(x: f64): f64 {
  const i = reinterpret<i64>(x) - 0x3fe6a09e667f3bcd;
  const m = reinterpret<f64>((i & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd);
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p = z * (2.0 / 21) + 2.0 / 19;
  p = p * z + 2.0 / 17;
  p = p * z + 2.0 / 15;
  p = p * z + 2.0 / 13;
  p = p * z + 2.0 / 11;
  p = p * z + 2.0 / 9;
  p = p * z + 2.0 / 7;
  p = p * z + 2.0 / 5;
  p = p * z + 2.0 / 3;
  p = p * z + 2;
  return p * s + <f64>(i >> 52) * 0.6931471805599453;
}

/** ln k! + k - (k + 1/2) ln k - ln(2 pi) / 2, k from 1 on: the error of Stirling's formula. */
function stirlingError(k: f64): f64 {
  if (k < 16) {
    let factorial = 1.0;
    for (let i = 2.0; i <= k; i++) factorial *= i;
    return ln(factorial) + k - (k + 0.5) * ln(k) - HALF_LOG_TWO_PI;
  }
  const z = 1 / (k * k);
  return (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188))))) / k;
}

/** k ln(k / mean) + mean - k, without cancellation near the mean (Loader 2000). */
function deviance(k: f64, mean: f64): f64 {
  const d = k - mean;
  if (Math.abs(d) >= 0.4 * (k + mean)) return k * ln(k / mean) - d;
  const v = d / (k + mean);
  const square = v * v;
  let term = 2 * k * v;
  let sum = d * v;
  for (let n = 3.0; n < 60; n += 2) {
    term *= square;
    const next = sum + term / n;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

function logProbability(k: f64, mean: f64): f64 {
  return k == 0 ? -mean : -stirlingError(k) - deviance(k, mean) - 0.5 * ln(k) - HALF_LOG_TWO_PI;
}

function byInversion(mean: f64): f64 {
  let left = uniform();
  let probability = expMinus(mean);
  let k = 0;
  while (k < 200) {
    if (Math.abs(left - probability) < 1e-13) return -1;
    if (left <= probability) break;
    left -= probability;
    k++;
    probability *= mean / <f64>k;
  }
  return <f64>k;
}

/** Transformed rejection (Hoermann 1993, algorithm PTRS). */
function byRejection(mean: f64): f64 {
  const root = Math.sqrt(mean);
  const b = 0.931 + 2.53 * root;
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  while (true) {
    const u = uniform() - 0.5;
    const v = uniform();
    const side = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / side + b) * u + mean + 0.43);
    if (side >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (side < 0.013 && v > side)) continue;
    const excess = ln((v * inverseAlpha) / (a / (side * side) + b)) - logProbability(k, mean);
    if (Math.abs(excess) < MARGIN) return -1;
    if (excess < 0) return k;
  }
}

/** A Poisson count of a mean from 0 to 1e6 from the stream (a, b, c, d); -1 where the host has to decide. Uses 64 bytes at `state`. */
export function poissonCount(state: usize, a: u32, b: u32, c: u32, d: u32, mean: f64): f64 {
  seed(state, a, b, c, d);
  s0 = load<u32>(state);
  s1 = load<u32>(state, 16);
  s2 = load<u32>(state, 32);
  s3 = load<u32>(state, 48);
  return mean < 10 ? byInversion(mean) : byRejection(mean);
}
