/**
 * Upper bounds of the radii in a radius table. A word with its top bit set leads into the outer half of the light, the
 * farther the less the rest of it; any other word leads into the inner half.
 */
import { binOf, binStart } from './float-bins.js';

/** Bins of either half of a radius table. */
const BINS = 1024;
/** The kernel reads the table in single precision. */
const ROUNDING = 1 + 1e-6;
/** Words of the outer half; as signed integers they are the negative ones. */
const OUTER_WORDS = 0x8000_0000;

/** The largest radius that a radius table gives for a word and all that are larger as signed integers. */
export class RadiusBounds {
  /** For each bin of the outer half the largest radius in it and inwards; last, that of the inner half. */
  private readonly bounds = new Float64Array(BINS + 1);

  constructor(radiusTable: Float32Array) {
    const mostIn = (half: number, bin: number): number => {
      const [a, b] = [radiusTable[2 * (half + bin)]!, radiusTable[2 * (half + bin) + 1]!];
      return ROUNDING * Math.max(a + b * binStart(0, bin), a + b * binStart(0, bin + 1));
    };
    let largest = 0;
    for (let bin = 0; bin < BINS; bin++) largest = Math.max(largest, mostIn(0, bin));
    this.bounds[BINS] = largest;
    for (let bin = BINS - 1; bin >= 0; bin--) {
      largest = Math.max(largest, mostIn(BINS, bin));
      this.bounds[bin] = largest;
    }
  }

  /** The radius that no photon passes whose word is this one or a larger one, in the unit of the table. */
  at(word: number): number {
    return this.bounds[word < 0 ? binOf(0, BINS, (word & 0x7fffffff) | 1) : BINS]!;
  }

  /** A word such that no larger one leads beyond `radius`, in the unit of the table. */
  limitOf(radius: number): number {
    if (this.bounds[BINS]! > radius) return 0x7fffffff;
    // bounds fall from bin to bin: the first one within the radius
    let [low, high] = [0, BINS];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.bounds[middle]! > radius) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -OUTER_WORDS : Math.min(binStart(0, low), OUTER_WORDS) - 1 - OUTER_WORDS;
  }
}
