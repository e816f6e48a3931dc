/**
 * A map of convergence and shear on the sky: a TAN image of three planes, interpolated bilinearly, or HEALPix cells, each with
 * one value. Values are those of the map's own source plane. Outside the map, and where a pixel is not finite, there is none.
 *
 * The axes of the shear are said by the request; inside they are GalSim's: gamma1 > 0 stretches along West-East (+u West),
 * gamma2 > 0 along North-West to South-East (+v North).
 */
import { angToPixNest, type SkyPosition, tangentPlaneAt, type TangentPlane } from '@imsim-od/astro';

/**
 * The axes that a map's shear refers to, x first: gamma1 > 0 stretches along x, gamma2 > 0 halfway from x to y. `pixel` are
 * the image's own; the other four are directions on the sky.
 */
export const SHEAR_AXES = ['westNorth', 'eastNorth', 'northEast', 'southEast', 'pixel'] as const;
/** One of `SHEAR_AXES`. */
export type ShearAxes = (typeof SHEAR_AXES)[number];

/** Factors that turn components on sky axes into GalSim's. */
const SIGNS: Readonly<Record<ShearAxes, readonly [number, number]>> = {
  westNorth: [1, 1],
  eastNorth: [1, -1],
  northEast: [-1, -1],
  southEast: [-1, 1],
  pixel: [1, 1],
};

/** The numbers of a map, in an order of its own. */
interface MapValues {
  readonly kappa: Float32Array;
  readonly gamma1: Float32Array;
  readonly gamma2: Float32Array;
}

/** An image on a tangent plane. */
export interface TanLensMap extends MapValues {
  readonly kind: 'tan';
  readonly width: number;
  readonly height: number;
  readonly tangentPoint: SkyPosition;
  /** CRPIX1, CRPIX2: 1-based pixel of the tangent point. */
  readonly referencePixel: readonly [number, number];
  /** CD1_1, CD1_2, CD2_1, CD2_2: degrees East and North per pixel. */
  readonly cd: readonly [number, number, number, number];
}

/** HEALPix cells, nested, ascending; cells that are not listed have no value. */
export interface HealpixLensMap extends MapValues {
  readonly kind: 'healpix';
  readonly order: number;
  readonly cells: Float64Array;
}

/** A map in memory. */
export type LensMap = TanLensMap | HealpixLensMap;

/** Lensing at a place, GalSim's frame. */
export interface LensValue {
  readonly kappa: number;
  readonly gamma1: number;
  readonly gamma2: number;
}

/** What a map says of places on the sky. */
export interface LensSampler {
  /** The lensing at a direction; undefined where the map has none. */
  at(raDeg: number, decDeg: number): LensValue | undefined;
}

/** Makes a map ready to be asked. */
export function lensSampler(map: LensMap, axes: ShearAxes): LensSampler {
  return map.kind === 'tan' ? new TanSampler(map, axes) : new HealpixSampler(map, axes);
}

class HealpixSampler implements LensSampler {
  private readonly map: HealpixLensMap;
  private readonly signs: readonly [number, number];

  constructor(map: HealpixLensMap, axes: ShearAxes) {
    this.map = map;
    this.signs = SIGNS[axes];
  }

  at(raDeg: number, decDeg: number): LensValue | undefined {
    const { cells, order, kappa, gamma1, gamma2 } = this.map;
    const cell = angToPixNest(raDeg, decDeg, order);
    let low = 0;
    let high = cells.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cells[middle]! < cell) low = middle + 1;
      else high = middle;
    }
    return cells[low] === cell
      ? finite(kappa[low]!, gamma1[low]! * this.signs[0], gamma2[low]! * this.signs[1])
      : undefined;
  }
}

class TanSampler implements LensSampler {
  private readonly map: TanLensMap;
  private readonly plane: TangentPlane;
  private readonly inverse: readonly [number, number, number, number];
  /** cos and sin of twice the angle from +u to the axis x of the shear, in the map's plane; parity of y against x. */
  private readonly turn: readonly [number, number];
  private readonly signs: readonly [number, number];

  constructor(map: TanLensMap, axes: ShearAxes) {
    this.map = map;
    this.plane = tangentPlaneAt(map.tangentPoint);
    const [a, b, c, d] = map.cd;
    const determinant = a * d - b * c;
    this.inverse = [d / determinant, -b / determinant, -c / determinant, a / determinant];
    if (axes === 'pixel') {
      // Image x in (u, v) is (-CD1_1, CD2_1); where East lies to the right, y turns the other way round.
      const length2 = a * a + c * c;
      this.turn = [(a * a - c * c) / length2, (-2 * a * c) / length2];
      this.signs = [1, determinant < 0 ? 1 : -1];
    } else {
      this.turn = [1, 0];
      this.signs = SIGNS[axes];
    }
  }

  at(raDeg: number, decDeg: number): LensValue | undefined {
    const { map, plane } = this;
    const [xi, eta] = projectOnto(plane, raDeg, decDeg);
    const [ia, ib, ic, id] = this.inverse;
    const x = map.referencePixel[0] - 1 + ia * xi + ib * eta;
    const y = map.referencePixel[1] - 1 + ic * xi + id * eta;
    if (!(x >= -0.5 && y >= -0.5 && x <= map.width - 0.5 && y <= map.height - 0.5)) return undefined;
    const i = Math.min(map.width - 2, Math.max(0, Math.floor(x)));
    const j = Math.min(map.height - 2, Math.max(0, Math.floor(y)));
    const s = Math.min(1, Math.max(0, x - i));
    const t = Math.min(1, Math.max(0, y - j));
    const k = j * map.width + i;
    const between = (values: Float32Array): number =>
      (1 - t) * ((1 - s) * values[k]! + s * values[k + 1]!) +
      t * ((1 - s) * values[k + map.width]! + s * values[k + map.width + 1]!);
    const g1 = between(map.gamma1) * this.signs[0];
    const g2 = between(map.gamma2) * this.signs[1];
    const [c, d] = this.turn;
    // From the plane's axes to the local ones: the plane's North and that of the place differ by the angle of the meridians.
    const derivatives = plane.derivatives(raDeg, decDeg);
    const north = [derivatives[1], derivatives[3]] as const;
    const length2 = north[0] * north[0] + north[1] * north[1];
    // Local North lies at (-north[0], north[1]) in the plane's (u, v): turned from +v by an angle whose double has this cos, sin.
    const cos2 = (north[1] * north[1] - north[0] * north[0]) / length2;
    const sin2 = (2 * north[0] * north[1]) / length2;
    const p1 = g1 * c - g2 * d;
    const p2 = g1 * d + g2 * c;
    return finite(between(map.kappa), p1 * cos2 + p2 * sin2, p2 * cos2 - p1 * sin2);
  }
}

function projectOnto(plane: TangentPlane, raDeg: number, decDeg: number): readonly [number, number] {
  const xi = new Float64Array(1);
  const eta = new Float64Array(1);
  plane.projectArrays(Float64Array.of(raDeg), Float64Array.of(decDeg), xi, eta);
  return [xi[0]!, eta[0]!];
}

function finite(kappa: number, gamma1: number, gamma2: number): LensValue | undefined {
  return Number.isFinite(kappa + gamma1 + gamma2) ? { kappa, gamma1, gamma2 } : undefined;
}
