/** A raw file's segments put together: the light-sensitive pixels of every amplifier in their places on the detector, by DATASEC and DETSEC. */
import type { Pixels } from './statistics.js';

/** One amplifier's segment as it was read out. */
export interface Segment {
  readonly pixels: Pixels;
  /** DATASEC: where its light-sensitive pixels are, as `[11:522,1:2002]`. */
  readonly dataSection: string;
  /** DETSEC: where these lie on the detector; a range that runs backwards is a flip, as `[512:1,2002:1]`. */
  readonly detectorSection: string;
  /** Taken off every pixel; default 0. */
  readonly bias?: number;
}

/** Where a segment's light-sensitive pixels lie on the assembled detector, pixel0, and how its own pixels run there. */
export interface SegmentPlace {
  readonly x0: number;
  readonly y0: number;
  readonly nx: number;
  readonly ny: number;
  /** The segment's pixel0 under pixel0 (0, 0) of the detector, and whether it runs the other way. */
  readonly startX: number;
  readonly startY: number;
  readonly flipX: boolean;
  readonly flipY: boolean;
}

/** Its place. @throws Error where a section makes no sense */
export function placeOfSegment({
  dataSection,
  detectorSection,
}: Pick<Segment, 'dataSection' | 'detectorSection'>): SegmentPlace {
  const [dataX, dataY] = rangesOf(dataSection);
  const [across, up] = rangesOf(detectorSection);
  return {
    x0: firstOf(across) - 1,
    y0: firstOf(up) - 1,
    nx: across.count,
    ny: up.count,
    startX: dataX.from - 1 - across.step * (across.from - 1),
    startY: dataY.from - 1 - up.step * (up.from - 1),
    flipX: across.step < 0,
    flipY: up.step < 0,
  };
}

/** The level of an amplifier's bias: the median of its overscan, as a whole number where its pixels are. @throws Error where the section makes no sense */
export function overscanLevel({ nx, values }: Pixels, biasSection: string): number {
  const [across, up] = rangesOf(biasSection);
  const found = new Float64Array(across.count * up.count);
  for (let j = 0; j < up.count; j++)
    for (let i = 0; i < across.count; i++)
      found[j * across.count + i] = values[(firstOf(up) - 1 + j) * nx + firstOf(across) - 1 + i] ?? 0;
  const median = found.sort()[found.length >> 1] ?? 0;
  return values instanceof Int32Array ? Math.round(median) : median;
}

interface Range {
  readonly from: number;
  readonly step: 1 | -1;
  readonly count: number;
}

/** Puts them together. @throws Error where a section makes no sense or the two differ in size */
export function assembleSegments(segments: readonly Segment[]): Pixels {
  const placed = segments.map(({ pixels, dataSection, detectorSection, bias = 0 }) => ({
    pixels,
    bias,
    data: rangesOf(dataSection),
    detector: rangesOf(detectorSection),
  }));
  const nx = Math.max(...placed.map(({ detector: [across] }) => lastOf(across)));
  const ny = Math.max(...placed.map(({ detector: [, up] }) => lastOf(up)));
  const isWhole = segments.every(({ pixels: { values } }) => values instanceof Int32Array);
  const values = isWhole ? new Int32Array(nx * ny) : new Float32Array(nx * ny);
  for (const { pixels, bias, data, detector } of placed) {
    const [dataX, dataY] = data;
    const [across, up] = detector;
    if (dataX.count !== across.count || dataY.count !== up.count)
      throw new Error('The DATASEC and the DETSEC of a segment differ in size; the file is no raw exposure.');
    for (let j = 0; j < up.count; j++) {
      const from = (dataY.from - 1 + dataY.step * j) * pixels.nx + dataX.from - 1;
      const to = (up.from - 1 + up.step * j) * nx + across.from - 1;
      for (let i = 0; i < across.count; i++)
        values[to + across.step * i] = (pixels.values[from + dataX.step * i] ?? 0) - bias;
    }
  }
  return { nx, ny, values };
}

function rangesOf(section: string): readonly [Range, Range] {
  const found = /^\[(\d+):(\d+),(\d+):(\d+)\]$/.exec(section.replace(/\s/g, ''));
  if (found === null)
    throw new Error(`A segment's section is ${JSON.stringify(section)}; it must be as [1:512,1:2000].`);
  const [x1 = 0, x2 = 0, y1 = 0, y2 = 0] = found.slice(1).map(Number);
  return [rangeOf(x1, x2), rangeOf(y1, y2)];
}

const rangeOf = (from: number, to: number): Range => ({
  from,
  step: to < from ? -1 : 1,
  count: Math.abs(to - from) + 1,
});

const firstOf = ({ from, step, count }: Range): number => Math.min(from, from + step * (count - 1));
const lastOf = ({ from, step, count }: Range): number => Math.max(from, from + step * (count - 1));
