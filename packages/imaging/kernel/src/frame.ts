/**
 * A frame: one chip's mean image (float, electrons expected) and its counts (integers, electrons realised).
 *
 * Pixel frame: pixel0, 0-based pixel centres, x fastest. Photons are counted straight away; means add up in the order of
 * calls and become counts in realise(). Every object is drawn from its own stream, so counts do not depend on order.
 * Floats are single precision throughout; positions are split into an integer pixel and an offset first.
 */
import { RandomStream } from '@imsim-od/portable-math';
import { RADIAL_BINS, RADIAL_MIN_EXPONENT } from './profiles/index.js';
import type { BoxSize } from './box-rule.js';
import { KernelInputError, requireInteger, requireRange } from './errors.js';
import { binStart, readTable, tableBounds } from './float-bins.js';
import { FrameArea } from './frame-area.js';
import { realiseAround, realiseMeans, realiseUniform, saturate, type RowsKey } from './frame-noise.js';
import { allCounts, bigEndianRowLimit, bigEndianRows, countsRow, maxCounts, meanRow } from './frame-rows.js';
import type { KernelCore } from './kernel-core.js';
import { SURFACE_POINT_LIMIT, type FrameLayout, type FramePlanes } from './memory-map.js';
import { lightOffChip, type SersicShape } from './off-chip.js';
import { leastPhotonPath, wordLimits } from './photon-reach.js';
import { shootSources, type PhotonSources } from './photon-batch.js';
import type { Psf } from './psf.js';
import { shootWings, wingElectrons } from './point-wings.js';
import { openReadout, type Readout, type ReadoutConfig } from './readout.js';
import { requireMatrix, sersicBoxSize } from './sersic-box.js';
import { placeOnGrid } from './sersic-grid.js';
import { drawStamp, type PixelRange } from './stamp-drawing.js';

/** Key of a random stream: four words of 32 bits. Everything drawn for one item and purpose shares one key. */
export type StreamKey = readonly [a: number, b: number, c: number, d: number];

/** What a mean-image galaxy's stamp may cost. */
export interface StampLimits {
  /** Fraction of the light that may lie outside the stamp; it folds back into it. */
  readonly maxOutside: number;
  /** Largest stamp [px], a power of two from 32 to 2048. */
  readonly maxSize: number;
}

/** What drawing a galaxy into the mean image did. */
export interface DrawnStamp {
  /** Expected electrons that landed on the chip. */
  readonly electrons: number;
  /** The stamp's side [px]. */
  readonly size: number;
  /** Estimated fraction of the light outside the stamp, folded back. */
  readonly outside: number;
}

/** Farther from the chip than this [px] nothing is drawn. */
const FAR = 2_000_000;
/** Photons that one call shoots at most. */
const MAX_PHOTONS = 2_147_483_648;
/** Electrons that one object may have. */
const MAX_FLUX = 1e18;
/** A point source whose PSF needs folded zones is drawn by FFT within this many pixels of its base pixel. */
const CORE_HALF_WIDTH = 12;
/** Size of that stamp [px]: what folds into its core is some 1e-8 of the light a pixel. */
const CORE_STAMP = 128;
/** Photons of which, where they may fall outside the window, it pays to look at each one's words first. */
const LEAST_SIEVED = 64;
/** Largest mean of which the compiled code draws single counts. */
const MOST_QUICK_COUNT = 1e6;
const RADIAL_BOUNDS = tableBounds(RADIAL_MIN_EXPONENT, RADIAL_BINS);

/** An open frame. Made by Kernel.openFrame; opening another closes it. */
export class Frame {
  private readonly area: FrameArea;
  private readonly core: KernelCore;
  private readonly layout: FrameLayout;
  /** Columns. */
  readonly nx: number;
  /** Rows. */
  readonly ny: number;
  /** Whether the frame can hold counts. */
  readonly hasCounts: boolean;
  /** The pixels that are wanted: there, counts are those of the whole frame; elsewhere they mean nothing. */
  readonly window: PixelRange;
  private readonly isWhole: boolean;

  /** @internal */
  constructor(
    core: KernelCore,
    layout: FrameLayout,
    nx: number,
    ny: number,
    planes: FramePlanes,
    window: PixelRange = { x0: 0, x1: nx, y0: 0, y1: ny },
  ) {
    this.area = new FrameArea(core, layout, nx, ny, planes, window);
    this.core = core;
    this.layout = layout;
    this.nx = nx;
    this.ny = ny;
    this.hasCounts = planes.counts;
    this.window = window;
    const { x0, x1, y0, y1 } = window;
    this.isWhole = x0 === 0 && y0 === 0 && x1 === nx && y1 === ny;
  }

  /** The Poisson count of RandomStream(...key).poisson(mean), drawn by the compiled code; throws as that does. */
  poissonCount(mean: number, key: StreamKey): number {
    if (mean >= 0 && mean <= MOST_QUICK_COUNT) {
      const count = this.core.wasm.poissonCount(this.core.map.state, key[0], key[1], key[2], key[3], mean);
      if (count >= 0) return count;
    }
    return new RandomStream(...key).poisson(mean);
  }

  /**
   * Shoots photons of a point source at pixel0 (x, y). The PSF's wings are followed to a tail probability of 2^-32.
   * @param photons 0 .. 2^31. @returns how many landed on the chip
   */
  shootPoint(psf: Psf, x: number, y: number, photons: number, key: StreamKey): number {
    this.area.requireCounts('shootPoint');
    requireInteger('photons', photons, 0, MAX_PHOTONS);
    if (!this.mayDraw(x, y, photons)) return 0;
    const { wasm, map } = this.core;
    const radius = this.core.addressOf(this.core.prepared(psf), 'radius');
    const bx = Math.round(x);
    const by = Math.round(y);
    wasm.seed(map.state, ...key);
    const { counts, strideX } = this.layout;
    // prettier-ignore
    return wasm.shootPoint(map.state, photons, radius, bx, by, x - bx, y - by, counts, strideX, this.nx, this.ny, strideX * this.ny) >>> 0;
  }

  /**
   * Shoots photons of a Sersic galaxy seen through the PSF. The matrix takes circular coordinates in which the half-light
   * radius is 1 to pixels. Between grid points of n, photons are split between the two neighbours' tables.
   * @param sersicIndex 0.3 .. 6.2; @param photons 0 .. 2^31. @returns how many landed on the chip; of a galaxy outside the
   * window not all are shot, and the number means nothing
   */
  // prettier-ignore
  shootSersic(
    psf: Psf, sersicIndex: number, x: number, y: number,
    a11: number, a12: number, a21: number, a22: number, photons: number, key: StreamKey,
  ): number {
    this.area.requireCounts('shootSersic');
    const { lower, upperShare } = placeOnGrid(sersicIndex);
    requireMatrix([a11, a12, a21, a22]);
    requireInteger('photons', photons, 0, MAX_PHOTONS);
    if (!this.mayDraw(x, y, photons)) return 0;
    const { wasm, map } = this.core;
    const prepared = this.core.prepared(psf);
    const radius = this.core.addressOf(prepared, 'radius');
    const bx = Math.round(x);
    const by = Math.round(y);
    wasm.seed(map.state, ...key);
    let upper = 0;
    if (upperShare > 0) {
      wasm.fillWords(map.state, map.words, 4);
      const u = ((this.core.integers(map.words, 1)[0] ?? 0) >>> 0) / 4294967296;
      upper = Math.min(photons, Math.floor(photons * upperShare + u));
    }
    const { counts, strideX } = this.layout;
    const path = this.leastPath(x, y);
    const shoot = (n: number, grid: number): number => {
      if (n === 0) return 0;
      const table = this.core.radiusTableOf(grid);
      if (path === 0 || n < LEAST_SIEVED) {
        return wasm.shootSersic(map.state, n, table, radius, bx, by, x - bx, y - by,
          a11, a12, a21, a22, counts, strideX, this.nx, this.ny, strideX * this.ny) >>> 0;
      }
      const scale = Math.sqrt(a11 * a11 + a12 * a12 + a21 * a21 + a22 * a22);
      const limits = wordLimits(this.core.radiusBoundsOf(grid), scale, prepared.radiusBounds, path);
      wasm.shootSersicBeyond(map.state, n, table, radius, bx, by, x - bx, y - by,
        a11, a12, a21, a22, counts, strideX, this.nx, this.ny, strideX * this.ny, limits.galaxy, limits.psf);
      return 0;
    };
    return shoot(photons - upper, lower) + shoot(upper, lower + 1);
  }

  /**
   * Shoots a list of sources: the same counts as poissonCount() and shootPoint() or shootSersic() for each, in a fraction of the
   * time where sources are faint.
   */
  shootSources(psf: Psf, sources: PhotonSources): void {
    this.area.requireCounts('shootSources');
    const { layout, nx, ny } = this;
    const bounds = { layout, nx, ny, far: FAR, mostQuickCount: MOST_QUICK_COUNT };
    shootSources(this.core, this.core.prepared(psf), sources, bounds);
  }

  /**
   * Adds the expected image of a point source of `flux` electrons, out to where its surface brightness falls below
   * `minSurfaceBrightness` [electron/px]: from the radial table, and by FFT in the core where the PSF is undersampled.
   * @returns expected electrons that landed on the chip
   */
  addPointMean(psf: Psf, x: number, y: number, flux: number, minSurfaceBrightness: number): number {
    this.area.requireMean('addPointMean');
    this.core.spoilMeans();
    return this.pointMean(psf, x, y, flux, minSurfaceBrightness, this.ny);
  }

  private pointMean(
    psf: Psf,
    x: number,
    y: number,
    flux: number,
    minSurfaceBrightness: number,
    endY: number,
  ): number {
    requireRange('flux', flux, 0, MAX_FLUX);
    requireRange('minSurfaceBrightness', minSurfaceBrightness, 1e-12, MAX_FLUX);
    if (!this.mayDraw(x, y, flux)) return 0;
    const prepared = this.core.prepared(psf);
    const reach = brightRadius(prepared.radial, minSurfaceBrightness / flux);
    const bx = Math.round(x);
    const by = Math.round(y);
    let electrons = 0;
    let hole = -1;
    if (prepared.zones > 1) {
      hole = CORE_HALF_WIDTH;
      const clip = {
        x0: Math.max(0, bx - hole),
        x1: Math.min(this.nx, bx + hole + 1),
        y0: Math.max(0, by - hole),
        y1: Math.min(endY, by + hole + 1),
      };
      if (clip.x1 > clip.x0 && clip.y1 > clip.y0) {
        electrons += drawStamp(this.core, this.layout, prepared, null, x, y, flux, CORE_STAMP, clip);
      }
    }
    const radial = this.core.addressOf(prepared, 'radial');
    const { base, last, top } = RADIAL_BOUNDS;
    // prettier-ignore
    return electrons + this.core.wasm.radialStamp(radial, base, last, top, bx, by, x - bx, y - by, flux, reach, hole,
      this.layout.mean, this.layout.strideX, this.nx, endY);
  }

  /**
   * Adds the expected image of a Sersic galaxy of `flux` electrons (to infinity: never renormalised) by FFT.
   * @returns electrons on the chip, the stamp's side, and the estimated fraction of light outside it
   */
  // prettier-ignore
  addSersicMean(
    psf: Psf, sersicIndex: number, x: number, y: number,
    a11: number, a12: number, a21: number, a22: number, flux: number, limits: StampLimits,
  ): DrawnStamp {
    this.area.requireMean('addSersicMean');
    this.core.spoilMeans();
    return this.sersicMean(psf, sersicIndex, x, y, a11, a12, a21, a22, flux, limits, this.ny);
  }

  // prettier-ignore
  private sersicMean(
    psf: Psf, sersicIndex: number, x: number, y: number,
    a11: number, a12: number, a21: number, a22: number, flux: number, limits: StampLimits, endY: number,
  ): DrawnStamp {
    const box = this.sersicBoxSize(psf, sersicIndex, a11, a12, a21, a22, limits.maxOutside, limits.maxSize);
    requireRange('flux', flux, 0, MAX_FLUX);
    if (!this.mayDraw(x, y, flux)) return { electrons: 0, ...box };
    const galaxy = { place: placeOnGrid(sersicIndex), matrix: [a11, a12, a21, a22] as const };
    const chip = { x0: 0, x1: this.nx, y0: 0, y1: endY };
    const electrons = drawStamp(this.core, this.layout, this.core.prepared(psf), galaxy, x, y, flux, box.size, chip);
    return { electrons, ...box };
  }

  /**
   * Draws a point source of `flux` expected electrons as charge: its expected image as addPointMean makes it, Poisson
   * counts of that image from the object's own stream, and photons of what lies beyond. The mean image must be clear
   * around it and is left so.
   * @returns electrons that landed on the chip
   */
  drawPoint(
    psf: Psf,
    x: number,
    y: number,
    flux: number,
    minSurfaceBrightness: number,
    key: StreamKey,
  ): number {
    this.area.requireCounts('drawPoint');
    this.area.requireMean('drawPoint');
    if (!this.mayDraw(x, y, flux)) return 0;
    const prepared = this.core.prepared(psf);
    const reach = brightRadius(prepared.radial, minSurfaceBrightness / flux);
    const half = Math.ceil(Math.max(reach + 2, CORE_HALF_WIDTH + 1));
    const expected = this.isWanted(x, y, half)
      ? this.pointMean(psf, x, y, flux, minSurfaceBrightness, this.window.y1)
      : 0;
    const electrons = expected === 0 ? 0 : realiseAround(this.area, Math.round(x), Math.round(y), half, key);
    // where the core is drawn as a square, nothing is missing as far as its corners
    const drawn = prepared.zones > 1 ? Math.max(reach, 1.5 * CORE_HALF_WIDTH) : reach;
    return electrons + this.shootBeyond(prepared.radius, x, y, flux, drawn, key);
  }

  /** Photons of a point that fall farther than `radius` [px] from it; returns how many landed on the chip. */
  private shootBeyond(
    radiusTable: Float32Array,
    x: number,
    y: number,
    flux: number,
    radius: number,
    key: StreamKey,
  ): number {
    const stream = new RandomStream(key[0], key[1], key[2] ^ WINGS, key[3]);
    const mean = wingElectrons(radiusTable, flux, radius);
    const photons = stream.poisson(Math.min(mean, MAX_PHOTONS));
    const counts = this.allCounts();
    let landed = 0;
    const leastPath = this.leastPath(x, y);
    shootWings(radiusTable, { x, y, radius, photons, leastPath }, stream, (px, py) => {
      if (px < 0 || py < 0 || px >= this.nx || py >= this.ny) return;
      counts[py * this.layout.strideX + px]! += 1;
      landed++;
    });
    return landed;
  }

  /**
   * Draws a Sersic galaxy of `flux` expected electrons as charge: its expected image as addSersicMean makes it, and
   * Poisson counts of that image from the object's own stream. The mean image must be clear around it and is left so.
   * @returns electrons that landed on the chip
   */
  // prettier-ignore
  drawSersic(
    psf: Psf, sersicIndex: number, x: number, y: number,
    a11: number, a12: number, a21: number, a22: number, flux: number, limits: StampLimits, key: StreamKey,
  ): number {
    this.area.requireCounts('drawSersic');
    this.area.requireMean('drawSersic');
    const box = this.sersicBoxSize(psf, sersicIndex, a11, a12, a21, a22, limits.maxOutside, limits.maxSize);
    if (!this.isWanted(x, y, box.size / 2)) return 0;
    const { electrons, size } = this.sersicMean(psf, sersicIndex, x, y, a11, a12, a21, a22, flux, limits, this.window.y1);
    return electrons === 0 ? 0 : realiseAround(this.area, Math.round(x), Math.round(y), size / 2, key);
  }

  /** How far [px] a photon from a place must get at least to be wanted. */
  private leastPath(x: number, y: number): number {
    return this.isWhole ? 0 : leastPhotonPath(this.window, x, y);
  }

  /** Whether a stamp of this half width around a place touches the window. */
  private isWanted(x: number, y: number, half: number): boolean {
    const { x0, x1, y0, y1 } = this.window;
    const bx = Math.round(x);
    const by = Math.round(y);
    return bx - half < x1 && bx + half >= x0 && by - half < y1 && by + half >= y0;
  }

  /** The stamp that addSersicMean would draw: input to choosing between photons and FFT. */
  // prettier-ignore
  sersicBoxSize(
    psf: Psf, sersicIndex: number, a11: number, a12: number, a21: number, a22: number, maxOutside: number, maxSize: number,
  ): BoxSize {
    return sersicBoxSize(this.core, psf, sersicIndex, [a11, a12, a21, a22], maxOutside, maxSize);
  }

  /**
   * Estimated fraction of the light of an object at pixel0 (x, y) that falls off the chip: of a point, or of a galaxy where one
   * is given; 1 for a centre off the chip. Good to some 30 % of itself up to a tenth.
   */
  lightOffChip(psf: Psf, x: number, y: number, galaxy?: SersicShape): number {
    return lightOffChip(this.core, psf, galaxy, x, y, this);
  }

  /** Adds a constant [electron/px] to the mean image. */
  addUniform(value: number): void {
    this.area.requireMean('addUniform');
    this.core.spoilMeans();
    requireRange('value', value, -MAX_FLUX, MAX_FLUX);
    const { mean, strideX } = this.layout;
    this.core.wasm.addConstant(mean, strideX * this.ny, value);
  }

  /**
   * Adds a bilinear surface [electron/px]: (gy + 1) x (gx + 1) control points, row by row; the outermost lie on the chip's
   * edges, so pixel0 x has the coordinate (x + 1/2) gx / nx.
   */
  addGrid(grid: Float32Array, gx: number, gy: number): void {
    this.area.requireMean('addGrid');
    requireInteger('gx', gx, 1, this.nx);
    requireInteger('gy', gy, 1, this.ny);
    const points = (gx + 1) * (gy + 1);
    if (grid.length !== points || points > SURFACE_POINT_LIMIT) {
      throw new KernelInputError(
        'grid length',
        grid.length,
        `it must be (gx + 1)(gy + 1) = ${points}, at most ${SURFACE_POINT_LIMIT}`,
      );
    }
    const { map, wasm } = this.core;
    this.core.floats(map.surface, points).set(grid);
    wasm.addBilinear(
      map.surface,
      gx,
      gy,
      map.surfaceLine,
      this.layout.mean,
      this.layout.strideX,
      this.nx,
      this.ny,
      this.window.y0,
      this.window.y1,
    );
  }

  /** Adds Poisson(mean) to the counts, each row of the window from the stream (a, b, c, row). Saturates at 2^31 - 1. */
  realise(key: RowsKey): void {
    this.area.requireCounts('realise');
    this.area.requireMean('realise');
    realiseMeans(this.area, key);
  }

  /**
   * Adds Poisson(value) to every count of `rows` rows from y0 on without touching the mean image: up to a mean of 100,000 from a
   * table that is exact to 2^-32, above it with the bits of addUniform and realise. Rows have streams of their own, so it does
   * not matter in what portions they are drawn.
   */
  realiseUniform(value: number, key: RowsKey, y0 = 0, rows: number = this.ny - y0): void {
    this.area.requireCounts('realiseUniform');
    requireRange('value', value, 0, MAX_FLUX);
    realiseUniform(this.area, value, key, y0, rows);
  }

  /** Holds counts that photons carried past 2^31 - 1 at that value, as realise() does. */
  saturate(): void {
    saturate(this.allCounts());
  }

  /** Pixels from one row of the counts to the next. */
  get stride(): number {
    return this.layout.strideX;
  }

  /** All counts [electron], row by row with `stride`: a view, valid until the next frame is opened. May be written to. */
  allCounts(): Int32Array {
    return allCounts(this.area);
  }

  /**
   * `rows` rows from y0 on as float32 in the byte order of FITS: the counts, the means, or their sum, rounded once. A view,
   * valid until the next call to the kernel; at most bigEndianRowLimit rows at a time.
   */
  bigEndianRows(of: 'counts' | 'mean' | 'sum', y0: number, rows: number): Uint8Array {
    return bigEndianRows(this.area, of, y0, rows);
  }

  /** Most rows that bigEndianRows gives at a time: a quarter of a megabyte of them, at least one. */
  get bigEndianRowLimit(): number {
    return bigEndianRowLimit(this.area);
  }

  /** Row y of the mean image [electron/px]: a view, valid until the next frame is opened. */
  meanRow(y: number): Float32Array {
    return meanRow(this.area, y);
  }

  /** Row y of the counts [electron]: a view, valid until the next frame is opened. May be written to. */
  countsRow(y: number): Int32Array {
    return countsRow(this.area, y);
  }

  /** Copies `rows` rows of the mean image from y0 on into `out` (rows x nx). */
  readMean(out: Float32Array, y0: number, rows: number): void {
    for (let y = 0; y < rows; y++) out.set(this.meanRow(y0 + y), y * this.nx);
  }

  /** Copies `rows` rows of the counts from y0 on into `out` (rows x nx). */
  readCounts(out: Int32Array, y0: number, rows: number): void {
    for (let y = 0; y < rows; y++) out.set(this.countsRow(y0 + y), y * this.nx);
  }

  /** The largest count on the chip. */
  maxCounts(): number {
    return maxCounts(this.area);
  }

  /** Begins reading the counts out through sixteen amplifiers. */
  openReadout(config: ReadoutConfig): Readout {
    this.area.requireCounts('openReadout');
    return openReadout(this.core, this.layout, this.nx, this.ny, config);
  }

  /** Checks the place; false where there is nothing to draw. */
  private mayDraw(x: number, y: number, amount: number): boolean {
    requireRange('x', x, -Number.MAX_VALUE, Number.MAX_VALUE);
    requireRange('y', y, -Number.MAX_VALUE, Number.MAX_VALUE);
    return amount > 0 && Math.abs(x) < FAR && Math.abs(y) < FAR;
  }
}

/** Word that sets the photons beyond a point's stamp apart from the counts of the stamp. */
const WINGS = 0x57494e47;

/** The radius [px] beyond which the radial table stays below a surface brightness per unit flux. */
function brightRadius(radial: Float32Array, brightness: number): number {
  let bin = RADIAL_BINS;
  while (
    bin > 0 &&
    readTable(radial, RADIAL_MIN_EXPONENT, binStart(RADIAL_MIN_EXPONENT, bin - 1)) < brightness
  )
    bin--;
  return Math.sqrt(binStart(RADIAL_MIN_EXPONENT, bin));
}
