/**
 * The Moffat PSF I(r) ~ (1 + r^2 / a^2)^-beta, beta > 1, untruncated. Transform 2 (ka/2)^(beta-1) K_(beta-1)(ka) / gamma(beta-1), with the
 * Bessel function from K_v(x) = int_0^inf exp(-x cosh t) cosh(v t) dt by the trapezoidal rule (accuracy 1e-13). Wings: each
 * Laplacian of (1 + w)^-b, w = r^2 / a^2, is again two such powers, so the smoothing series is summed in closed form.
 */
import { cosh, exp, lgamma, log, pow } from '@imsim-od/portable-math';
import type { PsfCore, Wing } from './psf-core.js';

const PI = 3.141592653589793;
const STEP = 1 / 16;
/** cosh of the nodes of the trapezoidal rule; made when first asked for. */
function coshOfNodes(): Float64Array {
  return (coshMade ??= Float64Array.from({ length: 1200 }, (_, i) =>
    i * STEP < 700 ? cosh(i * STEP) : Infinity,
  ));
}

let coshMade: Float64Array | undefined;

/** x^v K_v(x) for x > 0, v > 0, without overflow. */
function scaledBesselK(v: number, x: number): number {
  const logX = log(x);
  let sum = 0;
  let largest = 0;
  const coshs = coshOfNodes();
  for (let i = 0; i < coshs.length; i++) {
    const t = i * STEP;
    // cosh(v t) x^v = (e^(v (t + ln x)) + e^(v (ln x - t))) / 2
    const decay = -x * coshs[i]!;
    const term = 0.5 * (exp(decay + v * (logX + t)) + exp(decay + v * (logX - t)));
    sum += i === 0 ? 0.5 * term : term;
    if (term > largest) largest = term;
    else if (term < largest * 1e-17) break;
    if (largest === 0 && decay + v * (logX + t) < -740 && x * coshs[i]! > v) break;
  }
  return sum * STEP;
}

/** Radius scale a of a Moffat profile of unit FWHM. */
export function moffatScalePerFwhm(beta: number): number {
  return 0.5 / Math.sqrt(pow(2, 1 / beta) - 1);
}

/** The Moffat core of this FWHM [px] and index beta > 1. */
export function moffatCore(fwhmPx: number, beta: number): PsfCore {
  const a = fwhmPx * moffatScalePerFwhm(beta);
  const order = beta - 1;
  const norm = exp(log(2) * (1 - order) - lgamma(order));
  return {
    fwhmPx,
    maxKPerPx: (40 + 4 * order) / a,
    transform: (k) => {
      const x = Math.abs(k) * a;
      return x < 1e-12 ? 1 : Math.min(1, norm * scaledBesselK(order, x));
    },
    wing(series, radiusPx): Wing {
      const w = 1 + (radiusPx * radiusPx) / (a * a);
      const scale = 4 / (a * a);
      // coefficients[i] belongs to the power beta + j + i of 1 / (1 + w) in (-Laplace)^j f
      let coefficients = [(beta - 1) / (PI * a * a)];
      let power = pow(w, -beta);
      let brightness = 0;
      let outside = 0;
      let last = Infinity;
      for (let j = 0; j < series.length; j++) {
        let sum = 0;
        let flux = 0;
        let wPower = power;
        coefficients.forEach((c, i) => {
          sum += c * wPower;
          flux += (c * wPower * w) / (beta + j + i - 1);
          wPower /= w;
        });
        const term = Math.abs(series[j]! * sum);
        if (term > last) break;
        last = term;
        brightness += series[j]! * sum;
        outside += series[j]! * flux * PI * a * a;
        if (term === 0) break;
        const next = new Array<number>(coefficients.length + 1).fill(0);
        coefficients.forEach((c, i) => {
          const b = beta + j + i;
          next[i]! -= c * scale * b * b;
          next[i + 1]! += c * scale * b * (b + 1);
        });
        coefficients = next;
        power /= w;
      }
      // Nothing smoothed: the one term is exact.
      const relativeError = series[1] === 0 ? 1e-15 : last / Math.abs(brightness);
      return { brightness, outside, relativeError };
    },
  };
}

/** Fraction of the light of a bare Moffat profile outside a radius. */
export function moffatOutside(fwhmPx: number, beta: number, radiusPx: number): number {
  const x = radiusPx / (fwhmPx * moffatScalePerFwhm(beta));
  return pow(1 + x * x, 1 - beta);
}

/** Brightness of a bare Moffat profile [1/px^2]. */
export function moffatBrightness(fwhmPx: number, beta: number, radiusPx: number): number {
  const a = fwhmPx * moffatScalePerFwhm(beta);
  const x = radiusPx / a;
  return ((beta - 1) / (PI * a * a)) * pow(1 + x * x, -beta);
}
