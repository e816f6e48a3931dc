/**
 * The Galactic dust curve of Fitzpatrick, Massa, Gordon et al. 2019 (ApJ 886, 108), their Table 3: k(lambda - 55) for R = 3.02
 * and its change with R; between the points by cubic Lagrange interpolation, within 0.001 of the spline at 300 to 1000 nm.
 */

/** Wave number 1/um, k(lambda - 55) at R = 3.02, and its slope with R, 0.455 to 3.5 per um. */
const F19_TABLE: readonly (readonly [number, number, number])[] = [
  [0.455, -2.747, -0.842],
  [0.606, -2.528, -0.728],
  [0.8, -2.222, -0.531],
  [1, -1.757, -0.36],
  [1.1, -1.567, -0.284],
  [1.2, -1.3, -0.223],
  [1.25, -1.216, -0.198],
  [1.3, -1.07, -0.173],
  [1.35, -0.973, -0.15],
  [1.4, -0.868, -0.13],
  [1.45, -0.75, -0.11],
  [1.5, -0.629, -0.096],
  [1.55, -0.509, -0.081],
  [1.6, -0.407, -0.063],
  [1.65, -0.32, -0.048],
  [1.7, -0.221, -0.032],
  [1.75, -0.133, -0.017],
  [1.8, -0.048, -0.005],
  [1.818, 0, 0],
  [1.85, 0.071, 0.007],
  [1.9, 0.188, 0.013],
  [1.95, 0.319, 0.012],
  [2, 0.438, 0.01],
  [2.05, 0.575, 0.004],
  [2.1, 0.665, 0.003],
  [2.15, 0.744, 0],
  [2.2, 0.838, 0.002],
  [2.25, 0.951, 0.001],
  [2.273, 1, 0],
  [2.3, 1.044, 0],
  [2.35, 1.113, 0.001],
  [2.4, 1.181, 0.001],
  [2.45, 1.269, -0.002],
  [2.5, 1.346, 0],
  [2.55, 1.405, -0.002],
  [2.6, 1.476, -0.002],
  [2.65, 1.558, -0.006],
  [2.7, 1.632, -0.009],
  [2.75, 1.723, -0.011],
  [2.8, 1.791, -0.017],
  [2.85, 1.869, -0.025],
  [2.9, 1.948, -0.029],
  [2.95, 2.009, -0.037],
  [3, 2.09, -0.043],
  [3.1, 2.253, -0.064],
  [3.2, 2.408, -0.092],
  [3.3, 2.565, -0.122],
  [3.4, 2.746, -0.161],
  [3.5, 2.933, -0.201],
];

/** The terms of F19 at a wave number in 1/um, 0.455 to 3.5: A / A_V = a + b / R_V. */
export function f19Terms(wavenumber: number): { readonly a: number; readonly b: number } {
  let first = 0;
  while (first < F19_TABLE.length - 4 && (F19_TABLE[first + 2]?.[0] ?? Infinity) <= wavenumber) first++;
  const nodes = F19_TABLE.slice(first, first + 4);
  let mean = 0;
  let change = 0;
  for (const [x, k, slope] of nodes) {
    let weight = 1;
    for (const [other] of nodes) if (other !== x) weight *= (wavenumber - other) / (x - other);
    mean += weight * k;
    change += weight * 0.99 * slope;
  }
  return { a: 1 + change, b: mean - 3.1 * change };
}
