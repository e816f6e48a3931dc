/** What is measured on the pixels of an image. Pixels count from 0 at the centre of the first (pixel0); values are the file's. */

/** An image in memory, x fastest. */
export interface Pixels {
  readonly nx: number;
  readonly ny: number;
  readonly values: Int32Array | Float32Array;
}

/** Count, sum and spread of values. */
export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly mean: number;
  readonly median: number;
  /** Standard deviation, of the values and not of their mean. */
  readonly deviation: number;
  readonly least: number;
  readonly greatest: number;
}

/** The value of the pixel that holds a position; undefined outside the image. */
export function valueAt({ nx, ny, values }: Pixels, x: number, y: number): number | undefined {
  const column = Math.round(x);
  const row = Math.round(y);
  return column < 0 || row < 0 || column >= nx || row >= ny ? undefined : values[row * nx + column];
}

/** Of values; undefined where there are none. */
export function statisticsOf(values: ArrayLike<number>): Statistics | undefined {
  const sorted = Float64Array.from(values)
    .filter((value) => Number.isFinite(value))
    .sort();
  const count = sorted.length;
  if (count === 0) return undefined;
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / count;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) * (value - mean);
  const half = count >> 1;
  const upper = sorted[half] ?? 0;
  return {
    count,
    sum,
    mean,
    median: count % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2,
    deviation: Math.sqrt(squares / count),
    least: sorted[0] ?? 0,
    greatest: sorted[count - 1] ?? 0,
  };
}

/** The values of the pixels whose centres lie within a circle. */
export function valuesInCircle({ nx, ny, values }: Pixels, x: number, y: number, radius: number): number[] {
  const inside: number[] = [];
  const [lastRow, lastColumn] = [
    Math.min(ny - 1, Math.floor(y + radius)),
    Math.min(nx - 1, Math.floor(x + radius)),
  ];
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= lastRow; row++) {
    for (let column = Math.max(0, Math.ceil(x - radius)); column <= lastColumn; column++) {
      if ((column - x) ** 2 + (row - y) ** 2 <= radius * radius) inside.push(values[row * nx + column] ?? 0);
    }
  }
  return inside;
}

/** One bin of a radial profile. */
export interface RadialBin {
  /** Middle of the ring, pixels. */
  readonly radius: number;
  readonly mean: number;
  readonly count: number;
}

/** Mean value in rings of one pixel around a position; rings without a pixel are left out. */
export function radialProfile({ nx, ny, values }: Pixels, x: number, y: number, radius: number): RadialBin[] {
  // Rings are whole: the last one may reach beyond the radius.
  const reach = Math.ceil(radius);
  const sums = new Float64Array(reach);
  const counts = new Float64Array(reach);
  for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(ny - 1, Math.floor(y + reach)); row++) {
    for (
      let column = Math.max(0, Math.ceil(x - reach));
      column <= Math.min(nx - 1, Math.floor(x + reach));
      column++
    ) {
      const bin = Math.floor(Math.sqrt((column - x) ** 2 + (row - y) ** 2));
      if (bin >= sums.length) continue;
      sums[bin] = (sums[bin] ?? 0) + (values[row * nx + column] ?? 0);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return Array.from(counts, (count, bin) => ({
    radius: bin + 0.5,
    mean: (sums[bin] ?? 0) / count,
    count,
  })).filter(({ count }) => count > 0);
}

/** A histogram with bins of equal width. */
export interface Histogram {
  readonly from: number;
  readonly binWidth: number;
  readonly counts: readonly number[];
  /** Pixels below and above the range. */
  readonly below: number;
  readonly above: number;
}

/** The histogram from the 0.1 % to the 99.5 % point of the values (from a sample of them); whole numbers get bins of whole width. */
export function histogramOf(values: Int32Array | Float32Array, bins = 128): Histogram | undefined {
  const step = Math.max(1, Math.floor(values.length / 50_000));
  const sample = new Float64Array(Math.ceil(values.length / step));
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * step] ?? 0;
  const sorted = sample.filter((value) => Number.isFinite(value)).sort();
  if (sorted.length === 0) return undefined;
  const at = (fraction: number): number => sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0;
  const from = at(0.001);
  const width = (at(0.995) - from) / bins;
  const binWidth = values instanceof Int32Array ? Math.max(1, Math.ceil(width)) : width || 1;
  const counts = new Array<number>(bins).fill(0);
  let below = 0;
  let above = 0;
  for (const value of values) {
    const bin = Math.floor((value - from) / binWidth);
    if (bin < 0) below++;
    else if (bin >= bins) above++;
    else counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from, binWidth, counts, below, above };
}
