/**
 * The heart that a kernel's faces share: the module, its memory, and what is cached there. Nothing cached changes a
 * result: tables, planes and slots come back with the same bits however often they gave way.
 */
import { cos, sin } from '@imsim-od/portable-math';
import {
  PSF_TRANSFORM_BINS,
  PSF_TRANSFORM_MIN_EXPONENT,
  RADIAL_BINS,
  SERSIC_TRANSFORM_BINS,
  type ProfileTables,
  type PsfModel,
} from './profiles/index.js';
import { KernelInputError, KernelStateError } from './errors.js';
import { tableBounds } from './float-bins.js';
import {
  PLANE_BYTES,
  planePitch,
  planFrame,
  planMemory,
  PSF_SLOTS,
  type FrameLayout,
  type FramePlanes,
  type MemoryMap,
} from './memory-map.js';
import { preparePsf, type PreparedPsf, type Psf } from './psf.js';
import { RadiusBounds } from './radius-bounds.js';
import { uniformCounts, type UniformCounts } from './uniform-counts.js';
import { instantiateWasm, type WasmExports } from './wasm-module.js';

const PAGE = 65_536;
/** Bytes that the system gives at a time. */
const SYSTEM_PAGE = 4096;
/** Pages that two images of 8192 x 8192 pixels and the fixed part need, rounded up. */
const MAX_PAGES = 16_384;
const RADIUS_FLOATS = 4096;
/** Where a table begins in its PSF's slot, bytes. */
const PSF_TABLE_OFFSETS: Readonly<Record<PsfTable, number>> = {
  radius: 0,
  transform: 4 * RADIUS_FLOATS,
  radial: 4 * RADIUS_FLOATS + 8 * PSF_TRANSFORM_BINS,
};
const TWO_PI = 6.283185307179586;
/** Quarter planes above this size are worked out in place, not kept. */
const LARGEST_KEPT_PLANE = PLANE_BYTES / 4;

/** A PSF's tables in memory; each is brought in when first needed. */
export type PsfTable = 'radius' | 'transform' | 'radial';

/** A quarter plane: address (0 = work out in place) and floats a row. */
export interface Plane {
  readonly address: number;
  readonly pitch: number;
  readonly sinc: number;
}

/** Rows of a frame, the end exclusive. */
interface RowRange {
  readonly y0: number;
  readonly y1: number;
}

/** The shared state of a kernel. Made by openCore. */
export class KernelCore {
  private readonly psfs = new Map<string, PreparedPsf>();
  /** PSF id -> slot and the tables that are in it, least recently used first. */
  private readonly slots = new Map<number, { readonly slot: number; readonly present: Set<PsfTable> }>();
  /** Addresses of the fixed tables that have been filled; each is when first used. */
  private readonly filled = new Set<number>();
  private readonly planes = new Map<string, number>();
  private readonly radiusBounds = new Map<number, RadiusBounds>();
  private planesUsed = 0;
  private blendedIndex = '';
  private uniform: { readonly mean: number; readonly table: UniformCounts } | undefined;
  private nextPsfId = 1;
  /** Set while the means of the open frame are clear but for some rows: clearing a whole chip takes longer than a window's light. */
  private clearMeans: { readonly nx: number; readonly ny: number; readonly spoilt: RowRange } | undefined;
  /** No frame has reached this address yet: from here on memory is zero as the system gave it. */
  private untouchedFrom: number;
  /** Counts frames; a frame whose number is not this one is closed. */
  frameNumber = 0;

  readonly wasm: WasmExports;
  readonly memory: WebAssembly.Memory;
  readonly map: MemoryMap;
  readonly tables: ProfileTables;

  constructor(wasm: WasmExports, memory: WebAssembly.Memory, map: MemoryMap, tables: ProfileTables) {
    this.wasm = wasm;
    this.memory = memory;
    this.map = map;
    this.tables = tables;
    this.untouchedFrom = map.frame;
  }

  /** A view of n floats at a byte address; valid until memory grows. */
  floats(address: number, n: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, n);
  }

  /** A view of n float64 at a byte address that is a multiple of 8; valid until memory grows. */
  doubles(address: number, n: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, n);
  }

  /** A view of n integers at a byte address; valid until memory grows. */
  integers(address: number, n: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, n);
  }

  /** A view of n bytes; valid until memory grows. */
  bytes(address: number, n: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, n);
  }

  /** Lays out and clears a frame, growing memory where needed. With a window, counts outside of it are not cleared. */
  placeFrame(nx: number, ny: number, planes: FramePlanes, window?: RowRange): FrameLayout {
    const layout = planFrame(this.map, nx, ny, planes);
    const pages = Math.ceil((bytesFor(layout) - this.memory.buffer.byteLength) / PAGE);
    if (pages > 0) this.memory.grow(pages);
    const known = this.clearMeans;
    const hasBoth = planes.mean && planes.counts;
    if (window && hasBoth && known?.nx === nx && known.ny === ny) {
      this.clearRows(layout.mean, layout.strideX, known.spoilt);
      this.clearRows(layout.counts, layout.strideX, window);
    } else {
      this.bytes(layout.mean, Math.min(layout.end, this.untouchedFrom) - layout.mean).fill(0);
      if (planes.counts && !window) this.claim(Math.max(layout.counts, this.untouchedFrom), layout.end);
    }
    this.clearMeans = window && hasBoth ? { nx, ny, spoilt: window } : undefined;
    this.untouchedFrom = Math.max(this.untouchedFrom, bytesFor(layout));
    this.frameNumber++;
    return layout;
  }

  /** To be called where means are left in a frame outside the rows of its window. */
  spoilMeans(): void {
    this.clearMeans = undefined;
  }

  private clearRows(image: number, strideX: number, { y0, y1 }: RowRange): void {
    this.floats(image + 4 * strideX * y0, strideX * (y1 - y0)).fill(0);
  }

  /**
   * Writes a zero into every page of fresh memory. The system gives a page that is written first in one step; one that is read
   * first, as by a count that is raised, costs it two.
   */
  private claim(from: number, to: number): void {
    const bytes = this.bytes(0, this.memory.buffer.byteLength);
    for (let at = from; at < to; at += SYSTEM_PAGE) bytes[at] = 0;
  }

  /** The prepared PSF of a model; models that are equal word for word share one. */
  psfOf(model: PsfModel): PreparedPsf {
    const key = JSON.stringify(Object.entries(model).sort(([a], [b]) => (a < b ? -1 : 1)));
    let psf = this.psfs.get(key);
    if (psf === undefined) {
      psf = preparePsf(model, this.nextPsfId++, this.tables);
      // tables of the oldest models are made anew when asked for again
      if (this.psfs.size >= 4 * PSF_SLOTS) this.psfs.delete(this.psfs.keys().next().value ?? '');
      this.psfs.set(key, psf);
    }
    return psf;
  }

  /** Checks that a Psf was made by a kernel and returns it as such. */
  prepared(psf: Psf): PreparedPsf {
    if (!('id' in psf)) {
      throw new KernelInputError('psf', JSON.stringify(psf.model), 'make it with Kernel.preparePsf');
    }
    return psf as PreparedPsf;
  }

  /** Brings one of a PSF's tables into memory and tells where it is. */
  addressOf(psf: PreparedPsf, table: PsfTable): number {
    const { slot, present } = this.slotOf(psf);
    const address = this.map.psfSlots + slot * this.map.psfSlotBytes + PSF_TABLE_OFFSETS[table];
    if (!present.has(table)) {
      const values = psf[table];
      this.floats(address, values.length).set(values);
      present.add(table);
    }
    return address;
  }

  /** A PSF's slot, its own or one that the least recently used PSF gives up. */
  private slotOf(psf: PreparedPsf): { readonly slot: number; readonly present: Set<PsfTable> } {
    let held = this.slots.get(psf.id);
    if (held) {
      this.slots.delete(psf.id);
    } else {
      let slot = this.slots.size;
      const oldest = this.slots.entries().next().value;
      if (slot >= PSF_SLOTS && oldest) {
        this.slots.delete(oldest[0]);
        slot = oldest[1].slot;
      }
      held = { slot, present: new Set() };
    }
    this.slots.set(psf.id, held);
    return held;
  }

  /** Address of a Sersic radius table. */
  radiusTableOf(gridIndex: number): number {
    const address = this.map.radiusTables + 4 * RADIUS_FLOATS * gridIndex;
    if (this.firstUse(address)) this.floats(address, RADIUS_FLOATS).set(this.tables.radius(gridIndex));
    return address;
  }

  /** How far a Sersic radius table leads, in half-light radii. */
  radiusBoundsOf(gridIndex: number): RadiusBounds {
    let bounds = this.radiusBounds.get(gridIndex);
    if (bounds === undefined) {
      bounds = new RadiusBounds(this.tables.radius(gridIndex));
      this.radiusBounds.set(gridIndex, bounds);
    }
    return bounds;
  }

  /** Address of the transform table of a Sersic index on the grid. */
  private gridTransformOf(gridIndex: number): number {
    const floats = 2 * SERSIC_TRANSFORM_BINS;
    const address = this.map.transformTables + 4 * floats * gridIndex;
    if (this.firstUse(address)) this.floats(address, floats).set(this.tables.transform(gridIndex));
    return address;
  }

  /** Address of (cos, sin) of 2 pi j / n, j = 0 .. n - 1. */
  twiddlesOf(n: number): number {
    const address = this.map.twiddles.get(n) ?? 0;
    if (this.firstUse(address)) {
      const out = this.floats(address, 2 * n);
      for (let j = 0; j < n; j++) {
        out[2 * j] = cos((TWO_PI * j) / n);
        out[2 * j + 1] = sin((TWO_PI * j) / n);
      }
    }
    return address;
  }

  /** Address of the transform of a pixel at the wave numbers of a stamp of n pixels, as far as `zones` reach. */
  private sincOf(n: number, zones: number): number {
    const address = this.map.sincs.get(n * 8 + zones) ?? 0;
    if (this.firstUse(address)) {
      const sinc = this.floats(address, planePitch(n, zones));
      const edge = (zones * n) / 2;
      // the wave at the very edge is left out, so that the band is symmetric
      for (let i = 0; i < edge; i++)
        sinc[i] = i === 0 ? 1 : sin((TWO_PI * i) / n / 2) / ((TWO_PI * i) / n / 2);
    }
    return address;
  }

  /** The alias table of the counts of one mean, brought into memory; valid until the next call. */
  uniformCountsOf(mean: number): UniformCounts {
    if (this.uniform?.mean !== mean) {
      const table = uniformCounts(mean);
      this.integers(this.map.uniformCounts, table.columns.length).set(table.columns);
      this.uniform = { mean, table };
    }
    return this.uniform.table;
  }

  /** True once for each address of the fixed part: whoever is told so fills it. */
  private firstUse(address: number): boolean {
    if (this.filled.has(address)) return false;
    this.filled.add(address);
    return true;
  }

  /** Address of the transform table of a Sersic index between grid points; valid until the next call. */
  transformTableOf(lower: number, upperShare: number): number {
    const low = this.gridTransformOf(lower);
    if (upperShare === 0) return low;
    const key = `${lower} ${upperShare}`;
    if (this.blendedIndex !== key) {
      const high = this.gridTransformOf(lower + 1);
      this.wasm.blend(low, high, upperShare, 2 * SERSIC_TRANSFORM_BINS, this.map.blended);
      this.blendedIndex = key;
    }
    return this.map.blended;
  }

  /** The quarter plane of a PSF for stamps of n pixels; the parameters of the PSF's table must stand at map.parameters. */
  planeOf(psf: PreparedPsf, transform: number, n: number): Plane {
    const pitch = planePitch(n, psf.zones);
    const size = (psf.zones * n) / 2 + 1;
    const bytes = 4 * pitch * size;
    const sinc = this.sincOf(n, psf.zones);
    if (bytes > LARGEST_KEPT_PLANE) return { address: 0, pitch, sinc };
    const key = `${psf.id} ${n}`;
    let address = this.planes.get(key);
    if (address === undefined) {
      if (this.planesUsed + bytes > PLANE_BYTES) {
        this.planes.clear();
        this.planesUsed = 0;
      }
      address = this.map.planes + this.planesUsed;
      this.planesUsed += Math.ceil(bytes / 64) * 64;
      this.wasm.quarterPlane(transform, sinc, this.map.parameters, size, pitch, address);
      this.planes.set(key, address);
    }
    return { address, pitch, sinc };
  }

  /** Throws unless the frame of this number is the open one. */
  requireFrame(number: number, call: string): void {
    if (number !== this.frameNumber) {
      throw new KernelStateError(call, 'another frame was opened since; a kernel holds one frame at a time');
    }
  }
}

/** Where the PSF transform's bins begin and end. */
export const PSF_BOUNDS = tableBounds(PSF_TRANSFORM_MIN_EXPONENT, PSF_TRANSFORM_BINS);

/** Bytes of memory that a frame needs, with what vectors may run over its end. */
function bytesFor(layout: FrameLayout): number {
  return layout.end + 64;
}

/** A frame to come. */
export interface FrameShape extends FramePlanes {
  readonly nx: number;
  readonly ny: number;
}

/** Instantiates the module and lays out its memory, at once large enough for a first frame where one is named. */
export async function openCore(
  wasm: Uint8Array | WebAssembly.Module,
  tables: ProfileTables,
  first?: FrameShape,
): Promise<KernelCore> {
  const map = planMemory({
    sersicCount: tables.sersicIndex.length,
    radius: RADIUS_FLOATS,
    sersicTransform: 2 * SERSIC_TRANSFORM_BINS,
    psfTransform: 2 * PSF_TRANSFORM_BINS,
    psfRadial: 2 * RADIAL_BINS,
  });
  const bytes = first ? bytesFor(planFrame(map, first.nx, first.ny, first)) : map.frame;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MAX_PAGES });
  return new KernelCore(await instantiateWasm(wasm, memory), memory, map, tables);
}
