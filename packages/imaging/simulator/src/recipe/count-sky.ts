/**
 * How many objects a visit's chosen detectors see, entry by entry, and how bright they are. A synthetic sky is counted by the laws
 * that it is drawn from; what was read from files object by object, where its options put it.
 */
import { type Band, type SkyPosition, separationDeg, tangentPlaneAt } from '@imsim-od/astro';
import {
  type Detector,
  detectorById,
  detectorProjection,
  focalPlaneToPixel0,
  tangentPlaneToFocalPlane,
} from '@imsim-od/camera';
import { log10, pow } from '@imsim-od/portable-math';
import { galaxyCountPerArcmin2, selectRows, type SourceTable, starCountsPerDeg2 } from '@imsim-od/sky';
import { dealInputs } from '../sky-input/entry-inputs.js';
import { applyOptions, reachOfOptionsDeg } from '../sky-input/entry-options.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { Recipe, RecipeEntry, RecipeSynthetic } from './recipe.js';

/** Objects by magnitude, in equal steps. */
export interface MagnitudeCounts {
  /** The synthetic sky's are in i; those of files in the visit's band. */
  readonly band: Band;
  /** Bright edge of the first step. */
  readonly firstMag: number;
  readonly stepMag: number;
  readonly counts: readonly number[];
}

/** What the chosen detectors see of a sky. */
export interface SkyCounts {
  /** In the order of the sky; a galaxy of several components is one object. */
  readonly entries: readonly {
    readonly objects: number;
    readonly magnitudes: MagnitudeCounts;
    /** Detectors that stand for all, where not all were counted: then the numbers are estimates. */
    readonly countedDetectors?: number;
  }[];
  /** Of the detectors that were counted whole. */
  readonly detectors: readonly { readonly detectorId: number; readonly objects: number }[];
}

const STEP_MAG = 0.5;
const FIRST_MAG = 8;
const STEPS = 48;
/** The model's shells are of r; a star is this much brighter in i, as most are within a step. */
const R_MINUS_I_SHELLS = 1;
const PIXEL_SCALE_ARCSEC = 0.2;
/** Half a detector's side, with room for its rotation and the position of its reference pixel. */
const HALF_SIDE_MM = 22;
/** The focal plane ends within. */
const FIELD_RADIUS_DEG = 2.2;

/** Objects of a synthetic sky by half magnitudes of i from 8 on. */
export interface SyntheticDensity {
  readonly galaxiesPerArcmin2: Float64Array;
  readonly starsPerArcmin2: Float64Array;
}

/** The density of a synthetic entry towards a direction, by steps of magnitude. */
export function syntheticDensity(
  { galaxies, stars, brightestMag, faintIMag }: RecipeSynthetic,
  centre: SkyPosition,
): SyntheticDensity {
  const galaxiesPerArcmin2 = new Float64Array(STEPS);
  const starsPerArcmin2 = new Float64Array(STEPS);
  const perDeg2 = stars ? starCountsPerDeg2(centre.raDeg, centre.decDeg, STEPS + R_MINUS_I_SHELLS) : [];
  for (let step = 0; step < STEPS; step++) {
    const low = Math.max(brightestMag, FIRST_MAG + step * STEP_MAG);
    const high = Math.min(faintIMag, FIRST_MAG + (step + 1) * STEP_MAG);
    if (!(high > low)) continue;
    if (galaxies) galaxiesPerArcmin2[step] = galaxyCountPerArcmin2(high) - galaxyCountPerArcmin2(low);
    starsPerArcmin2[step] = ((perDeg2[step + R_MINUS_I_SHELLS] ?? 0) / 3600) * ((high - low) / STEP_MAG);
  }
  return { galaxiesPerArcmin2, starsPerArcmin2 };
}

/** Counts the sky of recipes of one visit and snap. `catalogs` are its files, in the order of `dealInputs`. */
export function countSky(recipes: readonly Recipe[], catalogs: readonly LoadedSources[]): SkyCounts {
  const [first] = recipes;
  if (first === undefined) return { entries: [], detectors: [] };
  const detectors = recipes.flatMap(({ detector }) => detectorById(detector.id) ?? []);
  const onDetector = new Float64Array(detectors.length);
  const entries = dealInputs(first.sky, catalogs).map(({ entry, sources, map }) => {
    const counts = new Float64Array(STEPS);
    if (entry.type === 'synthetic') addModel(entry, first, detectors, counts, onDetector);
    else if (sources !== undefined)
      addRows(optioned(entry, first, sources, map), first, detectors, counts, onDetector);
    const band: Band = entry.type === 'synthetic' ? 'i' : first.visit.band;
    return { objects: Math.round(sumOf(counts)), magnitudes: trimmed(counts, band) };
  });
  return {
    entries,
    detectors: detectors.map(({ id }, index) => ({
      detectorId: id,
      objects: Math.round(onDetector[index] ?? 0),
    })),
  };
}

/** The counts of other detectors of the same visit together. */
export function joinSkyCounts(parts: readonly SkyCounts[]): SkyCounts {
  const [first] = parts;
  if (first === undefined) return { entries: [], detectors: [] };
  const entries = first.entries.map(({ magnitudes: { band } }, index) => {
    const counts = new Float64Array(STEPS);
    for (const { entries: others } of parts) {
      const { magnitudes } = others[index]!;
      const begin = Math.round((magnitudes.firstMag - FIRST_MAG) / STEP_MAG);
      magnitudes.counts.forEach((count, step) => (counts[begin + step] = counts[begin + step]! + count));
    }
    const objects = parts.reduce((sum, { entries: others }) => sum + others[index]!.objects, 0);
    return { objects, magnitudes: trimmed(counts, band) };
  });
  return { entries, detectors: parts.flatMap(({ detectors }) => detectors) };
}

/**
 * The counts of all detectors from those of some, evenly chosen, in each entry that is `isSampled`; the others are taken as they are.
 * @param exact of all detectors, without the sources of the sampled entries @param sample of some of the detectors, with all sources
 */
export function scaleSkyCounts(
  exact: SkyCounts,
  sample: SkyCounts,
  isSampled: (entry: number) => boolean,
): SkyCounts {
  const countedDetectors = sample.detectors.length;
  const scale = exact.detectors.length / countedDetectors;
  return {
    entries: exact.entries.map((entry, index) => {
      const some = sample.entries[index];
      if (some === undefined || !isSampled(index)) return entry;
      const { objects, magnitudes } = some;
      return {
        objects: Math.round(scale * objects),
        magnitudes: { ...magnitudes, counts: magnitudes.counts.map((count) => Math.round(scale * count)) },
        countedDetectors,
      };
    }),
    detectors: sample.detectors,
  };
}

function addModel(
  entry: RecipeSynthetic,
  { visit }: Recipe,
  detectors: readonly Detector[],
  counts: Float64Array,
  onDetector: Float64Array,
): void {
  for (const [index, detector] of detectors.entries()) {
    const { nx, ny } = detector;
    const centre = detectorProjection(detector, visit, visit.rotSkyPosDeg).pixelToSky(nx / 2, ny / 2);
    const arcmin2 = ((nx * PIXEL_SCALE_ARCSEC) / 60) * ((ny * PIXEL_SCALE_ARCSEC) / 60);
    const { galaxiesPerArcmin2, starsPerArcmin2 } = syntheticDensity(entry, centre);
    for (let step = 0; step < STEPS; step++) {
      const objects = arcmin2 * (galaxiesPerArcmin2[step]! + starsPerArcmin2[step]!);
      if (!isWithin(entry, FIRST_MAG + (step + 0.5) * STEP_MAG)) continue;
      counts[step] = counts[step]! + objects;
      onDetector[index] = onDetector[index]! + objects;
    }
  }
}

function isWithin({ magnitudeLimits }: RecipeEntry, magnitude: number): boolean {
  const { brightest = -Infinity, faintest = Infinity } = magnitudeLimits ?? {};
  return magnitude >= brightest && magnitude <= faintest;
}

/** The rows near the focal plane, displaced, lensed and cut as the entry says. */
function optioned(
  entry: RecipeEntry,
  { visit }: Recipe,
  loaded: LoadedSources,
  map: LoadedSources | undefined,
): SourceTable {
  const table = loaded.bySnap?.[visit.snap] ?? loaded.sources;
  const radiusDeg = FIELD_RADIUS_DEG + reachOfOptionsDeg(entry);
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const position = { raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! };
    if (separationDeg(visit, position) < radiusDeg) rows.push(row);
  }
  return applyOptions(selectRows(table, rows), entry, map?.lensMap).table;
}

function addRows(
  table: SourceTable,
  { visit }: Recipe,
  detectors: readonly Detector[],
  counts: Float64Array,
  onDetector: Float64Array,
): void {
  const plane = tangentPlaneAt(visit);
  for (let row = 0; row < table.length;) {
    let flux = 0;
    const first = row;
    // The components of an object follow each other.
    for (; row < table.length && table.objectId[row] === table.objectId[first]; row++)
      flux += pow(10, -0.4 * table.magnitude[row]!);
    const point = plane.project(table.raDeg[first]!, table.decDeg[first]!);
    const place = tangentPlaneToFocalPlane(point, visit.rotSkyPosDeg);
    const index = detectors.findIndex(({ centreMm }, at) => {
      if (Math.abs(place.xMm - centreMm.x) > HALF_SIDE_MM || Math.abs(place.yMm - centreMm.y) > HALF_SIDE_MM)
        return false;
      const { x, y } = focalPlaneToPixel0(detectors[at]!, place);
      return x >= -0.5 && y >= -0.5 && x < detectors[at]!.nx - 0.5 && y < detectors[at]!.ny - 0.5;
    });
    if (index === -1) continue;
    onDetector[index] = onDetector[index]! + 1;
    const magnitude = flux > 0 ? -2.5 * log10(flux) : Infinity;
    const step = Math.floor((magnitude - FIRST_MAG) / STEP_MAG);
    const bin = Math.max(0, Math.min(STEPS - 1, step));
    counts[bin] = counts[bin]! + 1;
  }
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Without the empty steps at both ends. */
function trimmed(counts: Float64Array, band: Band): MagnitudeCounts {
  const whole = Array.from(counts, (count) => Math.round(count));
  const begin = Math.max(
    0,
    whole.findIndex((count) => count > 0),
  );
  const end = whole.findLastIndex((count) => count > 0) + 1;
  return {
    band,
    firstMag: FIRST_MAG + begin * STEP_MAG,
    stepMag: STEP_MAG,
    counts: whole.slice(begin, end),
  };
}
