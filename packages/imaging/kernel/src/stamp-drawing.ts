/**
 * Draws one object's stamp into the mean image by FFT: sets the parameters that assembly/spectrum.ts reads, sees to
 * tables and planes, and hands over to the kernel.
 */
import { cos, sin } from '@imsim-od/portable-math';
import { SERSIC_TRANSFORM_BINS, SERSIC_TRANSFORM_MIN_EXPONENT } from './profiles/index.js';
import { tableBounds } from './float-bins.js';
import { PSF_BOUNDS, type KernelCore } from './kernel-core.js';
import type { FrameLayout } from './memory-map.js';
import type { PreparedPsf } from './psf.js';
import type { GridPlace } from './sersic-grid.js';
import type { Matrix } from './table-tails.js';

const TWO_PI = 6.283185307179586;
const SERSIC_BOUNDS = tableBounds(SERSIC_TRANSFORM_MIN_EXPONENT, SERSIC_TRANSFORM_BINS);

/** Pixels of the chip, 0-based, ends exclusive. */
export interface PixelRange {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** Draws flux electrons at pixel0 (x, y) as a stamp of n pixels, clipped to `clip`; returns the sum of what was added. */
export function drawStamp(
  core: KernelCore,
  layout: FrameLayout,
  psf: PreparedPsf,
  galaxy: { place: GridPlace; matrix: Matrix } | null,
  x: number,
  y: number,
  flux: number,
  n: number,
  clip: PixelRange,
): number {
  const bx = Math.round(x);
  const by = Math.round(y);
  const half = n / 2;
  if (bx + half <= clip.x0 || bx - half >= clip.x1 || by + half <= clip.y0 || by - half >= clip.y1) return 0;
  const { map, wasm } = core;
  const transform = core.addressOf(psf, 'transform');
  const galaxyTable =
    galaxy === null ? 0 : core.transformTableOf(galaxy.place.lower, galaxy.place.upperShare);
  const [a11, a12, a21, a22] = galaxy?.matrix ?? [0, 0, 0, 0];
  const f = core.floats(map.parameters, 128);
  f[0] = a11 * a11 + a12 * a12;
  f[1] = 2 * (a11 * a21 + a12 * a22);
  f[2] = a21 * a21 + a22 * a22;
  f[3] = flux / (n * n);
  f[4] = TWO_PI / n;
  f[5] = psf.cutK2;
  f[6] = SERSIC_BOUNDS.top;
  f[7] = PSF_BOUNDS.top;
  core
    .integers(map.parameters + 32, 4)
    .set([SERSIC_BOUNDS.base, SERSIC_BOUNDS.last, PSF_BOUNDS.base, PSF_BOUNDS.last]);
  const dx = x - bx;
  const dy = y - by;
  if (psf.zones > 1) setZoneWeights(f.subarray(16, 66), dx, dy);
  const tx = (TWO_PI * dx) / n;
  const ty = (TWO_PI * dy) / n;
  wasm.phases(map.phasesX, map.phasesY, n, cos(tx), sin(tx), cos(ty), sin(ty));
  const plane = core.planeOf(psf, transform, n);
  // prettier-ignore
  return wasm.stamp(
    n, psf.zones, galaxyTable, transform, plane.address, plane.pitch, plane.sinc, core.twiddlesOf(n),
    map.phasesX, map.phasesY, map.parameters, map.workspace, layout.mean, layout.strideX, bx, by,
    Math.max(clip.x0, bx - half), Math.min(clip.x1, bx + half), Math.max(clip.y0, by - half), Math.min(clip.y1, by + half),
  );
}

/** Phases exp(-2 pi i (mx dx + my dy)) of the zones mx, my = -2 .. 2, as (re, im) pairs [my][mx]. */
function setZoneWeights(out: Float32Array, dx: number, dy: number): void {
  let i = 0;
  for (let my = -2; my <= 2; my++) {
    for (let mx = -2; mx <= 2; mx++) {
      const angle = TWO_PI * (mx * dx + my * dy);
      out[i++] = cos(angle);
      out[i++] = -sin(angle);
    }
  }
}
