/** Access to a frame's rows: views, copies, and rows in the byte order of FITS. */
import { requireInteger } from './errors.js';
import type { FrameArea } from './frame-area.js';

/** Bytes of rows handed out at a time. */
const OUTPUT_BYTES = 1 << 18;

/** Most rows that bigEndianRows gives at a time: a quarter of a megabyte of them, at least one. */
export function bigEndianRowLimit({ nx }: FrameArea): number {
  return Math.max(1, Math.floor(OUTPUT_BYTES / (4 * nx)));
}

/** `rows` rows from y0 on as float32 in the byte order of FITS; a view, valid until the next call to the kernel. */
export function bigEndianRows(
  area: FrameArea,
  of: 'counts' | 'mean' | 'sum',
  y0: number,
  rows: number,
): Uint8Array {
  if (of !== 'counts') area.requireMean('bigEndianRows');
  if (of !== 'mean') area.requireCounts('bigEndianRows');
  area.requireRows(y0, rows);
  requireInteger('rows', rows, 1, bigEndianRowLimit(area));
  const { map, wasm } = area.core;
  for (let i = 0; i < rows; i++) {
    const counts = of === 'mean' ? 0 : area.countsAt(y0 + i);
    const mean = of === 'counts' ? 0 : area.meanAt(y0 + i);
    wasm.bigEndianRow(counts, mean, map.workspace + 4 * area.nx * i, area.nx);
  }
  return area.core.bytes(map.workspace, 4 * area.nx * rows);
}

/** Row y of the mean image: a view. */
export function meanRow(area: FrameArea, y: number): Float32Array {
  area.requireMean('meanRow');
  requireInteger('row', y, 0, area.ny - 1);
  return area.core.floats(area.meanAt(y), area.nx);
}

/** Row y of the counts: a view. */
export function countsRow(area: FrameArea, y: number): Int32Array {
  area.requireCounts('countsRow');
  requireInteger('row', y, 0, area.ny - 1);
  return area.core.integers(area.countsAt(y), area.nx);
}

/** All counts, row by row with the frame's stride: a view. */
export function allCounts(area: FrameArea): Int32Array {
  area.requireCounts('allCounts');
  return area.core.integers(area.layout.counts, area.layout.strideX * area.ny);
}

/** The largest count on the chip. */
export function maxCounts(area: FrameArea): number {
  area.requireCounts('maxCounts');
  let largest = 0;
  for (let y = 0; y < area.ny; y++)
    largest = Math.max(largest, area.core.wasm.maxOfRow(area.countsAt(y), area.nx));
  return largest;
}
