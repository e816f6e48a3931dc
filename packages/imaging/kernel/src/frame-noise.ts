/**
 * Poisson noise of a frame: of its mean image row by row, of a stamp in it, of a uniform sky. Every row has a stream of its own, so it
 * does not matter in what portions rows are drawn.
 */
import type { FrameArea } from './frame-area.js';
import { MOST_UNIFORM_MEAN } from './uniform-counts.js';

/** The key of rows' streams; the row itself is the fourth word. */
export type RowsKey = readonly [a: number, b: number, c: number];

/** Word that sets the stream of means below 12 apart from the others of its row. */
const SMALL_MEANS = 0x534d414c;
/** The largest count that a pixel holds. */
const MAX_COUNT = 0x7fffffff;

/** Adds Poisson(mean) to the counts, each row of the window from its stream. */
export function realiseMeans(area: FrameArea, key: RowsKey): void {
  const { x1, y0, y1 } = area.window;
  realiseRows(area, key, Math.ceil(x1 / 8) * 8, y0, y1 - y0, (y) => area.meanAt(y));
}

/** Adds Poisson(value) to every count of `rows` rows from y0 on. */
export function realiseUniform(area: FrameArea, value: number, key: RowsKey, y0: number, rows: number): void {
  area.requireRows(y0, rows);
  if (value === 0) return;
  const { map, wasm } = area.core;
  const n = Math.ceil(area.nx / 8) * 8;
  if (value <= MOST_UNIFORM_MEAN) {
    const { columnBits, base } = area.core.uniformCountsOf(value);
    for (let y = y0; y < y0 + rows; y++) {
      wasm.seed(map.state, key[0], key[1], key[2], y);
      wasm.poissonUniformRow(map.state, map.uniformCounts, columnBits, base, area.countsAt(y), n);
    }
    return;
  }
  area.core.floats(map.workspace, n).fill(value);
  realiseRows(area, key, n, y0, rows, () => map.workspace);
}

/**
 * Poisson counts of the means in the square of half width `reach` around pixel (bx, by), from the stream of one key; clears the
 * means. Rows beyond the window are left out: means there must be clear. @returns electrons that landed on the chip
 */
export function realiseAround(
  area: FrameArea,
  bx: number,
  by: number,
  reach: number,
  key: readonly [a: number, b: number, c: number, d: number],
): number {
  const x0 = Math.max(0, bx - reach);
  const x1 = Math.min(area.nx, bx + reach + 1);
  const y0 = Math.max(0, by - reach);
  const y1 = Math.min(area.window.y1, by + reach + 1);
  if (x1 <= x0 || y1 <= y0) return 0;
  const { wasm, map } = area.core;
  const { mean, counts, strideX } = area.layout;
  wasm.seed(map.state, ...key);
  wasm.seed(map.state + 64, key[0], key[1], key[2] ^ SMALL_MEANS, key[3]);
  return wasm.realiseRectangle(map.state, mean, counts, strideX, x0, x1, y0, y1, map.workspace);
}

/** Holds counts that were carried past 2^31 - 1 at that value. */
export function saturate(counts: Int32Array): void {
  for (let i = 0; i < counts.length; i++) if (counts[i]! < 0) counts[i] = MAX_COUNT;
}

/** Adds Poisson counts of the n means at meanAt(y) to each of `rows` rows y from y0 on. */
function realiseRows(
  area: FrameArea,
  key: RowsKey,
  n: number,
  y0: number,
  rows: number,
  meanAt: (y: number) => number,
): void {
  const { wasm, map } = area.core;
  for (let y = y0; y < y0 + rows; y++) {
    wasm.seed(map.state, key[0], key[1], key[2], y);
    wasm.seed(map.state + 64, key[0], key[1], key[2] ^ SMALL_MEANS, y);
    wasm.poissonRow(map.state, meanAt(y), area.countsAt(y), n);
  }
}
