/** The total throughput of a band (airmass 1.2) as an integral over photons, for spectra in wide bins. */
import { type Band, throughputBins } from '@imsim-od/astro';
import { log } from '@imsim-od/portable-math';

/** A band for counting photons of f_nu: dN = f_nu T dlambda / lambda. */
export interface BandCurve {
  /** The integral over all wavelengths. */
  readonly photons: number;
  /** The integral up to a wavelength, nm. */
  photonsBelow(wavelengthNm: number): number;
}

/** The curve of a band: its bins of 1 nm, and those of 10 nm where little comes through. */
export function bandCurve(band: Band): BandCurve {
  const { edgesNm, means } = throughputBins(band);
  const sums = new Float64Array(edgesNm.length);
  for (const [k, mean] of means.entries()) sums[k + 1] = sums[k]! + mean * log(edgesNm[k + 1]! / edgesNm[k]!);
  const last = means.length - 1;
  return {
    photons: sums[last + 1]!,
    photonsBelow(wavelengthNm) {
      if (!(wavelengthNm > edgesNm[0]!)) return 0;
      if (wavelengthNm >= edgesNm[last + 1]!) return sums[last + 1]!;
      let low = 0;
      let high = last;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (edgesNm[middle]! <= wavelengthNm) low = middle;
        else high = middle - 1;
      }
      return sums[low]! + means[low]! * log(wavelengthNm / edgesNm[low]!);
    },
  };
}
