/**
 * Band magnitude minus magnorm (AB at 500 nm) of star templates, by a few parameters of their names. Calibrated against the
 * template spectra and the baseline throughputs v1.9 (total, X = 1.2), photon counting, AB.
 *
 * - Kurucz, T 3500..6700 K: cubic in 5040/T with metallicity and gravity. 39 spectra of 4020..6600 K: mean error below
 *   0.002 mag; rms u 0.031, g 0.002, r 0.009, i 0.013, z 0.015, y 0.016; each left out in turn: 0.046, 0.003, 0.013, 0.020,
 *   0.024, 0.025. All 39 have [M/H] <= -1; one assumed solar point holds the rest, to about 0.1 mag in u, 0.03 in g..y.
 *   Hotter: straight lines in 5040/T through assumed points (an A0 star, hot white dwarfs), good to about 0.1 mag (u 0.2).
 * - MLT (BT-Settl): a table by temperature; 12 spectra: rms u 0.10, g 0.013, r 0.05, i 0.05, z 0.09, y 0.12, nearly all of it
 *   from two giants of different gravity at 2700 K; 3200..3800 K: 0.02, 0.01, 0.03, 0.02, 0.02, 0.02.
 * - White dwarfs (Bergeron): quadratic in 5040/T; 4 spectra of 6300..16800 K: rms below 0.01 mag.
 */
import { BANDS, type Band } from '@imsim-od/astro';
import { interpolatePoints, type TablePoint } from '../piecewise-linear.js';

/** Coefficients per band for 1, t, t^2, t^3, m, m t, m^2, g, g t with t = 5040/T - 0.9, m = [M/H] + 2.5, g = log g - 2.5. */
const KURUCZ: readonly (readonly number[])[] = [
  [0.9241, 2.1434, 3.6453, 0.9526, 0.0812, 0.2679, 0.032, -0.0735, -0.6894],
  [0.1028, 0.3303, -0.0007, -0.0043, -0.003, 0.0142, -0.0014, 0.0004, -0.0525],
  [-0.2923, -1.4698, -0.3525, -0.1657, -0.015, 0.0358, -0.0062, -0.0004, 0.2601],
  [-0.4473, -2.4008, -0.3748, -0.2147, -0.0093, 0.0865, -0.0035, -0.0029, 0.3613],
  [-0.4957, -2.9006, -0.3476, -0.2291, -0.0045, 0.1195, -0.002, -0.0023, 0.3915],
  [-0.511, -3.2174, -0.5206, -0.2673, -0.006, 0.1151, -0.0027, -0.0001, 0.4046],
];
const KURUCZ_COOLEST = 3500;
const KURUCZ_HOTTEST = 6700;

/** Temperature and colours u..y of the points beyond the fit. */
const HOT_POINTS: readonly (readonly [number, readonly number[]])[] = [
  [9600, [0.99, -0.04, 0.2, 0.42, 0.58, 0.62]],
  [16800, [0.25, 0, 0.33, 0.63, 0.87, 1.05]],
  [30000, [-0.15, -0.03, 0.42, 0.8, 1.08, 1.28]],
];

/** Temperature in units of 100 K and colours u..y. */
const MLT: readonly (readonly [number, readonly number[]])[] = [
  [27, [1.262, -0.449, -1.673, -3.671, -4.592, -5.234]],
  [28, [1.469, -0.29, -1.374, -3.462, -4.36, -4.954]],
  [32, [1.923, -0.308, -1.421, -2.893, -3.485, -3.776]],
  [33, [1.998, -0.233, -1.423, -2.65, -3.164, -3.415]],
  [34, [2.037, -0.176, -1.373, -2.451, -2.911, -3.14]],
  [35, [2.062, -0.117, -1.321, -2.264, -2.675, -2.886]],
  [36, [2.162, -0.089, -1.329, -2.165, -2.532, -2.726]],
  [37, [2.162, -0.066, -1.309, -2.051, -2.379, -2.558]],
  [38, [2.129, -0.049, -1.275, -1.942, -2.237, -2.401]],
];

/** Coefficients per band for 1, q, q^2 with q = 5040/T. */
const WHITE_DWARF: readonly (readonly number[])[] = [
  [-0.1412, 1.2887, -0.436],
  [-0.0738, 0.3197, -0.1495],
  [0.5865, -0.7508, -0.2849],
  [1.1092, -1.4665, -0.3416],
  [1.4655, -1.8203, -0.4621],
  [1.6993, -1.9339, -0.6465],
];

/** Colour of a Kurucz template; temperature K, metallicity [M/H] dex, gravity log g (cgs). Temperatures below 3500 K count as 3500 K. */
export function kuruczColourMag(
  band: Band,
  temperatureK: number,
  metallicity: number,
  logGravity: number,
): number {
  const b = BANDS.indexOf(band);
  const metal = clamp(metallicity, -5, 0.5);
  const gravity = clamp(logGravity, 0, 5);
  const cool = kuruczFit(b, clamp(temperatureK, KURUCZ_COOLEST, KURUCZ_HOTTEST), metal, gravity);
  if (temperatureK <= KURUCZ_HOTTEST) return cool;
  const points: TablePoint[] = [[5040 / KURUCZ_HOTTEST, cool]];
  for (const [temperature, colours] of HOT_POINTS) points.push([5040 / temperature, colours[b] ?? 0]);
  return interpolatePoints(points.reverse(), 5040 / temperatureK);
}

/** Colour of an M, L or T dwarf of the BT-Settl library; temperatures outside 2700..3800 K take the nearest end. */
export function mltColourMag(band: Band, temperatureK: number): number {
  const b = BANDS.indexOf(band);
  return interpolatePoints(
    MLT.map(([hundreds, colours]) => [hundreds, colours[b] ?? 0] as const),
    temperatureK / 100,
  );
}

/** Colour of a white dwarf; temperatures outside 4500..40000 K take the nearest end. */
export function whiteDwarfColourMag(band: Band, temperatureK: number): number {
  const q = 5040 / clamp(temperatureK, 4500, 40000);
  const [c0 = 0, c1 = 0, c2 = 0] = WHITE_DWARF[BANDS.indexOf(band)] ?? [];
  return c0 + q * (c1 + q * c2);
}

function kuruczFit(b: number, temperatureK: number, metallicity: number, logGravity: number): number {
  const t = 5040 / temperatureK - 0.9;
  const m = metallicity + 2.5;
  const g = logGravity - 2.5;
  const terms = [1, t, t * t, t * t * t, m, m * t, m * m, g, g * t];
  const coefficients = KURUCZ[b] ?? [];
  let sum = 0;
  for (let i = 0; i < terms.length; i++) sum += (terms[i] ?? 0) * (coefficients[i] ?? 0);
  return sum;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
