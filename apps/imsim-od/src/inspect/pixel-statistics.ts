/** Statistics of an image's pixels. NaN and BLANK pixels are counted apart. */
import type { PixelArray } from '@imsim-od/fits';

/** What is told of pixels. */
export interface PixelStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Median of all pixels up to a million, else of a million evenly spaced ones. */
  readonly median: number;
  /** Standard deviation. */
  readonly deviation: number;
  /** 1.4826 times the median absolute deviation: the width of the sky. */
  readonly robustDeviation: number;
  readonly sum: number;
  /** Pixels without a value. */
  readonly blank: number;
}

const SAMPLE_PIXELS = 1_000_000;

/** The statistics of pixel values; all zero where no pixel has a value. */
export function pixelStatistics(
  values: PixelArray,
  blankValue: number | bigint | null = null,
): PixelStatistics {
  const step = Math.max(1, Math.ceil(values.length / SAMPLE_PIXELS));
  const sample = new Float64Array(Math.ceil(values.length / step));
  let sampled = 0;
  let nextSample = 0;
  let count = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const stored = values[i]!;
    const value = Number(stored);
    const isBlank = Number.isNaN(value) || stored === blankValue;
    if (!isBlank) {
      count++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      const offset = value - mean;
      mean += offset / count;
      squares += offset * (value - mean);
    }
    if (i >= nextSample && !isBlank) {
      sample[sampled++] = value;
      nextSample += step;
    }
  }
  if (count === 0) {
    return {
      min: 0,
      max: 0,
      mean: 0,
      median: 0,
      deviation: 0,
      robustDeviation: 0,
      sum: 0,
      blank: values.length,
    };
  }
  const chosen = sample.subarray(0, sampled).sort();
  const median = middleOf(chosen);
  const distances = chosen.map((value) => Math.abs(value - median)).sort();
  return {
    min,
    max,
    mean: sum / count,
    median,
    deviation: Math.sqrt(squares / count),
    robustDeviation: 1.4826 * middleOf(distances),
    sum,
    blank: values.length - count,
  };
}

function middleOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
