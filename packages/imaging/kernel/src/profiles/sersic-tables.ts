/**
 * Radius and transform tables of the Sersic profile on the grid n = 0.30, 0.35, ..., 6.20, in half-light radii.
 */
import {
  exp,
  lgamma,
  log,
  pow,
  regularizedGammaP,
  regularizedGammaQ,
  sin,
  cos,
  gamma,
} from '@imsim-od/portable-math';
import { sersicB, sersicTransformNodes } from './sersic-profile.js';
import {
  fitBin,
  fitRadiusTable,
  octaveNode,
  SERSIC_TRANSFORM_BINS,
  SERSIC_TRANSFORM_MIN_EXPONENT,
} from './table-bins.js';

/** Number of indices on the grid. */
export const SERSIC_GRID_SIZE = 119;

/** Sersic index of grid point i: 0.30 + 0.05 i, i = 0..118. */
export function sersicGridIndex(i: number): number {
  return (6 + i) / 20;
}

/** The radius table of one index; see fitRadiusTable. */
export function makeSersicRadiusTable(n: number): Float32Array {
  const a = 2 * n;
  const b = sersicB(n);
  const logGamma = lgamma(a);
  // Neighbouring fractions differ by a few per cent: Newton's method on log x from a straight continuation of the last two.
  let logX = 0;
  let lastSide = -1;
  let lastLog = 0;
  let slope = 0;
  const radius = (side: 0 | 1, fraction: number): number => {
    const goal = log(fraction);
    if (side !== lastSide) {
      lastSide = side;
      logX = log(b);
      slope = 0;
      lastLog = goal;
    }
    logX += slope * (goal - lastLog);
    for (let i = 0; i < 50; i++) {
      const x = exp(logX);
      const value = side === 0 ? regularizedGammaP(a, x) : regularizedGammaQ(a, x);
      slope = value / exp(a * logX - x - logGamma);
      if (side === 1) slope = -slope;
      const step = slope * (goal - log(value));
      logX += step;
      if (Math.abs(step) < 1e-6) break;
    }
    lastLog = goal;
    return pow(exp(logX) / b, n);
  };
  // <r^2> of what lies outside r is b^-2n gamma(4n) Q(4n, x) / gamma(2n), over the fraction outside.
  const farRmsRadius = (r: number): number => {
    const x = b * pow(r, 1 / n);
    const outside = regularizedGammaQ(a, x);
    return Math.sqrt((gamma(4 * n) * regularizedGammaQ(4 * n, x)) / (gamma(a) * outside)) * pow(b, -n);
  };
  return fitRadiusTable(radius, farRmsRadius);
}

const STEPS_PER_OCTAVE = 64;
const HALF_LN2 = 0.34657359027997264;

/** The transform table of one index, on s = k^2 [rad^2 per re^2]. */
export function makeSersicTransformTable(n: number): Float32Array {
  const nodes = sersicTransformNodes(n);
  const count = nodes.frequency.length;
  const octaves = SERSIC_TRANSFORM_BINS / 32;
  const values = new Float64Array(octaves * STEPS_PER_OCTAVE + 1);
  // exp(-i w ln k) splits into an octave of s and a step within it: two small tables in place of a cosine for each.
  const turnRe = new Float64Array(count);
  const turnIm = new Float64Array(count);
  for (let step = 0; step < STEPS_PER_OCTAVE; step++) {
    const mantissa = 1 + step / STEPS_PER_OCTAVE;
    const logK = 0.5 * log(mantissa) + HALF_LN2 * SERSIC_TRANSFORM_MIN_EXPONENT;
    const re = new Float64Array(count);
    const im = new Float64Array(count);
    for (let j = 0; j < count; j++) {
      const angle = -nodes.frequency[j]! * logK;
      const c = cos(angle);
      const s = sin(angle);
      re[j] = nodes.re[j]! * c - nodes.im[j]! * s;
      im[j] = nodes.re[j]! * s + nodes.im[j]! * c;
      if (step === 0) {
        turnRe[j] = cos(nodes.frequency[j]! * HALF_LN2);
        turnIm[j] = -sin(nodes.frequency[j]! * HALF_LN2);
      }
    }
    for (let octave = 0; octave <= octaves; octave++) {
      const i = octave * STEPS_PER_OCTAVE + step;
      if (i >= values.length) break;
      let sum = 0;
      for (let j = 0; j < count; j++) {
        const x = re[j]!;
        const y = im[j]!;
        sum += x;
        re[j] = x * turnRe[j]! - y * turnIm[j]!;
        im[j] = x * turnIm[j]! + y * turnRe[j]!;
      }
      values[i] = sum / Math.sqrt(octaveNode(SERSIC_TRANSFORM_MIN_EXPONENT, i, STEPS_PER_OCTAVE));
    }
  }
  const table = new Float32Array(2 * SERSIC_TRANSFORM_BINS);
  for (let bin = 0; bin < SERSIC_TRANSFORM_BINS - 1; bin++) {
    const start = octaveNode(SERSIC_TRANSFORM_MIN_EXPONENT, bin, 32);
    const end = octaveNode(SERSIC_TRANSFORM_MIN_EXPONENT, bin + 1, 32);
    fitBin(table, bin, start, end, values[2 * bin]!, values[2 * bin + 1]!, values[2 * bin + 2]!);
  }
  return table;
}
