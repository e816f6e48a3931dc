/**
 * What assembly/stamps.ts approximates: the sum over all waves of the covered band, in double precision, from the same
 * tables. Used by tests.
 */
import { cos, sin } from '@imsim-od/portable-math';
import { PSF_TRANSFORM_MIN_EXPONENT, SERSIC_TRANSFORM_MIN_EXPONENT } from '../profiles/index.js';
import { readTable } from '../float-bins.js';
import type { PreparedPsf } from '../psf.js';
import type { Matrix } from '../table-tails.js';

const TWO_PI = 6.283185307179586;

/**
 * A stamp of n x n pixels of unit flux, rows of n; its pixel (n/2, n/2) lies (dx, dy) before the source. `galaxy` null is
 * a point source. n^2 band + n band^2 operations: for small stamps.
 */
export function stampBySum(
  psf: PreparedPsf,
  galaxy: { table: Float32Array; matrix: Matrix } | null,
  dx: number,
  dy: number,
  n: number,
): Float64Array {
  const edge = (psf.zones * n) / 2;
  const dk = TWO_PI / n;
  const sinc = (i: number): number => (i === 0 ? 1 : sin((i * dk) / 2) / ((i * dk) / 2));
  const [a11, a12, a21, a22] = galaxy?.matrix ?? [0, 0, 0, 0];
  const out = new Float64Array(n * n);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let j = -edge + 1; j < edge; j++) {
    re.fill(0);
    im.fill(0);
    for (let i = -edge + 1; i < edge; i++) {
      const kx = i * dk;
      const ky = j * dk;
      const k2 = kx * kx + ky * ky;
      if (k2 > psf.cutK2) continue;
      let value = readTable(psf.transform, PSF_TRANSFORM_MIN_EXPONENT, k2) * sinc(i) * sinc(j);
      if (galaxy) {
        const u = a11 * kx + a21 * ky;
        const v = a12 * kx + a22 * ky;
        value *= readTable(galaxy.table, SERSIC_TRANSFORM_MIN_EXPONENT, u * u + v * v);
      }
      for (let x = 0; x < n; x++) {
        const angle = kx * (x - n / 2 - dx);
        re[x] = (re[x] ?? 0) + value * cos(angle);
        im[x] = (im[x] ?? 0) + value * sin(angle);
      }
    }
    for (let y = 0; y < n; y++) {
      const angle = j * dk * (y - n / 2 - dy);
      const c = cos(angle) / (n * n);
      const s = sin(angle) / (n * n);
      for (let x = 0; x < n; x++)
        out[y * n + x] = (out[y * n + x] ?? 0) + (re[x] ?? 0) * c - (im[x] ?? 0) * s;
    }
  }
  return out;
}
