/**
 * Which sources can put a photon into a window, known before anything is shot. The words of a source's stream decide how
 * far its photons get; what they say is kept, so that with another PSF one comparison for each source is enough.
 */
import type { RadiusBounds } from '@imsim-od/kernel';
import type { PixelWindow } from './pixel-window.js';
import type { PlacedSources } from './place-sources.js';

/**
 * How far the photons of placed sources get, for one set of streams and whatever PSF: by the galaxy itself, and by the word
 * that leads farthest in the PSF. Filled as sources are looked at.
 */
export class PhotonReaches {
  /** Pixels from the source's place within the galaxy; NaN where nothing is known. */
  readonly galaxyPx: Float64Array;
  readonly psfWord: Int32Array;

  constructor(sources: number) {
    this.galaxyPx = new Float64Array(sources).fill(NaN);
    this.psfWord = new Int32Array(sources);
  }
}

/** Where photons round to a pixel, and what single precision adds to their places. */
const MARGIN_PX = 1;
const MARGIN_FRACTION = 1e-3;

/** Tells which sources may put a photon into a window. */
export class WindowSieve {
  private readonly window: PixelWindow;
  private readonly psf: RadiusBounds;
  private readonly placed: PlacedSources;
  private readonly reaches: PhotonReaches;

  /** @param psf how far the PSF's photons get */
  constructor(window: PixelWindow, psf: RadiusBounds, placed: PlacedSources, reaches: PhotonReaches) {
    this.window = window;
    this.psf = psf;
    this.placed = placed;
    this.reaches = reaches;
  }

  /** Whether it is known that no photon of source i comes into the window. */
  keepsOut(i: number): boolean {
    const { galaxyPx, psfWord } = this.reaches;
    // where nothing is known, NaN compares as false
    return this.isBeyond(this.placed.x[i]!, this.placed.y[i]!, galaxyPx[i]!, psfWord[i]!);
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
    return !Number.isNaN(this.reaches.galaxyPx[i]!);
  }

  /** Keeps how far the photons of source i get. @param galaxyPx reach of the galaxy itself [px] */
  learn(i: number, galaxyPx: number, psfWord: number): void {
    this.reaches.galaxyPx[i] = galaxyPx;
    this.reaches.psfWord[i] = psfWord;
  }

  /** Squared distance from a place to the window [px^2]; 0 inside. */
  private distance2(x: number, y: number): number {
    const { x0, x1, y0, y1 } = this.window;
    const dx = Math.max(x0 - 0.5 - x, x - (x1 - 0.5), 0);
    const dy = Math.max(y0 - 0.5 - y, y - (y1 - 0.5), 0);
    return dx * dx + dy * dy;
  }
}
