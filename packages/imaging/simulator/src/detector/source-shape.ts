/** What a row of the source table is to the drawing: a point, a profile, or many points. */
import type { SkyPosition } from '@imsim-od/astro';
import { MODEL, type SourceTable } from '@imsim-od/sky';
import { type PointCloud, knotCloud, shearMatrix, stampCloud, streakCloud } from './point-cloud.js';
import { ARCSEC_PER_PX, LEAST_SCALE } from './source-reach.js';
import { type SourceIdentity, knotWords } from './stream-keys.js';

/** A matrix from circular coordinates, in which the half-light radius is 1, to pixels. */
export type ProfileMatrix = readonly [number, number, number, number];

/** The shape of a source as it falls on the chip. */
export type SourceShape =
  | { readonly kind: 'point' }
  | { readonly kind: 'sersic'; readonly sersicIndex: number; readonly matrix: ProfileMatrix }
  | { readonly kind: 'cloud'; readonly cloud: PointCloud; readonly source: SkyPosition }
  /** A stamp without an image. */
  | { readonly kind: 'none' };

/** Half-light radius under which a galaxy is drawn as a point, in pixels: far below what any PSF can show. */
const POINT_RADIUS_PX = 0.002;
const DEG = Math.PI / 180;

/** The shape of a row. @param jacobian pixels per arcsec at its place, as of `PlacedSources` */
export function shapeOf(table: SourceTable, row: number, jacobian: Float64Array): SourceShape {
  switch (table.model[row]) {
    case MODEL.sersic: {
      const radius = table.halfLightRadiusArcsec[row]!;
      const matrix = profileMatrix(jacobian, radius, table.g1[row]!, table.g2[row]!);
      if (matrix.every((a) => Math.abs(a) < POINT_RADIUS_PX)) return { kind: 'point' };
      return { kind: 'sersic', sersicIndex: table.sersicIndex[row]!, matrix };
    }
    case MODEL.knots:
    case MODEL.streak:
    case MODEL.stamp: {
      const cloud = cloudOf(table, row);
      const source = { raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! };
      return cloud ? { kind: 'cloud', cloud, source } : { kind: 'none' };
    }
    default:
      return { kind: 'point' };
  }
}

/** Half-light radius [arcsec] from which a galaxy is more than a point at any scale of pixels that the camera has. */
const SURELY_EXTENDED_ARCSEC = 0.001;
/** Pixels per arcsec at most, in the field and well beyond its edge. */
const MOST_PX_PER_ARCSEC = 1 / (LEAST_SCALE * ARCSEC_PER_PX);

/** A bound of {@link scaleOf} a row that is no cloud, wherever it falls; undefined where its place decides whether it is a point. */
export function mostScalePx(table: SourceTable, row: number): number | undefined {
  if (table.model[row] !== MODEL.sersic) return 0;
  const radius = table.halfLightRadiusArcsec[row]!;
  if (!(radius >= SURELY_EXTENDED_ARCSEC)) return undefined;
  const [g1, g2] = [table.g1[row]!, table.g2[row]!];
  const g = g1 * g1 + g2 * g2;
  return MOST_PX_PER_ARCSEC * radius * Math.sqrt((2 * (1 + g)) / (1 - g));
}

/** Pixels that a half-light radius of a galaxy has at most; 0 for others. */
export function scaleOf(shape: SourceShape): number {
  if (shape.kind !== 'sersic') return 0;
  const [a11, a12, a21, a22] = shape.matrix;
  return Math.sqrt(a11 * a11 + a12 * a12 + a21 * a21 + a22 * a22);
}

/** What tells a row apart from others. */
export function identityOf(table: SourceTable, row: number): SourceIdentity {
  return {
    catalog: table.catalog[row]!,
    objectId: table.objectId[row]!,
    component: table.component[row]!,
    raDeg: table.raDeg[row]!,
    decDeg: table.decDeg[row]!,
  };
}

/** The points of a row; undefined for a stamp without an image. */
function cloudOf(table: SourceTable, row: number): PointCloud | undefined {
  const shear = { g1: table.g1[row]!, g2: table.g2[row]! };
  switch (table.model[row]) {
    case MODEL.knots: {
      const ellipse = { halfLightRadiusArcsec: table.halfLightRadiusArcsec[row]!, ...shear };
      return knotCloud(table.knotCount[row]!, ellipse, knotWords(identityOf(table, row)));
    }
    case MODEL.streak:
      return streakCloud(table.lengthArcsec[row]!, table.widthArcsec[row]!, table.orientationRad[row]!);
    default: {
      const stamp = table.stamps[table.stamp[row]!];
      return (
        stamp && stampCloud(stamp, table.stampPixelArcsec[row]!, table.stampRotationDeg[row]! * DEG, shear)
      );
    }
  }
}

/** The matrix from the round profile in half-light radii to pixels: (sky to pixels) x radius x shear. */
function profileMatrix(jacobian: Float64Array, radiusArcsec: number, g1: number, g2: number): ProfileMatrix {
  const [a, b, c] = shearMatrix(g1, g2);
  const [xu, xv, yu, yv] = jacobian as unknown as ProfileMatrix;
  return [
    radiusArcsec * (xu * a + xv * b),
    radiusArcsec * (xu * b + xv * c),
    radiusArcsec * (yu * a + yv * b),
    radiusArcsec * (yu * b + yv * c),
  ];
}
