/**
 * Piecewise linear tables on bins of a float's bits: exponent and five mantissa bits, so 32 bins per octave, value = a + b s in
 * bin i = (float bits >>> 18) - 32 (127 + minExponent), stored as pairs a, b of float32. Below the first bin and above the last a
 * reader holds s or the bin. Each line is the least-squares fit over its bin (Simpson moments, so exact for a cubic's mean):
 * the mean over a bin is kept, the error at most h^2 f'' / 12, at the bin's ends.
 */

/** log2 of the least s = k^2 [rad^2 per re^2] of a galaxy's transform table. */
export const SERSIC_TRANSFORM_MIN_EXPONENT = -22;
/** Bins of a galaxy's transform table: s up to 2^20; the last bin is 0. */
export const SERSIC_TRANSFORM_BINS = 42 * 32;
/** log2 of the least s = k^2 [rad^2 per px^2] of a PSF's transform table. */
export const PSF_TRANSFORM_MIN_EXPONENT = -24;
/** Bins of a PSF's transform table: s up to 2^10; the last bin is 0. */
export const PSF_TRANSFORM_BINS = 34 * 32;
/** log2 of the least s = r^2 [px^2] of a PSF's radial table. */
export const RADIAL_MIN_EXPONENT = -8;
/** Bins of a PSF's radial table: s up to 2^26. */
export const RADIAL_BINS = 34 * 32;
/** Floats in a radius table: 2 sides x 1024 bins x (a, b). */
export const RADIUS_TABLE_FLOATS = 4096;

/** 2^(minExponent) times the mantissa of step i of `perOctave` steps in each octave: the nodes of the bins. */
export function octaveNode(minExponent: number, i: number, perOctave: number): number {
  const octave = Math.floor(i / perOctave);
  let scale = 1;
  const exponent = minExponent + octave;
  for (let e = 0; e < exponent; e++) scale *= 2;
  for (let e = 0; e > exponent; e--) scale *= 0.5;
  return scale * (1 + (i - octave * perOctave) / perOctave);
}

/** Writes the line fitted to values at both ends and the middle of a bin into table[2 bin], table[2 bin + 1]. */
export function fitBin(
  table: Float32Array,
  bin: number,
  start: number,
  end: number,
  valueStart: number,
  valueMiddle: number,
  valueEnd: number,
): void {
  const mean = (valueStart + 4 * valueMiddle + valueEnd) / 6;
  const slope = (valueEnd - valueStart) / (end - start);
  table[2 * bin] = mean - slope * (0.5 * (start + end));
  table[2 * bin + 1] = slope;
}

/** A table of `bins` bins from 2^minExponent, of a function of s. */
export function fitTable(minExponent: number, bins: number, value: (s: number) => number): Float32Array {
  const table = new Float32Array(2 * bins);
  let start = octaveNode(minExponent, 0, 32);
  let valueStart = value(start);
  for (let bin = 0; bin < bins; bin++) {
    const end = octaveNode(minExponent, bin + 1, 32);
    const valueEnd = value(end);
    fitBin(table, bin, start, end, valueStart, value(0.5 * (start + end)), valueEnd);
    start = end;
    valueStart = valueEnd;
  }
  return table;
}

/**
 * A radius table, r = a + b t, for photons: side 0 (floats 0..2047) holds the inner half, where t / 2^32 is the flux inside r, side 1 the
 * outer half, where it is the flux outside; 32 octaves of t from 1. The last octave (t = 2^31 exactly) holds the half-light radius.
 * t = 1 stands for all t < 2: there the outer side holds the rms radius of what is left, so that <r^2> keeps its far tail.
 * @param radius r at a flux fraction, inside (side 0) or outside (side 1); called with falling fractions for each side in turn
 * @param farRmsRadius rms radius of the light outside the radius with the fraction 2^-31 outside it
 */
export function fitRadiusTable(
  radius: (side: 0 | 1, fraction: number) => number,
  farRmsRadius: (radius: number) => number,
): Float32Array {
  const table = new Float32Array(RADIUS_TABLE_FLOATS);
  const UNIT = 2.3283064365386963e-10; // 2^-32
  for (const side of [0, 1] as const) {
    const offset = side * 1024;
    let end = octaveNode(0, 992, 32);
    let valueEnd = radius(side, end * UNIT);
    for (let bin = 992; bin < 1024; bin++) table[2 * (offset + bin)] = valueEnd;
    // From the middle of the light outwards, or inwards: each radius is found from its neighbour.
    for (let bin = 991; bin >= 0; bin--) {
      const start = octaveNode(0, bin, 32);
      const valueMiddle = radius(side, 0.5 * (start + end) * UNIT);
      const valueStart = radius(side, start * UNIT);
      fitBin(table, offset + bin, start, end, valueStart, valueMiddle, valueEnd);
      end = start;
      valueEnd = valueStart;
      if (side === 1 && bin === 32) break;
    }
  }
  const rest = farRmsRadius(radius(1, 2 * UNIT));
  for (let bin = 0; bin < 32; bin++) table[2 * (1024 + bin)] = rest;
  return table;
}
