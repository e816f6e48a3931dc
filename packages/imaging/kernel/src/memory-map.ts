/**
 * Where everything lies in the kernel's memory. A fixed part, laid out once: random state, parameters, tables, PSF slots,
 * FFT workspace, transforms, read-out and Rice buffers (some 35 MB, mostly the workspace of the 2048-pixel FFT). Above it
 * the frame: mean image, then the counts, each where it is wanted. Memory grows only when a frame larger than any before is opened.
 */
import { UNIFORM_COLUMN_LIMIT } from './uniform-counts.js';

/** Largest FFT stamp, in pixels a side; sizes are powers of two from 32. */
export const MAX_STAMP_SIZE = 2048;
/** Smallest FFT stamp. */
export const MIN_STAMP_SIZE = 32;
/** Longest tile the compiled Rice encoder takes; longer ones are encoded by its scalar twin. */
export const RICE_TILE_LIMIT = 65_536;
/** How many PSFs hold their tables in memory at a time. */
export const PSF_SLOTS = 16;
/** Bytes for cached quarter planes of PSF x pixel. */
export const PLANE_BYTES = 8 << 20;
/** Bytes for read-out rows of sixteen amplifiers. */
export const READOUT_BYTES = 1 << 20;
/** Bytes that the compiled code reads of one source of a batch of photons. */
export const PHOTON_RECORD_BYTES = 80;
/** Most sources of one batch of photons. */
export const PHOTON_BATCH = 512;
/** Most control points of a bilinear surface. */
export const SURFACE_POINT_LIMIT = 65_536;

/** Byte offsets of the fixed part. */
export interface MemoryMap {
  readonly state: number;
  readonly parameters: number;
  readonly words: number;
  readonly riceScratch: number;
  readonly phasesX: number;
  readonly phasesY: number;
  readonly twiddles: ReadonlyMap<number, number>;
  readonly sincs: ReadonlyMap<number, number>;
  readonly blended: number;
  readonly radiusTables: number;
  readonly transformTables: number;
  readonly psfSlots: number;
  readonly psfSlotBytes: number;
  readonly planes: number;
  readonly photonRecords: number;
  readonly uniformCounts: number;
  readonly surface: number;
  readonly surfaceLine: number;
  readonly readout: number;
  readonly riceIn: number;
  readonly riceOut: number;
  readonly workspace: number;
  readonly frame: number;
}

/** Sizes in floats of the tables that share the memory. */
export interface TableSizes {
  readonly sersicCount: number;
  readonly radius: number;
  readonly sersicTransform: number;
  readonly psfTransform: number;
  readonly psfRadial: number;
}

/** Bytes of workspace that a stamp of n pixels a side takes: padded columns, two lines of the FFT, eight rows. */
export function stampWorkspaceBytes(n: number): number {
  return (n / 8) * (32 * n + 64) + 96 * n;
}

/** Lays out the fixed part. Addresses are multiples of 64. */
export function planMemory(sizes: TableSizes): MemoryMap {
  let next = 65_536; // below: the module's own constants
  const take = (bytes: number): number => {
    const at = next;
    next = Math.ceil((next + bytes) / 64) * 64;
    return at;
  };
  const state = take(512);
  const parameters = take(512);
  const words = take(64);
  const riceScratch = take(128);
  const phasesX = take(8 * (MAX_STAMP_SIZE / 2 + 4));
  const phasesY = take(8 * MAX_STAMP_SIZE);
  const twiddles = new Map<number, number>();
  const sincs = new Map<number, number>();
  for (let n = MIN_STAMP_SIZE; n <= MAX_STAMP_SIZE; n *= 2) {
    twiddles.set(n, take(8 * n));
    for (const zones of [1, 2, 4]) sincs.set(n * 8 + zones, take(4 * planePitch(n, zones)));
  }
  const psfSlotBytes = Math.ceil((4 * (sizes.radius + sizes.psfTransform + sizes.psfRadial)) / 64) * 64;
  return {
    state,
    parameters,
    words,
    riceScratch,
    phasesX,
    phasesY,
    twiddles,
    sincs,
    blended: take(4 * sizes.sersicTransform),
    radiusTables: take(4 * sizes.radius * sizes.sersicCount),
    transformTables: take(4 * sizes.sersicTransform * sizes.sersicCount),
    psfSlots: take(PSF_SLOTS * psfSlotBytes),
    psfSlotBytes,
    planes: take(PLANE_BYTES),
    photonRecords: take(PHOTON_RECORD_BYTES * PHOTON_BATCH),
    uniformCounts: take(8 * UNIFORM_COLUMN_LIMIT),
    surface: take(4 * SURFACE_POINT_LIMIT),
    surfaceLine: take(4 * SURFACE_POINT_LIMIT + 64),
    readout: take(READOUT_BYTES),
    riceIn: take(4 * RICE_TILE_LIMIT + 64),
    riceOut: take(riceBound(RICE_TILE_LIMIT)),
    workspace: take(stampWorkspaceBytes(MAX_STAMP_SIZE)),
    frame: take(0),
  };
}

/** Floats of a row of the quarter plane of a stamp of n pixels with `zones` zones: wave numbers 0 .. zones n / 2. */
export function planePitch(n: number, zones: number): number {
  return (zones * n) / 2 + 8;
}

/** Most bytes that a Rice tile of n values can take. */
export function riceBound(n: number): number {
  return 4 * n + Math.ceil(n / 32) * 8 + 64;
}

/** Which images a frame holds. */
export interface FramePlanes {
  /** Electrons realised, as integers. */
  readonly counts: boolean;
  /** Electrons expected, as floats. */
  readonly mean: boolean;
}

/** Where a frame's images lie, in bytes, and its row pitch in pixels. Rows are padded: vectors may run over their ends. */
export interface FrameLayout {
  readonly strideX: number;
  readonly mean: number;
  readonly counts: number;
  readonly end: number;
}

/** Lays out a frame above the fixed part; an image that it does not hold takes no room. */
export function planFrame(map: MemoryMap, nx: number, ny: number, planes: FramePlanes): FrameLayout {
  // at least 16 pixels of padding, and an odd multiple of 16: rows of a column keep out of each other's cache sets
  const strideX = ((Math.ceil(nx / 16) + 1) | 1) * 16;
  const bytes = 4 * strideX * ny + 64;
  const mean = map.frame;
  const counts = planes.mean ? mean + bytes : mean;
  return { strideX, mean, counts, end: planes.counts ? counts + bytes : counts };
}
