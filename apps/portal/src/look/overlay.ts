/** What is drawn over the picture: marks of sources, the chosen one, a region, lines of a cut. Positions are pixel0. */
import type { PixelPosition } from '../image-pixels/pointer-store.js';
import type { Affine } from './viewer/protocol.js';

/** A source's mark. */
export interface Mark extends PixelPosition {
  /** CSS pixels. */
  readonly radius: number;
}

/** Everything over one picture. */
export interface OverlayScene {
  readonly marks: readonly Mark[];
  readonly chosen: PixelPosition | null;
  /** A circle; its radius is in image pixels. */
  readonly region: (PixelPosition & { readonly radius: number }) | null;
  readonly cut: PixelPosition | null;
}

const MARK = '#3fd1ff';
const CHOSEN = '#ffb000';
const REGION = '#7dff6b';

/** Where a pixel0 position is on the screen. */
export function toScreen([a, b, c, d, e, f]: Affine, { x, y }: PixelPosition): PixelPosition {
  return { x: a * (x + 1) + c * (y + 1) + e, y: b * (x + 1) + d * (y + 1) + f };
}

/** The pixel0 position at a place of the screen. */
export function fromScreen([a, b, c, d, e, f]: Affine, X: number, Y: number): PixelPosition {
  const determinant = a * d - b * c;
  return {
    x: (d * (X - e) - c * (Y - f)) / determinant - 1,
    y: (a * (Y - f) - b * (X - e)) / determinant - 1,
  };
}

/** The mark nearest to a position within a distance on the screen; its index, or -1. */
export function nearestMark(
  marks: readonly PixelPosition[],
  affine: Affine,
  at: PixelPosition,
  withinCss: number,
): number {
  const target = toScreen(affine, at);
  let best = -1;
  let least = withinCss * withinCss;
  marks.forEach((mark, i) => {
    const { x, y } = toScreen(affine, mark);
    const distance = (x - target.x) ** 2 + (y - target.y) ** 2;
    if (distance <= least) {
      least = distance;
      best = i;
    }
  });
  return best;
}

/** Draws the scene over the whole of a canvas. */
export function drawOverlay(canvas: HTMLCanvasElement, affine: Affine, scene: OverlayScene): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.lineWidth = 1.25;
  context.strokeStyle = MARK;
  context.beginPath();
  for (const mark of scene.marks) {
    const { x, y } = toScreen(affine, mark);
    const { radius } = mark;
    if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.stroke();
  if (scene.cut !== null) {
    const { x, y } = toScreen(affine, scene.cut);
    context.strokeStyle = REGION;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
  }
  if (scene.region !== null) {
    const { x, y } = toScreen(affine, scene.region);
    context.lineWidth = 2;
    context.strokeStyle = REGION;
    context.beginPath();
    context.arc(x, y, scene.region.radius * Math.hypot(affine[0], affine[1]), 0, 2 * Math.PI);
    context.stroke();
  }
  if (scene.chosen !== null) {
    const { x, y } = toScreen(affine, scene.chosen);
    context.lineWidth = 2.5;
    context.strokeStyle = CHOSEN;
    context.beginPath();
    context.arc(x, y, 12, 0, 2 * Math.PI);
    context.stroke();
  }
}
