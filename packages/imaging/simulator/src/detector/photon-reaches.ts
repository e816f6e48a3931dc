/**
 * Which sources can come into a window, known before anything is drawn. The words of a source's stream decide how
 * far its photons get; what they say is kept, so that with another PSF one comparison for each source is enough.
 */
import type { Kernel, Psf, RadiusBounds } from '@imsim-od/kernel';
import { MAX_BOX_SIZE, PHOTON_LIMIT_ELECTRON } from './drawing-method.js';
import type { PixelWindow } from './pixel-window.js';
import { CLOUD_MODELS, type PlacedSources } from './place-sources.js';

/**
 * How far the photons of a table's rows get, for one set of streams and whatever PSF: by the galaxy itself, and by the word
 * that leads farthest in the PSF. Filled as sources are looked at. Fewer photons of a row are the first of more, so that what
 * is known holds for every exposure that is not longer.
 */
export class PhotonReaches {
  /** Pixels from the source's place within the galaxy; NaN where nothing is known. */
  readonly galaxyPx: Float64Array;
  readonly psfWord: Int32Array;
  /** Photons that this is known of. */
  readonly photons: Float64Array;

  /** @param rows of the table */
  constructor(rows: number) {
    this.galaxyPx = new Float64Array(rows).fill(NaN);
    this.psfWord = new Int32Array(rows);
    this.photons = new Float64Array(rows);
  }
}

/** What is learned anew for more photons is learned for so many times as many: a slider will ask for more. */
export const HEADROOM = 2;
/** More photons are counted as they are. */
export const MOST_WITH_HEADROOM = 100_000;

/** Smallest FFT box in pixels. */
const LEAST_BOX_SIZE = 32;

/** Where photons round to a pixel, and what single precision adds to their places. */
const MARGIN_PX = 1;
const MARGIN_FRACTION = 1e-3;

/** Boxes of bright galaxies that miss a window, for one window and the same sources: whatever PSF, one comparison is enough. */
export class MissingBoxes {
  /** Logarithm to base 2 of the side of the largest box that misses the window and is paid for; 0: not known, -1: none. */
  readonly log2Size: Int8Array;
  /** Light of a PSF outside of that box up to which no larger one is drawn. */
  readonly mostPsfOutside: Float64Array;

  /** @param sources that are placed */
  constructor(sources: number) {
    this.log2Size = new Int8Array(sources);
    this.mostPsfOutside = new Float64Array(sources);
  }
}

/** What is known of placed sources, to be kept for the same ones. */
export interface KnownReaches {
  /** For the table's rows with the same streams. */
  readonly reaches: PhotonReaches;
  /** For each placed source 1 where `reaches` are known to hold of it. */
  readonly holding: Uint8Array;
  /** For the placed sources and the same window. */
  readonly boxes: MissingBoxes;
}

/** Tells which sources may come into a window. */
export class WindowSieve {
  readonly #window: PixelWindow;
  readonly #radii: RadiusBounds;
  readonly #outsideBoxes: readonly number[];
  readonly #placed: PlacedSources;
  readonly #known: KnownReaches;

  /** @param psf that is drawn with; @param known of the placed sources */
  constructor(window: PixelWindow, kernel: Kernel, psf: Psf, placed: PlacedSources, known: KnownReaches) {
    this.#window = window;
    this.#radii = kernel.photonRadii(psf);
    this.#outsideBoxes = kernel.lightOutsideBoxes(psf);
    this.#placed = placed;
    this.#known = known;
  }

  /** Faint points and galaxies outside of the window of which it is not known how far their photons get. @param models of the table's rows */
  unknown(models: Uint8Array): Int32Array {
    const { length, row, electrons, x, y } = this.#placed;
    const { holding } = this.#known;
    const found = new Int32Array(length);
    let count = 0;
    for (let i = 0; i < length; i++) {
      if (holding[i] !== 0 || electrons[i]! >= PHOTON_LIMIT_ELECTRON) continue;
      if (!CLOUD_MODELS.has(models[row[i]!]!) && !this.holds(x[i]!, y[i]!)) found[count++] = i;
    }
    return found.subarray(0, count);
  }

  /** Sources that are not known to stay out of the window, in their order. @param models of the table's rows */
  candidates(models: Uint8Array): Int32Array {
    const { length, row, electrons } = this.#placed;
    const found = new Int32Array(length);
    let count = 0;
    for (let i = 0; i < length; i++) {
      const isShot = electrons[i]! < PHOTON_LIMIT_ELECTRON || CLOUD_MODELS.has(models[row[i]!]!);
      if (isShot ? !this.keepsOut(i) : !this.#boxMisses(i)) found[count++] = i;
    }
    return found.subarray(0, count);
  }

  /** Whether it is known that no photon of source i comes into the window. */
  keepsOut(i: number): boolean {
    const { reaches, holding } = this.#known;
    if (holding[i] === 0) return false;
    const row = this.#placed.row[i]!;
    return this.isBeyond(
      this.#placed.x[i]!,
      this.#placed.y[i]!,
      reaches.galaxyPx[row]!,
      reaches.psfWord[row]!,
    );
  }

  /** Whether no photon from a place comes into the window. @param galaxyPx reach of the galaxy itself [px] */
  isBeyond(x: number, y: number, galaxyPx: number, psfWord: number): boolean {
    const reach = (galaxyPx + this.#radii.at(psfWord)) * (1 + MARGIN_FRACTION) + MARGIN_PX;
    return this.#distance2(x, y) > reach * reach;
  }

  /** Whether a place is in the window. */
  holds(x: number, y: number): boolean {
    return this.#distance2(x, y) === 0;
  }

  /**
   * Whether bright galaxy i is drawn as a box that misses the window; keeps what tells. @param mostOutside of its light outside
   * the box; @param isPaidFor whether a box of so many pixels costs less than photons
   */
  missesBox(
    i: number,
    isPaidFor: (size: number) => boolean,
    mostPsfOutside: (size: number) => number,
  ): boolean {
    const { boxes } = this.#known;
    if (boxes.log2Size[i] === 0) {
      let size = this.#largestMissing(i);
      while (size >= LEAST_BOX_SIZE && !isPaidFor(size)) size /= 2;
      boxes.log2Size[i] = size < LEAST_BOX_SIZE ? -1 : 31 - Math.clz32(size);
      if (size >= LEAST_BOX_SIZE) boxes.mostPsfOutside[i] = mostPsfOutside(size);
    }
    return this.#boxMisses(i);
  }

  #boxMisses(i: number): boolean {
    const { log2Size, mostPsfOutside } = this.#known.boxes;
    const size = log2Size[i]!;
    return size > 0 && this.#outsideBoxes[size]! <= mostPsfOutside[i]!;
  }

  /** Side of the largest box of source i, as the kernel lays it around its base pixel, that misses the window. */
  #largestMissing(i: number): number {
    const { x0, x1, y0, y1 } = this.#window;
    const [bx, by] = [Math.round(this.#placed.x[i]!), Math.round(this.#placed.y[i]!)];
    const apart = Math.max(x0 - bx - 1, bx - x1, y0 - by - 1, by - y1);
    let size = MAX_BOX_SIZE;
    while (size > 1 && apart < size / 2) size /= 2;
    return size;
  }

  /** Whether the reach of source i's photons is known. */
  knows(i: number): boolean {
    return this.#known.holding[i] === 1;
  }

  /** Photons of which it is known how far those of the row of source i get; -1: of none. */
  knownPhotons(i: number): number {
    const { reaches } = this.#known;
    const row = this.#placed.row[i]!;
    return Number.isNaN(reaches.galaxyPx[row]!) ? -1 : reaches.photons[row]!;
  }

  /** Takes what is known of the row of source i for the source. */
  recall(i: number): void {
    this.#known.holding[i] = 1;
  }

  /**
   * Keeps how far the photons of source i get. @param galaxyPx reach of the galaxy itself [px]; @param photons of which it is
   * known; 0: of these alone
   */
  learn(i: number, galaxyPx: number, psfWord: number, photons: number): void {
    const row = this.#placed.row[i]!;
    const { reaches, holding } = this.#known;
    const isFirst = Number.isNaN(reaches.galaxyPx[row]!);
    // The same row with other light, of which something is known as well, may be looked at next.
    reaches.galaxyPx[row] = isFirst ? galaxyPx : Math.max(reaches.galaxyPx[row]!, galaxyPx);
    reaches.psfWord[row] = isFirst ? psfWord : Math.min(reaches.psfWord[row]!, psfWord);
    reaches.photons[row] = Math.max(reaches.photons[row]!, photons);
    holding[i] = 1;
  }

  /** Squared distance from a place to the window [px^2]; 0 inside. */
  #distance2(x: number, y: number): number {
    const { x0, x1, y0, y1 } = this.#window;
    const dx = Math.max(x0 - 0.5 - x, x - (x1 - 0.5), 0);
    const dy = Math.max(y0 - 0.5 - y, y - (y1 - 0.5), 0);
    return dx * dx + dy * dy;
  }
}
