/** Painting the part of an image that a canvas shows: one value for each screen pixel, stretched as it is painted. */
import type { PixelPosition } from './pointer-store.js';
import type { Pixels } from './statistics.js';

/** What part is seen: the pixel0 in the middle of the canvas, and screen pixels per pixel. +y is up. */
export interface PaintedView {
  readonly centre: PixelPosition;
  readonly zoom: number;
}

/** How values become colours. */
export interface Painting {
  readonly kind: 'light' | 'difference';
  /** Black, or the middle of a difference. */
  readonly level: number;
  /** The scale of the stretch: noise of the sky, or the difference that is full colour. */
  readonly scale: number;
}

/** White, in units of the scale. */
const WHITE = 300;

/** Level and noise of the sky, from a sample: median, and its distance from the 16 % point. */
export function skyOf(values: Int32Array | Float32Array): { readonly level: number; readonly noise: number } {
  const step = Math.max(1, Math.floor(values.length / 50_000));
  const sample = new Float64Array(Math.ceil(values.length / step));
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * step] ?? 0;
  sample.sort();
  const level = sample[sample.length >> 1] ?? 0;
  return { level, noise: Math.max(level - (sample[Math.floor(0.1587 * sample.length)] ?? 0), 0.5) };
}

/** Paints. */
export function paint(
  canvas: HTMLCanvasElement,
  pixels: Pixels,
  view: PaintedView,
  painting: Painting,
): void {
  const context = canvas.getContext('2d');
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (context === null || width === 0 || height === 0) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const picture = context.createImageData(width, height);
  const words = new Uint32Array(picture.data.buffer);
  const { nx, ny, values } = pixels;
  const columns = Int32Array.from({ length: width }, (_c, i) => {
    const column = Math.round(view.centre.x + (i + 0.5 - width / 2) / view.zoom);
    return column < 0 || column >= nx ? -1 : column;
  });
  const colourOf = painting.kind === 'light' ? lightOf(painting) : differenceOf(painting);
  for (let j = 0; j < height; j++) {
    const row = Math.round(view.centre.y - (j + 0.5 - height / 2) / view.zoom);
    const isInside = row >= 0 && row < ny;
    for (let i = 0; i < width; i++) {
      const column = columns[i] ?? -1;
      words[j * width + i] = isInside && column >= 0 ? colourOf(values[row * nx + column] ?? 0) : OUTSIDE;
    }
  }
  context.putImageData(picture, 0, 0);
}

const rgb = (red: number, green: number, blue: number): number =>
  (0xff << 24) | (blue << 16) | (green << 8) | red;
const OUTSIDE = rgb(40, 44, 50);

function lightOf({ level, scale }: Painting): (value: number) => number {
  const white = 255 / Math.asinh(WHITE);
  return (value) => {
    const above = (value - level) / scale + 1;
    const grey = above <= 0 ? 0 : Math.min(255, Math.round(Math.asinh(above) * white));
    return rgb(grey, grey, grey);
  };
}

/** White where nothing differs, blue where it is less, red where it is more. */
function differenceOf({ level, scale }: Painting): (value: number) => number {
  return (value) => {
    const part = Math.max(-1, Math.min(1, (value - level) / scale));
    const pale = Math.round(255 * (1 - Math.abs(part)));
    return part < 0 ? rgb(pale, pale, 255) : rgb(255, pale, pale);
  };
}
