/**
 * The mean electrons that each source of a detector leaves in a few pixels: the expectation of what the drawing realises, by the
 * same kernel and for each source in the way in which it is drawn.
 *
 * A point drawn from its stamp and the photons beyond has the whole profile as its mean; so has what is shot photon by photon.
 * A galaxy drawn in a Fourier box has the box, whose folded light and edge are in the file, too. A galaxy that is shot is
 * worked out in a box that holds the pixels, as long as they lie within its own light; farther out it is a point.
 */
import type { Frame, Kernel, Psf } from '@imsim-od/kernel';
import { visitCloud } from '../detector/cloud-points.js';
import type { DetectorSetting } from '../detector/detector-setting.js';
import type { ReachingSources } from '../detector/draw-charge.js';
import { type DrawingMethod, MAX_BOX_SIZE, pointMethod } from '../detector/drawing-method.js';
import type { PixelWindow } from '../detector/pixel-window.js';
import { boxLimits, sersicDrawing } from '../detector/sersic-drawing.js';
import { type ProfileMatrix, type SourceShape, shapeOf } from '../detector/source-shape.js';
import { ARCSEC_PER_PX, extentArcsec, reachPx } from '../detector/source-reach.js';

/** Surface brightness at which a point's wings end here, electrons per pixel: the least that the kernel takes. */
const LEAST_BRIGHTNESS = 1e-12;
/** Pixels around a galaxy's own light within which the PSF's core still matters. */
const PSF_CORE_PX = 64;
/**
 * Sources are left out at this many times the distance at which a point of their flux falls under 0.003 electrons a pixel, beside
 * their own extent: by the r^(-11/3) of the wings each then leaves under 0.003 * 3^(-11/3) = 5e-5 electrons.
 */
const REACHES = 3;
/** Light that a box may fold where a galaxy is shot, and nothing folds in the file. */
const SHOT_FOLD = 5e-4;

/** Told what a source leaves in the pixels of the window, row by row; the values are those of the call alone. */
export type SourceMeanListener = (source: number, electrons: Float64Array, method: DrawingMethod) => void;

/**
 * Works out the mean electrons of the sources in a window of few pixels. Opens a frame of the kernel.
 * @param reaches how far a source's light is followed; 1 suffices where 0.003 electrons are nothing
 */
export function visitSourceMeans(
  setting: DetectorSetting,
  kernel: Kernel,
  { gathered: { table }, placed }: ReachingSources,
  window: PixelWindow,
  listen: SourceMeanListener,
  reaches = REACHES,
): void {
  const drawing = new WindowMeans(kernel, kernel.preparePsf(setting.psf.model), window);
  const field = { size: setting.detector, projection: setting.projection, photometry: setting.photometry };
  for (let i = 0; i < placed.length; i++) {
    const row = placed.row[i]!;
    const x = placed.x[i]!;
    const y = placed.y[i]!;
    const electrons = placed.electrons[i]!;
    const extentPx = extentArcsec(table, row) / ARCSEC_PER_PX;
    if (drawing.distancePx(x, y) > reaches * reachPx(electrons) + extentPx) continue;
    const shape = shapeOf(table, row, placed.jacobianOf(i));
    let method: DrawingMethod = 'none';
    if (shape.kind === 'point') method = drawing.addPoint(x, y, electrons);
    else if (shape.kind === 'sersic') method = drawing.addSersic(shape, x, y, electrons, extentPx);
    else if (shape.kind === 'cloud') {
      method = 'photons';
      visitCloud(shape, placed, i, field, (_, px, py, e) => {
        if (drawing.addPoint(px, py, e) !== 'photons') method = 'radial';
      });
    }
    const taken = drawing.take();
    if (taken) listen(i, taken, method);
  }
}

/** A frame of the window's size, and what a source adds to it. */
class WindowMeans {
  private readonly frame: Frame;
  private readonly psf: Psf;
  private readonly window: PixelWindow;
  private readonly sum: Float64Array;

  constructor(kernel: Kernel, psf: Psf, window: PixelWindow) {
    const { x0, x1, y0, y1 } = window;
    this.frame = kernel.openFrame(x1 - x0, y1 - y0, { counts: false });
    this.psf = psf;
    this.window = window;
    this.sum = new Float64Array((x1 - x0) * (y1 - y0));
  }

  /** Adds a point at pixel0 (x, y) of the detector. @returns how it is drawn */
  addPoint(x: number, y: number, electrons: number): DrawingMethod {
    const { x0, y0 } = this.window;
    this.frame.addPointMean(this.psf, x - x0, y - y0, electrons, LEAST_BRIGHTNESS);
    return pointMethod(electrons);
  }

  /** Adds a galaxy at pixel0 (x, y) of the detector. @param extentPx radius of its own light. @returns how it is drawn */
  addSersic(
    { sersicIndex, matrix }: Extract<SourceShape, { readonly kind: 'sersic' }>,
    x: number,
    y: number,
    electrons: number,
    extentPx: number,
  ): DrawingMethod {
    const { frame, psf } = this;
    const { method } = sersicDrawing(frame, psf, sersicIndex, matrix, electrons);
    if (method !== 'photons') this.addBox(sersicIndex, x, y, matrix, electrons, boxLimits(electrons));
    else {
      const farthest = this.farthestPx(x, y);
      if (farthest > Math.min(extentPx + PSF_CORE_PX, MAX_BOX_SIZE / 2 - 1)) this.addPoint(x, y, electrons);
      else {
        const limits = { maxOutside: this.foldHolding(sersicIndex, matrix, farthest), maxSize: MAX_BOX_SIZE };
        this.addBox(sersicIndex, x, y, matrix, electrons, limits);
      }
    }
    return method;
  }

  private addBox(
    sersicIndex: number,
    x: number,
    y: number,
    [a11, a12, a21, a22]: ProfileMatrix,
    electrons: number,
    limits: Parameters<Frame['addSersicMean']>[9],
  ): void {
    const { x0, y0 } = this.window;
    // prettier-ignore
    this.frame.addSersicMean(this.psf, sersicIndex, x - x0, y - y0, a11, a12, a21, a22, electrons, limits);
  }

  /** The fold under which the box of a galaxy holds pixels as far as `farthestPx` from its place. */
  private foldHolding(sersicIndex: number, [a11, a12, a21, a22]: ProfileMatrix, farthestPx: number): number {
    for (let fold = SHOT_FOLD; ; fold /= 4) {
      const { frame, psf } = this;
      const box = frame.sersicBoxSize(psf, sersicIndex, a11, a12, a21, a22, fold, MAX_BOX_SIZE);
      if (box.size / 2 > farthestPx + 1 || box.size >= MAX_BOX_SIZE) return fold;
    }
  }

  /** Distance from a place to the window; 0 inside. */
  distancePx(x: number, y: number): number {
    const { x0, x1, y0, y1 } = this.window;
    const dx = Math.max(x0 - x, x - (x1 - 1), 0);
    const dy = Math.max(y0 - y, y - (y1 - 1), 0);
    return Math.sqrt(dx * dx + dy * dy);
  }

  /** Distance along either axis from a place to the farthest pixel of the window. */
  private farthestPx(x: number, y: number): number {
    const { x0, x1, y0, y1 } = this.window;
    return Math.max(Math.abs(x - x0), Math.abs(x - (x1 - 1)), Math.abs(y - y0), Math.abs(y - (y1 - 1)));
  }

  /** What was added since the last time; undefined where nothing was. Clears the frame. */
  take(): Float64Array | undefined {
    const { nx, ny } = this.frame;
    let total = 0;
    for (let y = 0; y < ny; y++) {
      const row = this.frame.meanRow(y);
      for (let x = 0; x < nx; x++) total += this.sum[y * nx + x] = row[x]!;
      row.fill(0);
    }
    return total === 0 ? undefined : this.sum;
  }
}
