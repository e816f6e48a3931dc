/** Pixels of a detector, 0-based, x1 and y1 exclusive. */
export interface PixelWindow {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}
