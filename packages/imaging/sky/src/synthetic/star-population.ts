/**
 * Stars of the synthetic sky: an r magnitude in its shell, a g - r colour from the quantiles of a TRILEGAL sample by
 * magnitude, and the other colours along the stellar locus.
 *
 * r - i = 0.42 (g - r) - 0.02 and i - z = 0.2 (g - r) of that sample up to g - r = 1.15; redder stars (M dwarfs) run steeper in both, u - g and z - y
 * follow the template spectra that star-colour.ts is calibrated on. Good to about 0.1 mag (u 0.2).
 */
import type { Band } from '@imsim-od/astro';
import type { RandomStream } from '@imsim-od/portable-math';
import { SHELL_MAG, shellEdge } from './cell-stream.js';

/** A star. */
export interface SyntheticStar {
  readonly rMag: number;
  /** g - r, AB. */
  readonly gMinusR: number;
}

/** Draws one star of an r-magnitude shell; counts are taken as even within the half magnitude. */
export function drawStar(stream: RandomStream, shell: number): SyntheticStar {
  const rMag = shellEdge(shell) + SHELL_MAG * stream.uniform();
  const quantile = stream.uniform();
  const row = Math.min(3, Math.max(0, (rMag - 16.5) / 3));
  const lower = Math.min(2, Math.floor(row));
  const fraction = row - lower;
  const colourIn = (index: number): number => interpolate(QUANTILES, COLOURS[index] ?? [], quantile);
  return { rMag, gMinusR: colourIn(lower) * (1 - fraction) + colourIn(lower + 1) * fraction };
}

/** AB magnitude of a star in a band. */
export function starMagnitude(star: SyntheticStar, band: Band): number {
  const { rMag, gMinusR } = star;
  const red = Math.max(0, gMinusR - 1.15);
  const i = rMag - (0.42 * (gMinusR - red) - 0.02 + 1.2 * red);
  const z = i - (0.2 * (gMinusR - red) + 0.5 * red);
  switch (band) {
    case 'u':
      return rMag + gMinusR + interpolate(LOCUS_GR, LOCUS_UG, gMinusR);
    case 'g':
      return rMag + gMinusR;
    case 'r':
      return rMag;
    case 'i':
      return i;
    case 'z':
      return z;
    case 'y':
      return z - interpolate(LOCUS_GR, LOCUS_ZY, gMinusR);
  }
}

/** How much brighter in i than in r the reddest star can be. */
export const MAX_R_MINUS_I = 1.15;

const QUANTILES = [0, 0.16, 0.5, 0.84, 1];
/** g - r at the quantiles for r = 16.5, 19.5, 22.5, 25.5. */
const COLOURS: readonly (readonly number[])[] = [
  [0.1, 0.33, 0.57, 1.21, 1.5],
  [0.1, 0.33, 0.92, 1.32, 1.6],
  [0.1, 0.36, 0.91, 1.4, 1.65],
  [0.1, 0.61, 1.06, 1.42, 1.7],
];

const LOCUS_GR = [0.1, 0.36, 0.55, 0.9, 1.2, 1.7];
const LOCUS_UG = [0.85, 0.85, 1.05, 1.75, 2.2, 2.35];
const LOCUS_ZY = [-0.03, 0, 0.05, 0.14, 0.17, 0.3];

function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  let i = 0;
  while (i < xs.length - 2 && (xs[i + 1] ?? Infinity) <= x) i++;
  const x0 = xs[i] ?? 0;
  const x1 = xs[i + 1] ?? 1;
  const y0 = ys[i] ?? 0;
  return y0 + (((ys[i + 1] ?? 0) - y0) * (x - x0)) / (x1 - x0);
}
