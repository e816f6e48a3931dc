import { describe, expect, it } from 'vitest';
import { createKernel } from './kernel.js';
import { loadKernelAssets } from './node/assets.js';
import { LaneWords } from './reference/random-lanes.js';
import { MOST_UNIFORM_MEAN, uniformCounts, UNIFORM_COLUMN_LIMIT } from './uniform-counts.js';

const kernel = await createKernel(await loadKernelAssets());

/** The Poisson probability by its definition, logarithms summed. */
function probability(k: number, mean: number): number {
  let logarithm = k * Math.log(mean) - mean;
  for (let i = 2; i <= k; i++) logarithm -= Math.log(i);
  return Math.exp(logarithm);
}

/** How many of the 2^32 words give each count. */
function wordsOf(mean: number): Map<number, number> {
  const { base, columnBits, columns } = uniformCounts(mean);
  const words = new Map<number, number>();
  const give = (column: number, share: number) =>
    words.set(base + column, (words.get(base + column) ?? 0) + share);
  const full = 2 ** (32 - columnBits);
  for (let i = 0; i < 2 ** columnBits; i++) {
    give(i, columns[2 * i]!);
    give(columns[2 * i + 1]!, full - columns[2 * i]!);
  }
  return words;
}

const MEANS = [1e-12, 1e-3, 0.7, 3, 11.9, 12, 100.5, 800, 5e3];

describe('the alias table of a mean', () => {
  it.each(MEANS)('of %f gives each count its Poisson probability, to 2^-32', (mean) => {
    const words = wordsOf(mean);
    let [sum, largestError, likeliest] = [0, 0, 0];
    for (let k = 0; k < mean + 40 * Math.sqrt(mean) + 40; k++) {
      const share = words.get(k) ?? 0;
      const error = Math.abs(share - 2 ** 32 * probability(k, mean));
      sum += share;
      // what rounding leaves over is the likeliest count's, some tens of words
      if (k === Math.floor(mean)) likeliest = error;
      else largestError = Math.max(largestError, error);
    }
    expect(sum).toBe(2 ** 32);
    // half a word of rounding; the definition's logarithms are good to 1e-11 here, of 4e7 words to a count at most
    expect(largestError).toBeLessThan(0.51);
    expect(likeliest).toBeLessThan(60);
  });

  it('fits its place for the largest mean', () => {
    const { columnBits, columns } = uniformCounts(MOST_UNIFORM_MEAN);
    expect(columns.length).toBe(2 * 2 ** columnBits);
    expect(2 ** columnBits).toBeLessThanOrEqual(UNIFORM_COLUMN_LIMIT);
  });
});

describe('realiseUniform', () => {
  it.each(MEANS)('adds what the words of a row’s stream mean in the table of %f', (mean) => {
    const [nx, ny] = [2048, 2];
    const frame = kernel.openFrame(nx, ny);
    frame.countsRow(1).fill(7);
    frame.countsRow(1)[3] = 2_147_483_647;
    frame.realiseUniform(mean, [1, 2, 3]);
    const { base, columnBits, columns } = uniformCounts(mean);
    const expected = (y: number): number[] => {
      const lanes = new LaneWords([1, 2, 3, y]);
      return Array.from({ length: nx / 4 }, () => lanes.next()).flatMap((words) =>
        words.map((word) => {
          const column = word >>> (32 - columnBits);
          const own = (word & (0xffff_ffff >>> columnBits)) < columns[2 * column]!;
          return base + (own ? column : columns[2 * column + 1]!);
        }),
      );
    };
    expect([...frame.countsRow(0)]).toEqual(expected(0));
    const second = expected(1).map((count) => count + 7);
    second[3] = 2_147_483_647;
    expect([...frame.countsRow(1)]).toEqual(second);
  });
});
