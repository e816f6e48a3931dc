/**
 * Painting the part of an image that a canvas shows: one value for each point of the screen, stretched as it is painted. Of an image shown
 * smaller than its pixels that is the one in the middle of the point; of a difference the largest without its sign among all that fall on it,
 * so that one pixel that differs is seen.
 */
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
/** The colour of the smallest difference, a part of the full one: what differs is never as white as what is equal. */
const LEAST_COLOUR = 0.25;

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
  paintInto(words, width, height, pixels, view, painting);
  context.putImageData(picture, 0, 0);
}

/** Paints into the words of a picture, red in the lowest byte of each. */
export function paintInto(
  words: Uint32Array,
  width: number,
  height: number,
  pixels: Pixels,
  view: PaintedView,
  painting: Painting,
): void {
  const columns = Array.from({ length: width }, (_c, i) => columnsAt(i, width, pixels, view, painting));
  const colourOf = painting.kind === 'light' ? lightOf(painting) : differenceOf(painting);
  for (let j = 0; j < height; j++) {
    const rows = rowsAt(j, height, pixels, view, painting);
    for (let i = 0; i < width; i++) {
      const span = columns[i];
      const index = span === undefined ? -1 : largestIn(pixels, span, rows, painting.level);
      words[j * width + i] = index < 0 ? OUTSIDE : colourOf(pixels.values[index] ?? 0);
    }
  }
}

/** The index of the pixel that a point of a canvas shows, -1 outside the image. @param point CSS pixels from the upper left corner */
export function pixelShownAt(
  point: PixelPosition,
  { clientWidth: width, clientHeight: height }: HTMLCanvasElement,
  pixels: Pixels,
  view: PaintedView,
  painting: Painting,
): number {
  const columns = columnsAt(Math.floor(point.x), width, pixels, view, painting);
  return largestIn(
    pixels,
    columns,
    rowsAt(Math.floor(point.y), height, pixels, view, painting),
    painting.level,
  );
}

/** Pixels along one side, from a first to before an end; none where the image ends. */
interface Span {
  readonly first: number;
  readonly end: number;
}

const columnsAt = (i: number, width: number, { nx }: Pixels, view: PaintedView, painting: Painting): Span => {
  const edge = view.centre.x + (i - width / 2) / view.zoom;
  return spanBetween(edge, edge + 1 / view.zoom, nx, view, painting);
};
const rowsAt = (j: number, height: number, { ny }: Pixels, view: PaintedView, painting: Painting): Span => {
  const edge = view.centre.y - (j + 1 - height / 2) / view.zoom;
  return spanBetween(edge, edge + 1 / view.zoom, ny, view, painting);
};

/** Between two edges of a point of the screen: all pixels whose centres lie there, or the one in the middle. @param n pixels of the image */
function spanBetween(from: number, to: number, n: number, { zoom }: PaintedView, { kind }: Painting): Span {
  const middle = Math.round((from + to) / 2);
  const [first, end] =
    kind === 'difference' && zoom < 1 ? [Math.ceil(from), Math.ceil(to)] : [middle, middle + 1];
  return { first: Math.max(0, first), end: Math.min(n, end) };
}

/** The index of the pixel that is furthest from a level, -1 where there is none. */
function largestIn({ nx, values }: Pixels, columns: Span, rows: Span, level: number): number {
  if (columns.first >= columns.end) return -1;
  let [found, most] = [-1, -1];
  for (let row = rows.first; row < rows.end; row++)
    for (let at = row * nx + columns.first, end = row * nx + columns.end; at < end; at++) {
      const size = Math.abs((values[at] ?? 0) - level);
      if (size <= most) continue;
      most = size;
      found = at;
    }
  return found;
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
    const pale = paleOfDifference((value - level) / scale);
    return value < level ? rgb(pale, pale, 255) : rgb(255, pale, pale);
  };
}

/** How pale a difference is, 255 where nothing differs and 0 in full colour. @param part of the difference in full colour, with its sign */
export function paleOfDifference(part: number): number {
  if (part === 0) return 255;
  return Math.round(255 * (1 - LEAST_COLOUR) * (1 - Math.min(1, Math.abs(part))));
}
