/**
 * Which sources can put a photon into a window, known before anything is shot. The words of a source's stream decide how
 * far its photons get; what they say is kept, so that with another PSF one comparison for each source is enough.
 */
import type { RadiusBounds } from '@imsim-od/kernel';
import type { PixelWindow } from './pixel-window.js';
import type { PlacedSources } from './place-sources.js';

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
const HEADROOM = 2;
/** More photons are counted as they are. */
const MOST_WITH_HEADROOM = 100_000;

/** Where photons round to a pixel, and what single precision adds to their places. */
const MARGIN_PX = 1;
const MARGIN_FRACTION = 1e-3;

/** Tells which sources may put a photon into a window. */
export class WindowSieve {
  private readonly window: PixelWindow;
  private readonly psf: RadiusBounds;
  private readonly placed: PlacedSources;
  private readonly reaches: PhotonReaches;
  private readonly holding: Uint8Array;

  /**
   * @param psf how far the PSF's photons get; @param reaches of the placed rows' table; @param holding 1 for each placed source
   * of which they are known to hold, kept for the same sources with the same streams
   */
  constructor(
    window: PixelWindow,
    psf: RadiusBounds,
    placed: PlacedSources,
    reaches: PhotonReaches,
    holding: Uint8Array = new Uint8Array(placed.length),
  ) {
    this.window = window;
    this.psf = psf;
    this.placed = placed;
    this.reaches = reaches;
    this.holding = holding;
  }

  /** Whether it is known that no photon of source i comes into the window. */
  keepsOut(i: number): boolean {
    if (this.holding[i] === 0) return false;
    const { galaxyPx, psfWord } = this.reaches;
    const row = this.placed.row[i]!;
    return this.isBeyond(this.placed.x[i]!, this.placed.y[i]!, galaxyPx[row]!, psfWord[row]!);
  }

  /** Whether no photon from a place comes into the window. @param galaxyPx reach of the galaxy itself [px] */
  isBeyond(x: number, y: number, galaxyPx: number, psfWord: number): boolean {
    const reach = (galaxyPx + this.psf.at(psfWord)) * (1 + MARGIN_FRACTION) + MARGIN_PX;
    return this.distance2(x, y) > reach * reach;
  }

  /** Whether a place is in the window. */
  holds(x: number, y: number): boolean {
    return this.distance2(x, y) === 0;
  }

  /** Whether a box of `size` pixels around a place, as the kernel lays it around its base pixel, misses the window. */
  missesBox(x: number, y: number, size: number): boolean {
    const { x0, x1, y0, y1 } = this.window;
    const [bx, by] = [Math.round(x), Math.round(y)];
    return Math.max(x0 - bx - 1, bx - x1, y0 - by - 1, by - y1) >= size / 2;
  }

  /** Whether the reach of source i's photons is known. */
  knows(i: number): boolean {
    return this.holding[i] === 1;
  }

  /** Whether what is known of the row of source i holds for so many photons. */
  recalls(i: number, photons: number): boolean {
    const row = this.placed.row[i]!;
    if (Number.isNaN(this.reaches.galaxyPx[row]!) || photons > this.reaches.photons[row]!) return false;
    this.holding[i] = 1;
    return true;
  }

  /** For how many photons to learn how far they get, where there are so many. */
  photonsToLearn(i: number, photons: number): number {
    const isFirst = Number.isNaN(this.reaches.galaxyPx[this.placed.row[i]!]!);
    return isFirst || photons > MOST_WITH_HEADROOM ? photons : HEADROOM * photons;
  }

  /**
   * Keeps how far the photons of source i get. @param galaxyPx reach of the galaxy itself [px]; @param photons of which it is
   * known; 0: of these alone
   */
  learn(i: number, galaxyPx: number, psfWord: number, photons: number): void {
    const row = this.placed.row[i]!;
    const { reaches } = this;
    const isFirst = Number.isNaN(reaches.galaxyPx[row]!);
    // The same row with other light, of which something is known as well, may be looked at next.
    reaches.galaxyPx[row] = isFirst ? galaxyPx : Math.max(reaches.galaxyPx[row]!, galaxyPx);
    reaches.psfWord[row] = isFirst ? psfWord : Math.min(reaches.psfWord[row]!, psfWord);
    reaches.photons[row] = Math.max(reaches.photons[row]!, photons);
    this.holding[i] = 1;
  }

  /** Squared distance from a place to the window [px^2]; 0 inside. */
  private distance2(x: number, y: number): number {
    const { x0, x1, y0, y1 } = this.window;
    const dx = Math.max(x0 - 0.5 - x, x - (x1 - 0.5), 0);
    const dy = Math.max(y0 - 0.5 - y, y - (y1 - 0.5), 0);
    return dx * dx + dy * dy;
  }
}
