import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { hashString32, hashWords, mixWord } from './hash.js';
import { DistributionParameterError, RandomStream, seedWords } from './random-stream.js';
import { regularizedGammaQ } from './incomplete-gamma.js';
import { lgamma } from './gamma-function.js';

// The generator and its seeding written again in Python integers, masked to 32 bits.
const REFERENCE = `
import sys, json
M = 0xffffffff
def mix(h):
  h ^= h >> 16; h = h * 0x85ebca6b & M; h ^= h >> 13; h = h * 0xc2b2ae35 & M; return h ^ (h >> 16)
def seed(a, b, c, d):
  h = mix((a + 0x9e3779b9) & M); g = mix(a ^ 0x3c6ef372)
  for w, k in ((b, 0x27d4eb2f), (c, 0x165667b1), (d, 0xd3a2646c)):
    h = (mix(h ^ w) + g) & M; g = mix((g + w * k) & M) ^ h
  out = []
  for i in range(16):
    h = (h + 0x9e3779b9) & M; g = mix((g + h) & M); out.append(mix(h) ^ g)
  return out
rotl = lambda x, k: (x << k | x >> (32 - k)) & M
def draws(words, n):
  s = [words[0], words[4], words[8], words[12]]; out = []
  for _ in range(n):
    out.append((rotl((s[0] + s[3]) & M, 7) + s[0]) & M)
    t = s[1] << 9 & M
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotl(s[3], 11)
  return out
print(json.dumps([[seed(*k), draws(seed(*k), 100)] for k in json.load(sys.stdin)]))
`;

/** Chi-square probability of counts against expectations, bins joined until each expects at least 10. */
function chiSquareProbability(counts: readonly number[], expected: readonly number[]): number {
  let chi2 = 0;
  let bins = 0;
  let observedSum = 0;
  let expectedSum = 0;
  expected.forEach((e, i) => {
    observedSum += counts[i] ?? 0;
    expectedSum += e;
    if (expectedSum < 10) return;
    chi2 += (observedSum - expectedSum) ** 2 / expectedSum;
    bins++;
    observedSum = expectedSum = 0;
  });
  return regularizedGammaQ((bins - 1) / 2, chi2 / 2);
}

/** The mean and variance of n draws. */
function moments(n: number, draw: () => number): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  const first = draw();
  for (let i = 0; i < n; i++) {
    const d = draw() - first;
    sum += d;
    squares += d * d;
  }
  return { mean: first + sum / n, variance: squares / n - (sum / n) ** 2 };
}

describe('random streams', () => {
  it.skipIf(!hasPython)('seeds and draws as the same algorithm in Python integers', () => {
    const keys = [
      [0, 0, 0, 0],
      [1, 2, 3, 4],
      [0xffffffff, 0x80000000, 94, 7],
      [182850, 94, 3, 0xdeadbeef],
    ];
    const truth = askPython<[number[], number[]][]>(REFERENCE, keys);
    keys.forEach(([a, b, c, d], i) => {
      expect([...seedWords(a!, b!, c!, d!)]).toEqual(truth[i]![0]);
      const stream = new RandomStream(a!, b!, c!, d!);
      expect(truth[i]![1].map(() => stream.nextU32())).toEqual(truth[i]![1]);
    });
  });

  it('gives uniform numbers inside (0, 1), equally in 64 bins', () => {
    const stream = new RandomStream(1, 1, 1, 1);
    const n = 64_000;
    const counts = new Array<number>(64).fill(0);
    for (let i = 0; i < n; i++) counts[Math.floor(stream.uniform() * 64)]!++;
    // A fixed seed: the probability is one number, and a broken generator gives 0.
    expect(
      chiSquareProbability(
        counts,
        counts.map(() => n / 64),
      ),
    ).toBeGreaterThan(1e-3);
    expect((0xffffffff + 0.5) * 2.3283064365386963e-10).toBeLessThan(1);
  });

  it('gives normal numbers with the moments and quantiles of the normal distribution', () => {
    const stream = new RandomStream(5, 6, 7, 8);
    const n = 200_000;
    const { mean, variance } = moments(n, () => stream.normal());
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n)); // 4 sigma
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    let beyondTwo = 0;
    for (let i = 0; i < n; i++) if (Math.abs(stream.normal()) > 2) beyondTwo++;
    const p = 0.04550026389635842;
    expect(Math.abs(beyondTwo - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)));
  });

  it.each([0.1, 3, 9.99, 10, 27.5, 200])(
    'gives Poisson counts of mean %f as their distribution says',
    (mean) => {
      const stream = new RandomStream(9, 9, 9, Math.round(mean * 100));
      const n = 60_000;
      const top = Math.ceil(mean + 8 * Math.sqrt(mean) + 8);
      const counts = new Array<number>(top).fill(0);
      for (let i = 0; i < n; i++) counts[Math.min(stream.poisson(mean), top - 1)]!++;
      const expected = counts.map((_, k) => n * Math.exp(k * Math.log(mean) - mean - lgamma(k + 1)));
      expect(chiSquareProbability(counts, expected)).toBeGreaterThan(1e-3);
    },
  );

  it.each([1e6, 1e12, 2 ** 50])('gives Poisson counts of the large mean %f with its moments', (mean) => {
    const stream = new RandomStream(3, 1, 4, 1);
    const n = 20_000;
    const got = moments(n, () => stream.poisson(mean));
    expect(Math.abs(got.mean - mean)).toBeLessThan(4 * Math.sqrt(mean / n));
    expect(Math.abs(got.variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  it('gives no count at mean 0 and refuses what is no mean', () => {
    const stream = new RandomStream(0, 0, 0, 1);
    expect(stream.poisson(0)).toBe(0);
    for (const mean of [-1, NaN, Infinity, 1e17]) {
      expect(() => stream.poisson(mean)).toThrow(DistributionParameterError);
    }
    expect(() => stream.gammaVariate(0)).toThrow(
      'gammaVariate: shape is 0, but must be positive and finite.',
    );
  });

  it.each([0.3, 1, 4.5])(
    'gives gamma variates of shape %f with their mean and variance, exponentials too',
    (shape) => {
      const stream = new RandomStream(2, 7, 1, 8);
      const n = 100_000;
      const got = moments(n, () => stream.gammaVariate(shape));
      expect(Math.abs(got.mean - shape)).toBeLessThan(4 * Math.sqrt(shape / n));
      // Var(s^2) / s^4 = (2 + kurtosis) / n, kurtosis 6 / shape
      expect(Math.abs(got.variance / shape - 1)).toBeLessThan(4 * Math.sqrt((2 + 6 / shape) / n));
      const exponential = moments(n, () => stream.exponential());
      expect(Math.abs(exponential.mean - 1)).toBeLessThan(4 / Math.sqrt(n));
    },
  );
});

describe('hashes', () => {
  it('change about half their bits when one input bit changes', () => {
    let flipped = 0;
    let trials = 0;
    for (let i = 0; i < 500; i++) {
      for (const other of [mixWord(i) ^ mixWord(i ^ 4), hashWords(i, 7) ^ hashWords(i ^ 1, 7)]) {
        flipped += (other >>> 0).toString(2).replaceAll('0', '').length;
        trials += 32;
      }
    }
    expect(Math.abs(flipped / trials - 0.5)).toBeLessThan(0.015); // 32,000 bits: 5 sigma is 0.014
  });

  it('tell texts, salts, orders and lengths apart', () => {
    const texts = ['', 'R22_S11', 'R22_S12', 'a', 'b', 'ab', 'ba', '\u0000', '\u0000\u0000'];
    const hashes = texts.flatMap((t) => [hashString32(t), hashString32(t, 1)]);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(new Set([hashWords(), hashWords(0), hashWords(0, 0), hashWords(1, 2), hashWords(2, 1)]).size).toBe(
      5,
    );
    for (const h of hashes) expect(Number.isInteger(h) && h >= 0 && h < 2 ** 32).toBe(true);
    expect(hashWords(-1)).toBe(hashWords(0xffffffff));
  });
});
