/**
 * Keyed random streams: four 32-bit words name a stream, and the same words give the same numbers on every engine and in the
 * WebAssembly kernel. The generator is xoshiro128++ (Blackman and Vigna 2021, ACM Trans. Math. Softw. 47, 36), seeded by
 * two chained 32-bit mixes. The kernel runs four lanes at once from sixteen seed words; the scalar stream is its lane 0.
 */
import { exp } from './exponential.js';
import { logPoissonProbability } from './gamma-function.js';
import { mixWord } from './hash.js';
import { log } from './logarithm.js';
import { inverseNormalCdf } from './normal-distribution.js';
import { pow } from './power.js';

/** A distribution was asked for with a parameter outside its domain. */
export class DistributionParameterError extends Error {
  readonly code = 'MATH_DISTRIBUTION_PARAMETER';
  readonly distribution: string;
  readonly parameter: string;
  readonly value: number;

  constructor(distribution: string, parameter: string, value: number, rule: string) {
    super(`${distribution}: ${parameter} is ${value}, but must be ${rule}.`);
    this.name = 'DistributionParameterError';
    this.distribution = distribution;
    this.parameter = parameter;
    this.value = value;
  }
}

/**
 * The sixteen seed words of the stream (a, b, c, d), each word taken modulo 2^32: state word s of lane l is element 4 s + l, as
 * four 128-bit vectors hold them.
 */
export function seedWords(a: number, b: number, c: number, d: number): Uint32Array {
  let h = mixWord((a + 0x9e3779b9) | 0);
  let g = mixWord(a ^ 0x3c6ef372);
  h = (mixWord(h ^ b) + g) | 0;
  g = mixWord((g + Math.imul(b, 0x27d4eb2f)) | 0) ^ h;
  h = (mixWord(h ^ c) + g) | 0;
  g = mixWord((g + Math.imul(c, 0x165667b1)) | 0) ^ h;
  h = (mixWord(h ^ d) + g) | 0;
  g = mixWord((g + Math.imul(d, 0xd3a2646c)) | 0) ^ h;
  const words = new Uint32Array(16);
  for (let i = 0; i < 16; i++) {
    h = (h + 0x9e3779b9) | 0;
    g = mixWord((g + h) | 0);
    words[i] = mixWord(h) ^ g;
  }
  return words;
}

const TO_UNIT = 2.3283064365386963e-10; // 2^-32

/** One random stream. Each draw advances it; the same key and the same draws give the same numbers. */
export class RandomStream {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;

  /** The stream named by four words (each taken modulo 2^32), for instance visit seed, detector, purpose, item. */
  constructor(a: number, b: number, c: number, d: number) {
    const words = seedWords(a, b, c, d);
    this.#s0 = words[0]! | 0;
    this.#s1 = words[4]! | 0;
    this.#s2 = words[8]! | 0;
    this.#s3 = words[12]! | 0;
  }

  /** The next 32 random bits as an unsigned number. */
  nextU32(): number {
    const sum = (this.#s0 + this.#s3) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + this.#s0) | 0;
    const t = this.#s1 << 9;
    let s2 = this.#s2 ^ this.#s0;
    let s3 = this.#s3 ^ this.#s1;
    this.#s1 ^= s2;
    this.#s0 ^= s3;
    s2 ^= t;
    s3 = (s3 << 11) | (s3 >>> 21);
    this.#s2 = s2;
    this.#s3 = s3;
    return result >>> 0;
  }

  /** Uniform over (0, 1): (u + 1/2) / 2^32, so never 0 nor 1. One word. */
  uniform(): number {
    return (this.nextU32() + 0.5) * TO_UNIT;
  }

  /** Normal with mean 0 and variance 1, by the quantile function: within +-6.34, resolution 2^-32 in probability. One word. */
  normal(): number {
    return inverseNormalCdf(this.uniform());
  }

  /** Exponential with mean 1. One word. */
  exponential(): number {
    return -log(this.uniform());
  }

  /**
   * A Poisson count of this mean, exact in distribution up to the resolution of the uniform numbers: inversion below 10 (one word),
   * transformed rejection (Hoermann 1993, Insurance: Math. Econ. 12, 39, algorithm PTRS) above.
   * @throws DistributionParameterError when the mean is negative, NaN or above 2^52.
   */
  poisson(mean: number): number {
    if (!(mean >= 0 && mean <= 4503599627370496)) {
      throw new DistributionParameterError('poisson', 'mean', mean, 'between 0 and 2^52');
    }
    return mean < 10 ? this.#poissonByInversion(mean) : this.#poissonByRejection(mean);
  }

  #poissonByInversion(mean: number): number {
    let left = this.uniform();
    let probability = exp(-mean);
    let k = 0;
    // Beyond 200 the probability left (mean < 10) is far below the smallest uniform step.
    while (left > probability && k < 200) {
      left -= probability;
      k++;
      probability *= mean / k;
    }
    return k;
  }

  #poissonByRejection(mean: number): number {
    const root = Math.sqrt(mean);
    const b = 0.931 + 2.53 * root;
    const a = -0.059 + 0.02483 * b;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const squeeze = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const side = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / side + b) * u + mean + 0.43);
      if (side >= 0.07 && v <= squeeze) return k;
      if (k < 0 || (side < 0.013 && v > side)) continue;
      if (log((v * inverseAlpha) / (a / (side * side) + b)) <= logPoissonProbability(k, mean)) return k;
    }
  }

  /**
   * Gamma variate of this shape and scale 1 (Marsaglia and Tsang 2000, ACM Trans. Math. Softw. 26, 363).
   * @throws DistributionParameterError when the shape is not positive and finite.
   */
  gammaVariate(shape: number): number {
    if (!(shape > 0 && shape < Infinity)) {
      throw new DistributionParameterError('gammaVariate', 'shape', shape, 'positive and finite');
    }
    if (shape < 1) return this.gammaVariate(shape + 1) * pow(this.uniform(), 1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const t = 1 + c * x;
      if (t <= 0) continue;
      const v = t * t * t;
      const logU = log(this.uniform());
      if (logU < 0.5 * x * x + d * (1 - v + log(v))) return d * v;
    }
  }
}
