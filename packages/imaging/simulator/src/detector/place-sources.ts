/**
 * Sources of the sky as they fall on one detector: pixel positions, the local map from sky to pixels, mean electrons.
 *
 * Kept are the sources whose light can reach the chip: a margin that grows with the flux, by the r^(-11/3) wings of the
 * Kolmogorov profile and the size of the source itself.
 */
import type { DetectorProjection } from '@imsim-od/camera';
import { pow } from '@imsim-od/portable-math';
import { MODEL, type SourceTable } from '@imsim-od/sky';

/** What decides the electrons of a source besides its magnitude. */
export interface SourcePhotometry {
  /** Electrons of magnitude 0 in the exposure, without vignetting. */
  readonly electronsAtMagnitudeZero: number;
  /** Vignetting at a pixel0 position. */
  vignettingAt(x: number, y: number): number;
}

/** The sources that reach a detector, column by column. */
export interface PlacedSources {
  readonly length: number;
  /** Row in the source table. */
  readonly row: Int32Array;
  /** Position, pixel0. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Mean electrons in all of the profile, on the chip or off it. */
  readonly electrons: Float64Array;
  /** Pixels per arcsec: (x, y) = ((xu, xv), (yu, yv)) (u, v), u West and v North; four values a source. */
  readonly pixelPerArcsec: Float64Array;
}

/** Pixels from the edge within which every source is kept. */
const LEAST_MARGIN_PX = 64;
/** Surface brightness that still counts, electrons per pixel. */
const REACH_ELECTRON_PER_PX = 0.003;
/** Kolmogorov wings: surface brightness of unit flux at r pixels is this times FWHM^(5/3) r^(-11/3). */
const WING_COEFFICIENT = 0.0201;
const ROUGH_FWHM_PX = 4;
/** Half-light radii of a galaxy beyond which nothing is kept: 99.9 % of a de Vaucouleurs profile lies within 25. */
const GALAXY_REACH_RADII = 25;

/** Radius in pixels at which a point source of the given electrons falls under what counts. */
export function reachPx(electrons: number): number {
  const wings = WING_COEFFICIENT * pow(ROUGH_FWHM_PX, 5 / 3) * electrons;
  return Math.max(LEAST_MARGIN_PX, pow(wings / REACH_ELECTRON_PER_PX, 3 / 11));
}

/** Places the rows of a table that reach the chip, in an order that keeps neighbours together. */
export function placeSources(
  table: SourceTable,
  projection: DetectorProjection,
  size: { readonly nx: number; readonly ny: number },
  photometry: SourcePhotometry,
  pixelScaleArcsec: number,
): PlacedSources {
  const { x, y } = projection.skyToPixelArrays(table.raDeg, table.decDeg);
  const kept: number[] = [];
  const electrons = new Float64Array(table.length);
  for (let row = 0; row < table.length; row++) {
    if (!(Number.isFinite(x[row]!) && Number.isFinite(y[row]!))) continue; // behind the tangent plane
    const unvignetted = photometry.electronsAtMagnitudeZero * pow(10, -0.4 * table.magnitude[row]!);
    const extentPx =
      (GALAXY_REACH_RADII * table.halfLightRadiusArcsec[row]! + stampExtentArcsec(table, row)) /
      pixelScaleArcsec;
    const reach = reachPx(unvignetted) + Math.min(extentPx, size.nx);
    if (
      x[row]! < -reach ||
      y[row]! < -reach ||
      x[row]! > size.nx - 1 + reach ||
      y[row]! > size.ny - 1 + reach
    )
      continue;
    const mean = unvignetted * photometry.vignettingAt(x[row]!, y[row]!);
    if (!(mean > 0)) continue;
    electrons[row] = mean;
    kept.push(row);
  }
  kept.sort((a, b) => tileOf(x[a]!, y[a]!) - tileOf(x[b]!, y[b]!) || a - b);
  const placed = {
    length: kept.length,
    row: Int32Array.from(kept),
    x: Float64Array.from(kept, (row) => x[row]!),
    y: Float64Array.from(kept, (row) => y[row]!),
    electrons: Float64Array.from(kept, (row) => electrons[row]!),
    pixelPerArcsec: new Float64Array(4 * kept.length),
  };
  kept.forEach((_, i) => {
    placed.pixelPerArcsec.set(projection.jacobian(placed.x[i]!, placed.y[i]!), 4 * i);
  });
  return placed;
}

/** Number of the 256-pixel tile that holds a position: sources sorted by it touch memory in order. */
function tileOf(x: number, y: number): number {
  return Math.floor(y / 256) * 64 + Math.floor(x / 256);
}

function stampExtentArcsec(table: SourceTable, row: number): number {
  if (table.model[row] === MODEL.streak) return table.lengthArcsec[row]! / 2;
  if (table.model[row] !== MODEL.stamp) return 0;
  const stamp = table.stamps[table.stamp[row]!];
  return stamp ? (stamp.width + stamp.height) * table.stampPixelArcsec[row]! : 0;
}
