/** An open frame as the parts that work on it see it: its memory, its size, and what may be asked of it now. */
import { KernelStateError, requireInteger } from './errors.js';
import type { KernelCore } from './kernel-core.js';
import type { FrameLayout, FramePlanes } from './memory-map.js';
import type { PixelRange } from './stamp-drawing.js';

/** The memory of one frame. */
export class FrameArea {
  private readonly number: number;

  readonly core: KernelCore;
  readonly layout: FrameLayout;
  readonly nx: number;
  readonly ny: number;
  readonly planes: FramePlanes;
  /** The pixels that are wanted. */
  readonly window: PixelRange;

  constructor(
    core: KernelCore,
    layout: FrameLayout,
    nx: number,
    ny: number,
    planes: FramePlanes,
    window: PixelRange,
  ) {
    this.core = core;
    this.layout = layout;
    this.nx = nx;
    this.ny = ny;
    this.planes = planes;
    this.window = window;
    this.number = core.frameNumber;
  }

  /** Byte address of row y of the counts. */
  countsAt(y: number): number {
    return this.layout.counts + 4 * this.layout.strideX * y;
  }

  /** Byte address of row y of the mean image. */
  meanAt(y: number): number {
    return this.layout.mean + 4 * this.layout.strideX * y;
  }

  /** Throws unless this is the open frame. */
  requireOpen(call: string): void {
    this.core.requireFrame(this.number, call);
  }

  /** Throws unless this is the open frame and has counts. */
  requireCounts(call: string): void {
    this.requireOpen(call);
    if (!this.planes.counts)
      throw new KernelStateError(call, 'the frame was opened without counts; open it with counts');
  }

  /** Throws unless this is the open frame and has a mean image. */
  requireMean(call: string): void {
    this.requireOpen(call);
    if (!this.planes.mean)
      throw new KernelStateError(call, 'the frame was opened without a mean image; open it with mean');
  }

  /** Throws unless there are `rows` rows from y0 on. */
  requireRows(y0: number, rows: number): void {
    requireInteger('first row', y0, 0, this.ny - 1);
    requireInteger('rows', rows, 1, this.ny - y0);
  }
}
