/**
 * Poisson counts of one mean, for skies that are the same everywhere: Walker's alias table. Each of its 2^m columns stands for
 * 2^(32 - m) of the 2^32 words that a stream may give; a column holds words of its own count and of one other, its alias.
 * Probabilities are whole multiples of 2^-32, each within one of the true one; counts rarer than half of that never come.
 */

/** Largest mean that has a table: its counts fill most of the columns. */
export const MOST_UNIFORM_MEAN = 100_000;
/** Most columns of a table; each takes 8 bytes. */
export const UNIFORM_COLUMN_LIMIT = 8192;
const ALL_WORDS = 4_294_967_296;
/** Counts that are less likely than this fraction of the likeliest have no weight. */
const LEAST_RATIO = 1e-13;

/** An alias table. */
export interface UniformCounts {
  /** The count of the first column. */
  readonly base: number;
  /** Of 32 bits of a word, those that choose the column. */
  readonly columnBits: number;
  /** For each column: below how many of its words the count is its own, and the column that has the others. */
  readonly columns: Int32Array;
}

/** Makes the table of a mean above 0 and up to MOST_UNIFORM_MEAN. */
export function uniformCounts(mean: number): UniformCounts {
  const { base, weights } = poissonWeights(mean);
  let columnBits = 1;
  let count = 2;
  for (; count < weights.length; count *= 2) columnBits++;
  return { base, columnBits, columns: aliasColumns(weights, count) };
}

/** How many of 2^32 words each count from `base` on gets. */
function poissonWeights(mean: number): { readonly base: number; readonly weights: number[] } {
  const mode = Math.floor(mean);
  const below: number[] = [];
  for (let k = mode, ratio = 1; k > 0; k--) {
    ratio *= k / mean;
    if (ratio < LEAST_RATIO) break;
    below.push(ratio);
  }
  const above: number[] = [];
  for (let k = mode + 1, ratio = 1; ; k++) {
    ratio *= mean / k;
    if (ratio < LEAST_RATIO) break;
    above.push(ratio);
  }
  const ratios = [...below.reverse(), 1, ...above];
  const sum = ratios.reduce((a, b) => a + b);
  const weights = ratios.map((ratio) => Math.round((ratio / sum) * ALL_WORDS));
  const likeliest = below.length;
  weights[likeliest]! += ALL_WORDS - weights.reduce((a, b) => a + b);
  let first = 0;
  while (weights[first] === 0) first++;
  let last = weights.length - 1;
  while (weights[last] === 0) last--;
  return { base: mode - likeliest + first, weights: weights.slice(first, last + 1) };
}

/** Fills columns that hold too little from one that holds too much (Vose 1991), in whole words. */
function aliasColumns(weights: readonly number[], count: number): Int32Array {
  const full = ALL_WORDS / count;
  const left = Float64Array.from({ length: count }, (_, i) => weights[i] ?? 0);
  const columns = new Int32Array(2 * count);
  const small: number[] = [];
  const large: number[] = [];
  left.forEach((words, i) => (words < full ? small : large).push(i));
  while (small.length > 0) {
    const to = small.pop()!;
    const from = large[large.length - 1]!;
    columns[2 * to] = left[to]!;
    columns[2 * to + 1] = from;
    left[from]! -= full - left[to]!;
    if (left[from]! < full) {
      large.pop();
      small.push(from);
    }
  }
  for (const i of large) {
    columns[2 * i] = full;
    columns[2 * i + 1] = i;
  }
  return columns;
}
