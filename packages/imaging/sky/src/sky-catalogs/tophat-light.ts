/**
 * Light of a galaxy's components through a band, from luminosities in bins of rest wavelength (cosmoDC2's "top hats", L_nu in any unit
 * common to the components). Within a bin f_nu is flat; the band is the total throughput at airmass 1.2.
 */
import type { Band } from '@imsim-od/astro';
import { bandCurve } from './band-curve.js';

/** Edges of cosmoDC2's thirty bins, angstrom, as its configuration lists them. */
export const COSMODC2_EDGES_ANGSTROM: readonly number[] = [
  1000, 1246, 1552, 1933, 2407, 2998, 3184, 3381, 3590, 3812, 4048, 4299, 4565, 4848, 5148, 5467, 5806, 6166,
  6548, 6954, 7385, 7843, 8329, 8846, 9395, 9978, 11467, 13177, 15143, 17402, 19998,
];

const REFERENCE_ANGSTROM = 5000;

/** Bins of one catalog, seen through a band. */
export class TophatLight {
  private readonly edges: readonly number[];
  /** The bin that holds 500 nm, which magnorm speaks of; -1 where there is none. */
  private readonly reference: number;
  private readonly curve;
  private readonly weights: Float64Array;

  constructor(band: Band, edgesAngstrom: readonly number[]) {
    this.edges = edgesAngstrom;
    this.curve = bandCurve(band);
    this.weights = new Float64Array(edgesAngstrom.length - 1);
    this.reference = edgesAngstrom.findIndex(
      (edge, k) => edge <= REFERENCE_ANGSTROM && (edgesAngstrom[k + 1] ?? 0) > REFERENCE_ANGSTROM,
    );
  }

  /** Number of bins. */
  get bins(): number {
    return this.weights.length;
  }

  /** Takes the redshift of the spectra that follow. */
  setRedshift(redshift: number): void {
    let below = this.curve.photonsBelow((this.edges[0]! / 10) * (1 + redshift));
    for (let k = 0; k < this.weights.length; k++) {
      const above = this.curve.photonsBelow((this.edges[k + 1]! / 10) * (1 + redshift));
      this.weights[k] = above - below;
      below = above;
    }
  }

  /** Photons of a spectrum through the band at the redshift, in units of those of a flat spectrum of luminosity 1 at redshift 0. */
  photons(luminosities: readonly number[]): number {
    let sum = 0;
    for (let k = 0; k < this.weights.length; k++) sum += luminosities[k]! * this.weights[k]!;
    return sum / this.curve.photons;
  }

  /** Luminosity at 500 nm at rest. */
  atReference(luminosities: readonly number[]): number {
    return this.reference < 0 ? 0 : luminosities[this.reference]!;
  }
}
