/**
 * The spectrum of a source in its rest frame as photons per wavelength, scaled to AB magnitude 0 at 500 nm (a triangle from 499 to
 * 501 nm, as imSim scales). Between the points of a file the photon density is a straight line, and integrals over bins are exact
 * for that.
 */

/** Where a spectrum must have light for its magnitude at 500 nm. */
export const NORM_RANGE_NM = { low: 499, high: 501 } as const;
const NORM_NM = 500;
const NORM_STEPS = 200;
/** Most photons per nm, of those at 500 nm: no star or galaxy comes near, and sums of more leave what a double can hold. */
const MOST_DENSITY = 1e100;

/** No light from beyond this at rest comes through a band: they end at 1100 nm, and no source comes nearer than a grid's point below z = 0. */
export const LAST_SEEN_NM = 1110;

/** A spectrum that has no magnitude at 500 nm. */
export class SpectrumNormError extends Error {
  readonly code = 'SKY_SPECTRUM_NORM';
  constructor(reason: string) {
    super(reason);
    this.name = 'SpectrumNormError';
  }
}

/** A rest-frame spectrum of magnitude 0 at 500 nm. */
export class Spectrum {
  /** First and last wavelength, nm. */
  readonly firstNm: number;
  readonly lastNm: number;
  /** Bytes that its points take in memory. */
  readonly bytes: number;
  /** Wavelengths of the points up to the first beyond `LAST_SEEN_NM`: most points of cool stars lie farther. */
  #nm: Float64Array;
  /** Photons per nm, relative. */
  #density: Float64Array;
  /** Photons from the first point up to each. */
  readonly #sum: Float64Array;

  /**
   * @param nm wavelengths, ascending (two equal ones make a step), two at least
   * @param fLambda flux per wavelength at each, in any unit, 0 or more
   * @throws SpectrumNormError
   */
  constructor(nm: Float64Array, fLambda: Float64Array) {
    const count = nm.length;
    this.firstNm = nm[0] ?? NaN;
    this.lastNm = nm[count - 1] ?? NaN;
    this.#nm = nm;
    this.#density = Float64Array.from(fLambda, (flux, i) => flux * nm[i]!);
    if (!(this.firstNm <= NORM_RANGE_NM.low && this.lastNm >= NORM_RANGE_NM.high)) {
      throw new SpectrumNormError(
        `it covers ${this.firstNm} to ${this.lastNm} nm, but its magnitude is told at 500 nm (499 to 501 nm are needed)`,
      );
    }
    const mean = this.#meanAroundNorm();
    if (!(mean > 0) || !Number.isFinite(mean))
      throw new SpectrumNormError(
        `it has ${mean === 0 ? 'no light at' : 'more light than a number can hold near'} 500 nm, where its magnitude is told`,
      );
    for (let i = 0; i < count; i++) {
      this.#density[i]! /= mean;
      if (!(this.#density[i]! <= MOST_DENSITY)) {
        throw new SpectrumNormError(
          `at ${nm[i]!} nm it has more than ${MOST_DENSITY} times its light at 500 nm, where its magnitude is told`,
        );
      }
    }
    const beyond = nm.findIndex((wavelength) => wavelength > LAST_SEEN_NM);
    const kept = beyond < 0 ? count : beyond + 1;
    if (kept < count) {
      this.#nm = nm.slice(0, kept);
      this.#density = this.#density.slice(0, kept);
    }
    this.#sum = new Float64Array(kept);
    this.bytes = 24 * kept;
    for (let i = 1; i < kept; i++) {
      const width = nm[i]! - nm[i - 1]!;
      this.#sum[i] = this.#sum[i - 1]! + ((this.#density[i]! + this.#density[i - 1]!) / 2) * width;
    }
  }

  /**
   * Photons in each of the bins between observed `edgesNm` for a source at a redshift, relative to those that magnitude 0 has per nm
   * at 500 nm; at a fixed magnitude at rest they grow with (1 + z), as in PhoSim and imSim. Nothing comes from outside the
   * spectrum's range, nor from beyond `LAST_SEEN_NM` at rest.
   */
  photonsInBins(edgesNm: Float64Array, redshift: number, out: Float64Array): void {
    const stretch = 1 + redshift;
    let at = 0;
    let before = 0;
    for (let k = 0; k < edgesNm.length; k++) {
      const rest = edgesNm[k]! / stretch;
      if (k === 0) at = this.#segmentOf(rest);
      while (at < this.#nm.length - 2 && this.#nm[at + 1]! <= rest) at++;
      const upTo = this.#upTo(rest, at);
      if (k > 0) out[k - 1] = (upTo - before) * stretch;
      before = upTo;
    }
  }

  /** Photons from the first point up to a wavelength that lies in the segment `at`, or outside of all. */
  #upTo(restNm: number, at: number): number {
    if (restNm <= this.firstNm) return 0;
    if (restNm >= this.lastNm) return this.#sum[this.#sum.length - 1]!;
    const low = this.#nm[at]!;
    const width = this.#nm[at + 1]! - low;
    const into = restNm - low;
    const slope = width > 0 ? (this.#density[at + 1]! - this.#density[at]!) / width : 0;
    return this.#sum[at]! + into * (this.#density[at]! + (slope * into) / 2);
  }

  /** The last segment that begins at or below a wavelength. */
  #segmentOf(restNm: number): number {
    let low = 0;
    let high = this.#nm.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#nm[middle]! <= restNm) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #densityAt(nm: number): number {
    const at = this.#segmentOf(nm);
    const width = this.#nm[at + 1]! - this.#nm[at]!;
    const fraction = width > 0 ? (nm - this.#nm[at]!) / width : 0;
    return this.#density[at]! + fraction * (this.#density[at + 1]! - this.#density[at]!);
  }

  /** Mean photon density under the triangle from 499 to 501 nm. */
  #meanAroundNorm(): number {
    let sum = 0;
    let weights = 0;
    for (let step = 1; step < NORM_STEPS; step++) {
      const nm = NORM_RANGE_NM.low + (step * (NORM_RANGE_NM.high - NORM_RANGE_NM.low)) / NORM_STEPS;
      const weight = 1 - Math.abs(nm - NORM_NM);
      sum += weight * this.#densityAt(nm);
      weights += weight;
    }
    return sum / weights;
  }
}
