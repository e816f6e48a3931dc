/**
 * Random streams of the synthetic sky: one per seed, healpix cell, population and magnitude shell, so that an object is the
 * same whatever footprint, band, epoch or magnitude limit asks for it.
 */
import { RandomStream } from '@imsim-od/portable-math';

/** Populations, as they enter the key. */
export const POPULATION = { galaxies: 1, stars: 2 } as const;

/** Width of a magnitude shell. */
export const SHELL_MAG = 0.5;
/** Bright edge of shell 0. */
export const FIRST_SHELL_MAG = 8;

/** Bright edge of a shell, magnitudes. */
export function shellEdge(shell: number): number {
  return FIRST_SHELL_MAG + SHELL_MAG * shell;
}

/** The shell that holds a magnitude; 0 for anything brighter than the first. */
export function shellOf(magnitude: number): number {
  return Math.max(0, Math.floor((magnitude - FIRST_SHELL_MAG) / SHELL_MAG));
}

/** The stream of a cell's shell; `seed` is a whole number up to 2^53. */
export function cellStream(seed: number, population: number, cell: number, shell: number): RandomStream {
  const low = seed >>> 0;
  const high = Math.floor(seed / 4294967296) >>> 0;
  return new RandomStream(low, high, cell, population * 65536 + shell);
}

/** Shells of a cell that identifiers have room for. */
const SHELLS = 64;
/** Objects of a shell that identifiers have room for: nearly twice what the densest cell of the Galactic plane holds. */
export const ITEMS_PER_SHELL = 131_072;

/**
 * Identifier of an object of the synthetic sky: a decimal number below 2^53 built from population, cell, shell and its number
 * in them, so catalogs that read identifiers as floating numbers keep it whole.
 */
export function syntheticObjectId(population: number, cell: number, shell: number, item: number): string {
  return String(((cell * SHELLS + shell) * ITEMS_PER_SHELL + item) * 4 + population);
}
