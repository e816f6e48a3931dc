/**
 * The renderer: a WebAssembly module with its tables, one memory and one open frame at a time. Pixels have the same bits
 * on every engine, and do not depend on what the kernel drew before.
 */
import { readProfileTables, type PsfModel } from './profiles/index.js';
import { mostPsfOutside } from './box-rule.js';
import { requireInteger } from './errors.js';
import { Frame, type StreamKey } from './frame.js';
import { openCore, type FrameShape, type KernelCore } from './kernel-core.js';
import { riceBound, RICE_TILE_LIMIT, type FramePlanes } from './memory-map.js';
import type { SersicShape } from './off-chip.js';
import { type FaintSources, farthestOfAll } from './farthest-batch.js';
import { farthestDraws, type FarthestDraws } from './photon-reach.js';
import type { Psf } from './psf.js';
import type { RadiusBounds } from './radius-bounds.js';
import { placeOnGrid } from './sersic-grid.js';
import type { PixelRange } from './stamp-drawing.js';
import { riceEncodeScalar } from './rice.js';

/** Largest side of a frame [px]. */
const MAX_FRAME_SIDE = 8192;

/** The built files a kernel is made of: generated/kernel.wasm (or compiled) and generated/tables.bin. */
export interface KernelAssets {
  readonly wasm: Uint8Array | WebAssembly.Module;
  readonly tables: Uint8Array;
  /** True where the host has checked the tables' SHA-256 already. */
  readonly tablesChecked?: boolean;
}

/** A renderer. Not shared between threads: each makes its own. */
export class Kernel {
  private readonly core: KernelCore;

  /** @internal */
  constructor(core: KernelCore) {
    this.core = core;
  }

  /** Bytes of WebAssembly memory held. */
  get memoryBytes(): number {
    return this.core.memory.buffer.byteLength;
  }

  /**
   * Opens a cleared frame of nx x ny pixels, each up to 8192, and closes the one before. The mean image and the counts take 4
   * bytes a pixel each. Without counts (`counts: false`) photons and realise() are refused; without the mean image (`mean: false`)
   * all but photons and a uniform sky's noise. With a `window`, charge is right inside of it and undefined outside; what cannot
   * touch it is not drawn.
   */
  openFrame(
    nx: number,
    ny: number,
    options: Partial<FramePlanes> & { readonly window?: PixelRange } = {},
  ): Frame {
    requireFrameSize(nx, ny);
    const { counts = true, mean = true, window } = options;
    if (window) {
      requireInteger('window x0', window.x0, 0, nx - 1);
      requireInteger('window x1', window.x1, window.x0 + 1, nx);
      requireInteger('window y0', window.y0, 0, ny - 1);
      requireInteger('window y1', window.y1, window.y0 + 1, ny);
    }
    const planes = { counts, mean };
    return new Frame(this.core, this.core.placeFrame(nx, ny, planes, window), nx, ny, planes, window);
  }

  /** Makes a PSF ready to draw with (some 100 ms for a new model, cached by value). */
  preparePsf(model: PsfModel): Psf {
    return this.core.psfOf(model);
  }

  /** How far from a point source the PSF's photons get [px], by the words that {@link farthestDraws} gives. */
  photonRadii(psf: Psf): RadiusBounds {
    return this.core.prepared(psf).radiusBounds;
  }

  /**
   * What leads farthest among the draws of the photons that a frame would shoot from a stream: for leaving out what cannot
   * come to where one looks. A third of the work of shooting them; holds for every PSF. @param sersicIndex 0 for a point
   */
  farthestDraws(photons: number, key: StreamKey, sersicIndex: number): FarthestDraws {
    return farthestDraws(this.core, photons, key, sersicIndex);
  }

  /** What {@link farthestDraws} tells of as many photons as each of a list of faint sources sends, in a fraction of the time. */
  farthestOfAll(sources: FaintSources): void {
    farthestOfAll(this.core, sources);
  }

  /** Fraction of the PSF's light outside a box of 2^i pixels a side, by i. */
  lightOutsideBoxes(psf: Psf): readonly number[] {
    return this.core.prepared(psf).outside;
  }

  /**
   * The most light of a PSF outside a box of `size` px, a power of two from 32 to 2048, with which a frame's sersicBoxSize() of a
   * galaxy is not larger; below 0 where it is with every PSF.
   */
  mostPsfOutside({ sersicIndex, matrix }: SersicShape, maxOutside: number, size: number): number {
    const { lower, upperShare } = placeOnGrid(sersicIndex);
    const radiusTable = this.core.tables.radius(upperShare > 0.5 ? lower + 1 : lower);
    return mostPsfOutside({ radiusTable, matrix }, maxOutside, size);
  }

  /** Encodes integers as one RICE_1 tile: BYTEPIX 4, blocks of 32. Needs no frame. */
  riceEncode(values: Int32Array): Uint8Array {
    if (values.length === 0 || values.length > RICE_TILE_LIMIT) return riceEncodeScalar(values);
    const { map, wasm } = this.core;
    this.core.integers(map.riceIn, values.length).set(values);
    const length = wasm.riceEncode(map.riceIn, values.length, map.riceOut, map.riceScratch);
    if (length > riceBound(values.length)) throw new RangeError('a Rice tile outgrew its bound');
    return this.core.bytes(map.riceOut, length).slice();
  }
}

/**
 * Makes a kernel. Where the first frame is known, its memory is taken at once instead of growing, which costs less.
 * @throws an error of the tables' reader where tables.bin is not what it should be
 */
export async function createKernel(assets: KernelAssets, first?: FrameShape): Promise<Kernel> {
  if (first) requireFrameSize(first.nx, first.ny);
  const tables = readProfileTables(assets.tables, assets.tablesChecked);
  return new Kernel(await openCore(assets.wasm, tables, first));
}

function requireFrameSize(nx: number, ny: number): void {
  requireInteger('nx', nx, 1, MAX_FRAME_SIDE);
  requireInteger('ny', ny, 1, MAX_FRAME_SIDE);
}
