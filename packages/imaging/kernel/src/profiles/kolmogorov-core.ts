/**
 * The long-exposure Kolmogorov PSF (Fried 1966, J. Opt. Soc. Am. 56, 1372): transform exp(-(k / k0)^(5/3)) with
 * k0 = 2.992939911888651 r0 / lambda and FWHM = 0.9758634299 lambda / r0. Its wings are the Hankel transforms of the powers of k in the
 * series of the transform, r^(-5m/3 - 2j - 2): an asymptotic series, good to 1e-10 beyond some 8 FWHM.
 */
import { exp, gamma, pow, sin } from '@imsim-od/portable-math';
import type { PsfCore, Wing } from './psf-core.js';

/** FWHM over lambda / r0. */
const FWHM_PER_SCALE = 0.9758634299;
/** k0 times lambda / r0. */
const K0_TIMES_SCALE = 2.992939911888651;
const PI = 3.141592653589793;
const ORDERS = 14;
const SMOOTHINGS = 9;

/**
 * int_0^inf k^s J1(k) dk = 2^s gamma(1 + s/2) / gamma(1 - s/2) is `size` times `sine`, s = 5m/3 + 2j; kept apart since the sine
 * may vanish while the neighbours do not.
 */
interface Power {
  readonly s: number;
  readonly size: number;
  readonly sine: number;
}

function powerOf(m: number, j: number): Power {
  const s = (5 * m) / 3 + 2 * j;
  if (m === 0) return { s, size: 0, sine: 0 };
  // 1 / gamma(1 - x) = gamma(x) sin(pi x) / pi; x modulo 2 in sixths is exact.
  const sixths = (5 * m + 6 * j) % 12;
  const size = (pow(2, s) * gamma(1 + s / 2) * gamma(s / 2)) / PI;
  const sign = m % 2 === 0 ? 1 : -1;
  return { s, size: size / gamma(m + 1), sine: sixths % 6 === 0 ? 0 : sign * sin((PI * sixths) / 6) };
}

/** The powers of each order m and smoothing j; made when first asked for. */
function powers(): readonly (readonly Power[])[] {
  return (powersMade ??= Array.from({ length: ORDERS }, (_, m) =>
    Array.from({ length: SMOOTHINGS }, (_, j) => powerOf(m, j)),
  ));
}

let powersMade: readonly (readonly Power[])[] | undefined;

/** The Kolmogorov core of this FWHM [px]. */
export function kolmogorovCore(fwhmPx: number): PsfCore {
  const k0 = (K0_TIMES_SCALE * FWHM_PER_SCALE) / fwhmPx;
  return {
    fwhmPx,
    maxKPerPx: k0 * pow(37, 0.6),
    transform: (k) => {
      const x = Math.abs(k) / k0;
      return exp(-pow(x, 5 / 3));
    },
    wing(series, radiusPx): Wing {
      const order = powers();
      const x = 1 / pow(k0 * radiusPx, 5 / 3);
      const y = 1 / (radiusPx * radiusPx);
      let outside = 0;
      let brightness = 0;
      let error = 0;
      let xPower = 1;
      let lastOrder = Infinity;
      for (let m = 1; m < ORDERS; m++) {
        xPower *= x;
        let yPower = 1;
        let lastSize = Infinity;
        const leading = order[m]![0]!.size * xPower;
        if (leading > lastOrder) break;
        lastOrder = leading;
        for (let j = 0; j < SMOOTHINGS; j++) {
          const { s, size, sine } = order[m]![j]!;
          const term = Math.abs(size * series[j]! * xPower * yPower);
          if (term > lastSize) break;
          lastSize = term;
          const value = size * sine * series[j]! * xPower * yPower;
          outside -= value;
          brightness -= value * s;
          yPower *= y;
        }
        if (series[1] !== 0) error += lastSize;
      }
      error += lastOrder;
      return { outside, brightness: (brightness * y) / (2 * PI), relativeError: error / Math.abs(outside) };
    },
  };
}
