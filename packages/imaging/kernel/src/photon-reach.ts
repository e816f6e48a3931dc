/**
 * How far the photons of a source get. A photon's radius is decided by one random word through a radius table, so the
 * words of a stream tell, before anything is shot, beyond which radius no photon of it falls. The words belong to the
 * stream and the photon number: what is found here holds for every PSF and every place.
 */
import type { KernelCore } from './kernel-core.js';
import type { RadiusBounds } from './radius-bounds.js';
import { type GridPlace, placeOnGrid } from './sersic-grid.js';
import type { PixelRange } from './stamp-drawing.js';

/** What leads farthest among the draws of a stream of photons. */
export interface FarthestDraws {
  /** Radius within the galaxy that no photon passes, in half-light radii; 0 for a point. */
  readonly galaxyRadius: number;
  /** The word that leads farthest in the PSF, for {@link RadiusBounds}. */
  readonly psfWord: number;
}

/** Photons that one round of the compiled code shoots: of a point two in each lane, by its first and its second word. */
const POINT_PHOTONS = 8;
const GALAXY_PHOTONS = 4;

/**
 * What leads farthest among the draws of the photons that shootPoint() or shootSersic() would shoot from a stream.
 * @param sersicIndex 0 for a point
 */
export function farthestDraws(
  core: KernelCore,
  photons: number,
  key: readonly [number, number, number, number],
  sersicIndex: number,
): FarthestDraws {
  const { wasm, map } = core;
  wasm.seed(map.state, ...key);
  if (sersicIndex === 0) {
    const words = leastWords(core, Math.ceil(photons / POINT_PHOTONS));
    return { galaxyRadius: 0, psfWord: Math.min(words[0]!, words[1]!) };
  }
  const place = placeOnGrid(sersicIndex);
  const { upperShare } = place;
  // Where two tables share the photons a word is spent on how, and a round of each may be partly idle.
  if (upperShare > 0) wasm.fillWords(map.state, map.words, 4);
  const rounds = Math.ceil(photons / GALAXY_PHOTONS) + (upperShare > 0 ? 1 : 0);
  const words = leastWords(core, rounds);
  return { galaxyRadius: galaxyRadiusOf(core, place, words[0]!), psfWord: words[1]! };
}

/** The radius [half-light radii] in a galaxy that no photon passes whose word is this one or a larger one. */
export function galaxyRadiusOf(core: KernelCore, { lower, upperShare }: GridPlace, word: number): number {
  const inLower = core.radiusBoundsOf(lower).at(word);
  return upperShare > 0 ? Math.max(inLower, core.radiusBoundsOf(lower + 1).at(word)) : inLower;
}

function leastWords({ wasm, map, memory }: KernelCore, rounds: number): Int32Array {
  wasm.leastWords(map.state, rounds, map.words);
  return new Int32Array(memory.buffer, map.words, 2);
}

/** Words of a galaxy's photons above which, both, a photon stays near. */
export interface WordLimits {
  readonly galaxy: number;
  readonly psf: number;
}

/** Shares of the way that the galaxy may take, the PSF the rest; the one that spares most is taken. */
const GALAXY_SHARES = [0.05, 0.2, 0.4, 0.6, 0.8, 0.95];

/**
 * Limits such that photons with both words above them fall nearer than `distance` [px].
 * @param scale pixels of a half-light radius at most
 */
export function wordLimits(
  galaxy: RadiusBounds,
  scale: number,
  psf: RadiusBounds,
  distance: number,
): WordLimits {
  let best = { galaxy: 0x7fffffff, psf: 0x7fffffff };
  for (const share of GALAXY_SHARES) {
    const limits = {
      galaxy: galaxy.limitOf((share * distance) / scale),
      psf: psf.limitOf((1 - share) * distance),
    };
    if (limits.galaxy + limits.psf < best.galaxy + best.psf) best = limits;
  }
  return best;
}

/** Photons round to a pixel, and single precision adds to their places: what lies nearer than this [px] is reached. */
const MARGIN = 1;
const MARGIN_FRACTION = 1e-3;

/** How far [px] a photon from a place must get at least to come into a window; 0 from inside and beside it. */
export function leastPhotonPath(window: PixelRange, x: number, y: number): number {
  const dx = Math.max(window.x0 - 0.5 - x, x - (window.x1 - 0.5), 0);
  const dy = Math.max(window.y0 - 0.5 - y, y - (window.y1 - 0.5), 0);
  return Math.max(0, (Math.sqrt(dx * dx + dy * dy) - MARGIN) / (1 + MARGIN_FRACTION));
}
