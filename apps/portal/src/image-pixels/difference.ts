/** The statistics of a difference image, in one pass. */
import type { Pixels } from './statistics.js';

/** What differs. */
export interface DifferenceFacts {
  readonly pixels: number;
  readonly differing: number;
  readonly sum: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
  readonly least: number;
  readonly greatest: number;
  /** Position of the pixel that differs most, FITS. */
  readonly mostX: number;
  readonly mostY: number;
}

/** Of b - a. */
export function differenceFacts({ nx, values }: Pixels): DifferenceFacts {
  let [differing, sum, squares, least, greatest, most] = [0, 0, 0, Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value !== 0) differing++;
    sum += value;
    squares += value * value;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    if (Math.abs(value) > Math.abs(values[most] ?? 0)) most = i;
  }
  const mean = sum / values.length;
  return {
    pixels: values.length,
    differing,
    sum,
    mean,
    deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)),
    least,
    greatest,
    mostX: (most % nx) + 1,
    mostY: Math.floor(most / nx) + 1,
  };
}
