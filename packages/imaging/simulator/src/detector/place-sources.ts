/**
 * Sources of the sky as they fall on one detector: pixel positions, the local map from sky to pixels, mean electrons.
 *
 * Kept are the sources whose light can reach the chip: a margin that grows with the flux, by the r^(-11/3) wings of the
 * Kolmogorov profile and the size of the source itself.
 */
import type { DetectorProjection } from '@imsim-od/camera';
import { MODEL, type SourceTable } from '@imsim-od/sky';
import { LocatedSources } from './located-sources.js';
import { lineTouches } from './sky-patches.js';
import { extentArcsec, LEAST_SCALE, reachPx } from './source-reach.js';

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
  /**
   * Mean electrons in all of the profile, on the chip or off it: with the vignetting at the position for points and galaxies,
   * without it for knots, streaks and stamps, whose points have each their own.
   */
  readonly electrons: Float64Array;
  /** Pixels per arcsec at source i: (x, y) = ((xu, xv), (yu, yv)) (u, v), u West and v North. */
  jacobianOf(i: number): Float64Array;
}

/** Models that are drawn as many points. */
export const CLOUD_MODELS: ReadonlySet<number> = new Set([MODEL.knots, MODEL.streak, MODEL.stamp]);

/**
 * Places the rows of a table that reach the chip, in an order that keeps neighbours together. @param located where its rows
 * fall, if that is known; of the same projection and vignetting
 */
export function placeSources(
  table: SourceTable,
  projection: DetectorProjection,
  photometry: SourcePhotometry,
  pixelScaleArcsec: number,
  located = new LocatedSources(table, projection),
): PlacedSources {
  const { nx, ny } = projection.detector;
  const leastScaleArcsec = LEAST_SCALE * pixelScaleArcsec;
  const { x, y, order } = located;
  const placed = {
    row: new Int32Array(order.length),
    x: new Float64Array(order.length),
    y: new Float64Array(order.length),
    electrons: new Float64Array(order.length),
  };
  let length = 0;
  for (const row of order) {
    const unvignetted = photometry.electronsAtMagnitudeZero * located.fluxOf(row);
    const wings = reachPx(unvignetted);
    if (table.model[row] === MODEL.streak) {
      if (!streakTouches(table, row, projection, wings, leastScaleArcsec)) continue;
    } else {
      const reach = wings + extentArcsec(table, row) / leastScaleArcsec;
      if (x[row]! < -reach || y[row]! < -reach || x[row]! > nx - 1 + reach || y[row]! > ny - 1 + reach)
        continue;
    }
    const isCloud = CLOUD_MODELS.has(table.model[row]!);
    const mean = isCloud ? unvignetted : unvignetted * located.vignettingOf(row, photometry.vignettingAt);
    if (!(mean > 0)) continue;
    placed.row[length] = row;
    placed.x[length] = x[row]!;
    placed.y[length] = y[row]!;
    placed.electrons[length++] = mean;
  }
  const row = placed.row.slice(0, length);
  return {
    length,
    row,
    x: placed.x.slice(0, length),
    y: placed.y.slice(0, length),
    electrons: placed.electrons.slice(0, length),
    jacobianOf: (i) => located.jacobianOf(row[i]!),
  };
}

function streakTouches(
  table: SourceTable,
  row: number,
  projection: DetectorProjection,
  wingsPx: number,
  leastScaleArcsec: number,
): boolean {
  const source = { raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! };
  const line = { lengthArcsec: table.lengthArcsec[row]!, orientationRad: table.orientationRad[row]! };
  return lineTouches(projection, source, line, wingsPx + table.widthArcsec[row]! / leastScaleArcsec);
}
