/**
 * Where the tiles of a compressed image lie (FITS Standard 4.0 §10.1): a grid over all axes, the first fastest, whose last tiles
 * may be smaller. Pixels 0-based; rows of cubes are flattened plane by plane.
 */

/** Where a tile lies along one axis, pixels. */
export interface TileSide {
  readonly start: number;
  readonly length: number;
}

/** Start and length of a tile along each axis; tiles are numbered with axis 1 fastest. */
export function tileBox(
  tile: number,
  counts: readonly number[],
  tileShape: readonly number[],
  shape: readonly number[],
): TileSide[] {
  let rest = tile;
  return shape.map((axisLength, axis) => {
    const count = counts[axis] ?? 1;
    const size = tileShape[axis] ?? 1;
    const start = (rest % count) * size;
    rest = Math.floor(rest / count);
    return { start, length: Math.min(size, axisLength - start) };
  });
}

/** The rows of the image (of all planes, flattened) that the lines of a tile lie in, in the tile's order. */
export function tileLines(box: readonly TileSide[], shape: readonly number[]): number[] {
  let lines = [0];
  let stride = 1;
  for (let axis = 1; axis < box.length; axis++) {
    const { start, length } = box[axis] ?? { start: 0, length: 1 };
    const inner = lines;
    const step = stride;
    lines = Array.from({ length }, (_, i) => inner.map((line) => line + (start + i) * step)).flat();
    stride *= shape[axis] ?? 1;
  }
  return lines;
}
