/** An entry's options at work: its sources displaced, lensed and cut by magnitude, in that order. */
import { type Distances, distancesIn, fromVector, toUnitVector } from '@imsim-od/astro';
import { cos, log10, pow, sin } from '@imsim-od/portable-math';
import {
  drawableRows,
  type LensedCounts,
  type LensMap,
  lensSampler,
  lensSources,
  NfwHalo,
  selectRows,
  type SkyLenses,
  type SourceTable,
} from '@imsim-od/sky';
import type { RecipeEntryOptions } from '../recipe/recipe.js';
import type { EntryOptions } from '../request/entry-options-schema.js';

type Lensing = NonNullable<RecipeEntryOptions['lensing'] | EntryOptions['lensing']>;
type Options = Pick<EntryOptions, 'offset' | 'magnitudeLimits'> & { readonly lensing?: Lensing | undefined };

const RAD_PER_ARCSEC = Math.PI / 648_000;
const RAD_PER_DEG = Math.PI / 180;
/** Limits hold to this: magnitudes go through fluxes. */
const ROUNDING_MAG = 1e-9;

/** What an entry's options did. */
export interface OptionCounts {
  readonly lensing: LensedCounts | undefined;
  /** Rows left out because lensing made them brighter or larger than can be drawn. */
  readonly undrawable: number;
}

/** True where an entry's options change its sources. */
export function hasOptions({ offset, magnitudeLimits, lensing }: Options): boolean {
  return offset !== undefined || magnitudeLimits !== undefined || lensing !== undefined;
}

/** The farthest that an entry's options can displace a source, degrees. */
export function reachOfOptionsDeg({ offset, lensing }: Options): number {
  const { eastArcsec = 0, northArcsec = 0 } = offset ?? {};
  let arcsec = Math.sqrt(eastArcsec * eastArcsec + northArcsec * northArcsec);
  for (const { halo, deflect } of lensing ? halosOf(lensing, distancesOf(lensing)) : [])
    if (deflect) arcsec += halo.largestDeflectionArcsec();
  return arcsec / 3600;
}

/** The farthest that any entry of a sky displaces a source, degrees. */
export function reachOfSkyDeg(sky: readonly Options[]): number {
  return sky.reduce((most, entry) => Math.max(most, reachOfOptionsDeg(entry)), 0);
}

/** Applies an entry's options to its sources, which are changed in place; returns those that are left. */
export function applyOptions(
  table: SourceTable,
  { offset, magnitudeLimits, lensing }: Options,
  map: LensMap | undefined,
): { readonly table: SourceTable; readonly counts: OptionCounts } {
  if (offset) displace(table, offset);
  const counts = lensing ? lensSources(table, lensesOf(lensing, map)) : undefined;
  const rows = counts ? drawableRows(table) : undefined;
  const drawable = rows && rows.length < table.length ? selectRows(table, rows) : table;
  const kept = magnitudeLimits ? withinLimits(drawable, magnitudeLimits) : drawable;
  return { table: kept, counts: { lensing: counts, undrawable: table.length - drawable.length } };
}

function lensesOf(lensing: Lensing, map: LensMap | undefined): SkyLenses {
  const distances = distancesOf(lensing);
  const { gamma1, gamma2, kappa, magnifyFlux } = lensing;
  const isConstant = gamma1 !== 0 || gamma2 !== 0 || kappa !== 0;
  const { axes, redshifts } = lensing.map ?? {};
  return {
    ...(isConstant ? { constant: { gamma1, gamma2, kappa } } : {}),
    ...(map && axes ? { map: { sampler: lensSampler(map, axes), ...(redshifts ? { redshifts } : {}) } } : {}),
    halos: halosOf(lensing, distances),
    magnifyFlux,
    distances,
  };
}

function halosOf({ halos = [] }: Lensing, distances: Distances): SkyLenses['halos'] {
  return halos.map(({ deflect, ...facts }) => ({ halo: new NfwHalo(facts, distances), deflect }));
}

function distancesOf({ cosmology }: Lensing): Distances {
  return distancesIn(cosmology);
}

/** Moves every position by the same vector of its tangent plane. */
function displace(table: SourceTable, offset: NonNullable<Options['offset']>): void {
  const east = offset.eastArcsec * RAD_PER_ARCSEC;
  const north = offset.northArcsec * RAD_PER_ARCSEC;
  for (let row = 0; row < table.length; row++) {
    const raDeg = table.raDeg[row]!;
    const decDeg = table.decDeg[row]!;
    const [x, y, z] = toUnitVector({ raDeg, decDeg });
    const [cosRa, sinRa] = [cos(raDeg * RAD_PER_DEG), sin(raDeg * RAD_PER_DEG)];
    const moved = fromVector([
      x - east * sinRa - north * z * cosRa,
      y + east * cosRa - north * z * sinRa,
      z + north * cos(decDeg * RAD_PER_DEG),
    ]);
    table.raDeg[row] = moved.raDeg;
    table.decDeg[row] = moved.decDeg;
  }
}

/** The rows of objects whose components together lie within the limits; components share an identifier. */
function withinLimits(
  table: SourceTable,
  { brightest = -Infinity, faintest = Infinity }: NonNullable<Options['magnitudeLimits']>,
): SourceTable {
  const flux = new Map<string, number>();
  for (let row = 0; row < table.length; row++) {
    const id = table.objectId[row]!;
    flux.set(id, (flux.get(id) ?? 0) + pow(10, -0.4 * table.magnitude[row]!));
  }
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const magnitude = -2.5 * log10(flux.get(table.objectId[row]!)!);
    if (magnitude >= brightest - ROUNDING_MAG && magnitude <= faintest + ROUNDING_MAG) rows.push(row);
  }
  return selectRows(table, rows);
}
