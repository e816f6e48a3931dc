/**
 * Lensing of the sources of one entry of the sky by what the request says: a constant field, a map, halos. Each lens acts on
 * what the one behind it left: shears compose, magnifications multiply, halos displace. Multiple images are not drawn; of a
 * source behind a halo the outermost image is, which lies on the source's own side.
 *
 * Lensed are galaxies (Sersic profiles, knots, stamps) and points with a redshift; by a halo, and by a map with redshifts of
 * its own, only what is known to lie behind. Stars and streaks never are.
 *
 * The linear map of a shear and a magnification is no picture of an arc: where kappa + |gamma| passes 0.8 both are scaled down
 * to that, which bounds the magnification at 25, and the row is marked (`lensLimited`).
 */
import { type Distances, fromVector, type SkyPosition, toUnitVector } from '@imsim-od/astro';
import { atan2, cos, log10, sin } from '@imsim-od/portable-math';
import { composeShear, type Lensing, lensingFrom } from '../lensing.js';
import { MODEL, type SourceTable } from '../source-table.js';
import type { LensSampler } from './lens-map.js';
import type { NfwHalo } from './nfw-halo.js';

/** A constant field of lensing, GalSim's frame. */
export interface ConstantLens {
  readonly gamma1: number;
  readonly gamma2: number;
  readonly kappa: number;
}

/** A map, and the redshifts between which it holds; without them it lenses all galaxies alike. */
export interface MapLens {
  readonly sampler: LensSampler;
  readonly redshifts?: { readonly lens: number; readonly source: number };
}

/** A halo. */
export interface HaloLens {
  readonly halo: NfwHalo;
  /** Positions are those behind the lens and are displaced; else they are those of the images already. */
  readonly deflect: boolean;
}

/** Everything that lenses the sources of an entry. */
export interface SkyLenses {
  readonly constant?: ConstantLens;
  readonly map?: MapLens;
  readonly halos: readonly HaloLens[];
  /** The magnification multiplies the flux. */
  readonly magnifyFlux: boolean;
  readonly distances: Distances;
}

/** What was lensed, in rows. */
export interface LensedCounts {
  readonly lensed: number;
  /** Rows whose lensing was limited. */
  readonly limited: number;
  /** Galaxies that a halo or a map with redshifts left alone because they have no redshift. */
  readonly withoutRedshift: number;
  /** Galaxies outside the map. */
  readonly outsideMap: number;
}

/** kappa + |gamma| beyond which both are scaled down. */
export const LENSING_LIMIT = 0.8;
/** The largest magnification that follows: 1 / (1 - 0.8)^2. */
export const MAX_MAGNIFICATION = 25;
const ARCSEC_PER_RAD = 648_000 / Math.PI;
const DEG_PER_RAD = 180 / Math.PI;

/** Lenses the rows of a table in place. */
export function lensSources(table: SourceTable, lenses: SkyLenses): LensedCounts {
  const counts = { lensed: 0, limited: 0, withoutRedshift: 0, outsideMap: 0 };
  const needsRedshift = lenses.halos.length > 0 || lenses.map?.redshifts !== undefined;
  const constant =
    lenses.constant && lensingFrom(lenses.constant.gamma1, lenses.constant.gamma2, lenses.constant.kappa);
  const halos = [...lenses.halos].sort((a, b) => b.halo.facts.redshift - a.halo.facts.redshift);
  for (let row = 0; row < table.length; row++) {
    if (!isLensable(table, row)) continue;
    if (needsRedshift && !(table.redshift[row]! > 0)) counts.withoutRedshift++;
    let acted = false;
    if (lenses.map) {
      const share = shareOfMap(lenses.map, table.redshift[row]!, lenses.distances);
      if (share > 0) {
        const value = lenses.map.sampler.at(table.raDeg[row]!, table.decDeg[row]!);
        if (value === undefined) counts.outsideMap++;
        else {
          act(
            table,
            row,
            share * value.kappa,
            share * value.gamma1,
            share * value.gamma2,
            lenses.magnifyFlux,
          );
          acted = true;
        }
      }
    }
    for (const lens of halos) acted = actOfHalo(table, row, lens, lenses.magnifyFlux) || acted;
    if (constant) {
      apply(table, row, constant, lenses.magnifyFlux);
      acted = true;
    }
    if (acted) counts.lensed++;
    counts.limited += table.lensLimited[row]!;
  }
  return counts;
}

function isLensable(table: SourceTable, row: number): boolean {
  const model = table.model[row]!;
  return model === MODEL.point ? table.redshift[row]! > 0 : model !== MODEL.streak;
}

/** The strength of a map for a source, over that for its own source plane. */
function shareOfMap({ redshifts }: MapLens, redshift: number, distances: Distances): number {
  if (redshifts === undefined) return 1;
  if (!(redshift > redshifts.lens)) return 0;
  const efficiency = (z: number): number =>
    distances.angularBetweenMpc(redshifts.lens, z) / distances.angularMpc(z);
  return efficiency(redshift) / efficiency(redshifts.source);
}

function actOfHalo(
  table: SourceTable,
  row: number,
  { halo, deflect }: HaloLens,
  magnifyFlux: boolean,
): boolean {
  const efficiency = halo.efficiency(table.redshift[row]!);
  if (!(efficiency > 0)) return false;
  const place = { raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! };
  const { radiusRad, direction } = awayFrom(halo.facts, place);
  let radiusArcsec = radiusRad * ARCSEC_PER_RAD;
  if (deflect) {
    radiusArcsec = halo.imageRadiusArcsec(radiusArcsec, efficiency);
    const moved = alongCircle(halo.facts, direction, radiusArcsec / ARCSEC_PER_RAD);
    table.raDeg[row] = moved.raDeg;
    table.decDeg[row] = moved.decDeg;
    place.raDeg = moved.raDeg;
    place.decDeg = moved.decDeg;
  }
  const { kappa, tangential } = halo.at(radiusArcsec, efficiency);
  // Stretched around the centre: the long axis is at right angles to the direction of the halo.
  const [cos2, sin2] = doubleAngleTowards(place, halo.facts);
  act(table, row, kappa, -tangential * cos2, -tangential * sin2, magnifyFlux);
  return true;
}

/** Limits a lensing and applies it. */
function act(
  table: SourceTable,
  row: number,
  kappa: number,
  gamma1: number,
  gamma2: number,
  magnifyFlux: boolean,
): void {
  const strength = kappa + Math.sqrt(gamma1 * gamma1 + gamma2 * gamma2);
  const scale = strength > LENSING_LIMIT ? LENSING_LIMIT / strength : 1;
  if (scale < 1) table.lensLimited[row] = 1;
  const lensing = lensingFrom(scale * gamma1, scale * gamma2, scale * kappa);
  if (lensing) apply(table, row, lensing, magnifyFlux);
}

function apply(table: SourceTable, row: number, lensing: Lensing, magnifyFlux: boolean): void {
  const { magnification } = lensing;
  if (magnifyFlux) table.magnitude[row] = table.magnitude[row]! - 2.5 * log10(magnification);
  if (table.model[row] === MODEL.point) return;
  const inner = { g1: table.g1[row]!, g2: table.g2[row]! };
  const total = composeShear(lensing, inner);
  table.g1[row] = total.g1;
  table.g2[row] = total.g2;
  const size = Math.sqrt(magnification);
  if (table.model[row] !== MODEL.stamp) {
    table.halfLightRadiusArcsec[row] = table.halfLightRadiusArcsec[row]! * size;
    return;
  }
  table.stampPixelArcsec[row] = table.stampPixelArcsec[row]! * size;
  // S(outer) S(inner) is a shear after a rotation by the argument of 1 + outer conj(inner).
  const turnRad = atan2(
    lensing.g2 * inner.g1 - lensing.g1 * inner.g2,
    1 + lensing.g1 * inner.g1 + lensing.g2 * inner.g2,
  );
  table.stampRotationDeg[row] = table.stampRotationDeg[row]! + turnRad * DEG_PER_RAD;
}

type Direction = readonly [number, number, number];

/** The angle from `centre` to `place`, and the unit vector at `centre` along the great circle that leads there. */
function awayFrom(
  centre: SkyPosition,
  place: SkyPosition,
): { readonly radiusRad: number; readonly direction: Direction } {
  const [cx, cy, cz] = toUnitVector(centre);
  const [px, py, pz] = toUnitVector(place);
  // (c x p) x c is the part of p at right angles to c, without the cancellation of p - (p.c) c.
  const nx = cy * pz - cz * py;
  const ny = cz * px - cx * pz;
  const nz = cx * py - cy * px;
  const tx = ny * cz - nz * cy;
  const ty = nz * cx - nx * cz;
  const tz = nx * cy - ny * cx;
  const length = Math.sqrt(tx * tx + ty * ty + tz * tz);
  const radiusRad = atan2(length, cx * px + cy * py + cz * pz);
  if (length > 0) return { radiusRad, direction: [tx / length, ty / length, tz / length] };
  const ra = centre.raDeg / DEG_PER_RAD;
  return { radiusRad, direction: [-cz * cos(ra), -cz * sin(ra), cos(centre.decDeg / DEG_PER_RAD)] };
}

/** The place at an angle from `centre` in a direction. */
function alongCircle(centre: SkyPosition, [tx, ty, tz]: Direction, angleRad: number): SkyPosition {
  const [cx, cy, cz] = toUnitVector(centre);
  const [c, s] = [cos(angleRad), sin(angleRad)];
  return fromVector([c * cx + s * tx, c * cy + s * ty, c * cz + s * tz]);
}

/** cos and sin of twice the angle, from +u (West) towards +v (North) at `place`, of the direction of `centre`. */
function doubleAngleTowards(place: SkyPosition, centre: SkyPosition): readonly [number, number] {
  const turn = (centre.raDeg - place.raDeg) / DEG_PER_RAD;
  const [placeDec, centreDec] = [place.decDeg / DEG_PER_RAD, centre.decDeg / DEG_PER_RAD];
  const u = -cos(centreDec) * sin(turn);
  const v = sin(centreDec) * cos(placeDec) - cos(centreDec) * sin(placeDec) * cos(turn);
  const length2 = u * u + v * v;
  return length2 > 0 ? [(u * u - v * v) / length2, (2 * u * v) / length2] : [1, 0];
}
