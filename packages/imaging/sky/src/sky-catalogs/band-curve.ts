/** The total throughput of a band (airmass 1.2) as an integral over photons, for spectra in wide bins. */
import type { Band } from '@imsim-od/astro';
import { log } from '@imsim-od/portable-math';

/** A band for counting photons of f_nu: dN = f_nu T dlambda / lambda. */
export interface BandCurve {
  /** The integral over all wavelengths. */
  readonly photons: number;
  /** The integral up to a wavelength, nm. */
  photonsBelow(wavelengthNm: number): number;
}

/** First wavelength and means over steps of 20 nm around it, from the baseline throughputs v1.9 of the Rubin Observatory. */
const SAMPLES: Readonly<Record<Band, readonly [number, readonly number[]]>> = {
  u: [340, [0.05, 0.121, 0.18, 0.027]],
  g: [400, [0.172, 0.353, 0.401, 0.437, 0.456, 0.47, 0.479, 0.446, 0.068]],
  r: [540, [0.035, 0.471, 0.498, 0.511, 0.531, 0.55, 0.567, 0.542, 0.048]],
  i: [680, [0.07, 0.551, 0.56, 0.619, 0.309, 0.621, 0.615, 0.324]],
  z: [820, [0.389, 0.627, 0.62, 0.598, 0.518, 0.37]],
  y: [920, [0.096, 0.341, 0.291, 0.277, 0.215, 0.142, 0.071, 0.025, 0.007]],
};
const STEP_NM = 20;

/** The curve of a band. */
export function bandCurve(band: Band): BandCurve {
  const [first, means] = SAMPLES[band];
  const start = first - STEP_NM / 2;
  const sums = new Float64Array(means.length + 1);
  for (const [k, mean] of means.entries())
    sums[k + 1] = sums[k]! + mean * log((start + STEP_NM * (k + 1)) / (start + STEP_NM * k));
  const photons = sums[means.length]!;
  return {
    photons,
    photonsBelow(wavelengthNm) {
      const place = (wavelengthNm - start) / STEP_NM;
      if (!(place > 0)) return 0;
      const k = Math.floor(place);
      if (k >= means.length) return photons;
      return sums[k]! + means[k]! * log(wavelengthNm / (start + STEP_NM * k));
    },
  };
}
