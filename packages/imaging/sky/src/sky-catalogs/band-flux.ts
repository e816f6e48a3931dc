/**
 * Fluxes of sky catalogs: photons per second and cm2 above the atmosphere that the band's total throughput (airmass 1.2) lets through.
 * A flux becomes an AB magnitude by that of AB 0 through the same curves; electrons follow from the magnitude with this program's own
 * collecting area and throughput, as for every other source.
 */
import type { Band } from '@imsim-od/astro';
import { log10 } from '@imsim-od/portable-math';

/** Curves that fluxes of catalogs were made with. */
export const FLUX_THROUGHPUTS = ['baseline-1.9', 'galsim'] as const;
/** One of `FLUX_THROUGHPUTS`. */
export type FluxThroughputs = (typeof FLUX_THROUGHPUTS)[number];

/**
 * Photons per second and cm2 of AB magnitude 0: the integral of 3631 Jy / (h lambda) times throughput. `baseline-1.9`: total_*.dat of
 * the Rubin Observatory's throughputs v1.9, triple silver; `galsim`: LSST_*.dat of GalSim 2.8, which the library that makes these
 * catalogs falls back to.
 */
const PHOTONS_AT_MAGNITUDE_ZERO: Readonly<Record<FluxThroughputs, Readonly<Record<Band, number>>>> = {
  'baseline-1.9': { u: 115_315.7, g: 751_451.5, r: 666_593.9, i: 564_620.0, z: 395_804.5, y: 161_287.0 },
  galsim: { u: 112_498, g: 623_025, r: 536_964, i: 397_592, z: 278_672, y: 130_031 },
};

/** AB magnitude of a flux in photons per second and cm2, above 0. */
export function magnitudeOfPhotons(flux: number, band: Band, throughputs: FluxThroughputs): number {
  return -2.5 * log10(flux / PHOTONS_AT_MAGNITUDE_ZERO[throughputs][band]);
}

/** The curves that the text of a file's metadata names; undefined where it says nothing or another version. */
export function throughputsOfVersion(version: string): FluxThroughputs | undefined {
  if (/^\s*galsim/i.test(version)) return 'galsim';
  return /(?:^|[^\d.])1\.9(?:[^\d]|$)/.test(version) ? 'baseline-1.9' : undefined;
}
