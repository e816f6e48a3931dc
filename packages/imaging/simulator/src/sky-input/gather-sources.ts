/** The sources near a detector, from all entries of a recipe's sky. */
import { type SkyPosition, toUnitVector } from '@imsim-od/astro';
import { cos, log10, pow } from '@imsim-od/portable-math';
import {
  type SkyRegion,
  type SourceTable,
  MAX_MAGNIFICATION,
  concatenate,
  drawSyntheticSky,
  selectRows,
} from '@imsim-od/sky';
import type { SourcePhotometry } from '../detector/place-sources.js';
import { ARCSEC_PER_PX, electronsReaching, extentArcsec, reachPx } from '../detector/source-reach.js';
import type { Recipe, RecipeEntry, RecipeSynthetic } from '../recipe/recipe.js';
import { dealInputs } from './entry-inputs.js';
import { applyOptions, hasOptions, reachOfOptionsDeg } from './entry-options.js';
import type { LoadedSources } from './loaded-sources.js';
import { optionRemarks } from './option-remarks.js';
import { recipeRegion } from './wanted-region.js';
import { type DuplicateCounts, withoutDuplicates } from './without-duplicates.js';

/** A circle on the sky. */
export interface SkyCircle {
  readonly centre: SkyPosition;
  readonly radiusDeg: number;
}

/** Nothing of a synthetic galaxy shows beyond this, and most stars' wings end before it. */
const LEAST_SYNTHETIC_MARGIN_DEG = 0.03;
/** By how much a star may be brighter in the band than in i, which the synthetic limits speak of. */
const BRIGHTER_THAN_I_MAG = 0.5;
/** Rows of a catalog within this distance of the circle need no closer look. */
const CATALOG_MARGIN_DEG = 0.12;

/** Draws a synthetic sky, or hands out one that was drawn before with the same options; its column `catalog` is the caller's to change. */
export type DrawSyntheticSky = (options: Parameters<typeof drawSyntheticSky>[0]) => SourceTable;

/** The sources of a sky near a circle. */
export interface GatheredSources {
  readonly table: SourceTable;
  /** What the options of the entries did, in sentences. */
  readonly remarks: readonly string[];
  /** Counts objects on the chip that stand twice. */
  readonly duplicates: () => DuplicateCounts;
}

/**
 * Joins the sky entries' sources whose light may fall into a circle: each by its own extent on the sky and the reach of its
 * wings. The `catalog` column holds the entry's index in the recipe's sky; `inputs` are the recipe's files in the order of
 * `dealInputs`; `isOnChip` tells which places count among what stands twice; `drawSky` makes synthetic populations.
 */
export function gatherSources(
  recipe: Recipe,
  inputs: readonly LoadedSources[],
  circle: SkyCircle,
  { electronsAtMagnitudeZero }: Pick<SourcePhotometry, 'electronsAtMagnitudeZero'>,
  isOnChip: (raDeg: number, decDeg: number) => boolean,
  drawSky: DrawSyntheticSky = drawSyntheticSky,
): GatheredSources {
  const remarks: string[] = [];
  const tables = dealInputs(recipe.sky, inputs).map(({ entry, sources, map }, index) => {
    // Displacement brings sources in from outside, and magnification lets them reach farther.
    const wider = { centre: circle.centre, radiusDeg: circle.radiusDeg + reachOfOptionsDeg(entry) };
    const electrons = electronsAtMagnitudeZero * (entry.lensing ? MAX_MAGNIFICATION : 1);
    const near =
      entry.type === 'synthetic'
        ? drawn(entry, recipe, wider, electrons, drawSky)
        : reachingCircle(candidates(entry, recipe, sources!), wider, electrons);
    near.catalog.fill(index);
    if (!hasOptions(entry)) return near;
    // Options change their table, which may be drawn again as it was.
    const own = entry.type === 'synthetic' ? selectRows(near, allRows(near)) : near;
    const { table, counts } = applyOptions(own, entry, map?.lensMap);
    remarks.push(...optionRemarks(index, counts));
    return table;
  });
  return { remarks, ...withoutDuplicates(concatenate(tables), recipe, isOnChip) };
}

const allRows = ({ length }: SourceTable): Uint32Array => Uint32Array.from({ length }, (_, row) => row);

function drawn(
  entry: RecipeSynthetic,
  { visit }: Pick<Recipe, 'visit'>,
  circle: SkyCircle,
  electronsAtMagnitudeZero: number,
  drawSky: DrawSyntheticSky,
): SourceTable {
  const { seed, brightestMag, faintIMag, galaxies, stars } = entry;
  const brightest = electronsAtMagnitudeZero * pow(10, -0.4 * (brightestMag - BRIGHTER_THAN_I_MAG));
  const margin = Math.max(LEAST_SYNTHETIC_MARGIN_DEG, (reachPx(brightest) * ARCSEC_PER_PX) / 3600);
  const cone = { centre: circle.centre, radiusDeg: circle.radiusDeg + margin };
  return drawSky({ band: visit.band, ...cone, seed, brightestMag, faintIMag, galaxies, stars });
}

/** What was read for one detector or for many: what counts is the same in both cases. Instance catalogs are read whole. */
function candidates({ type }: RecipeEntry, recipe: Recipe, loaded: LoadedSources): SourceTable {
  const sources = loaded.bySnap?.[recipe.visit.snap] ?? loaded.sources;
  return type === 'instanceCatalog' ? sources : heldBy(recipeRegion(recipe), sources);
}

function heldBy(region: SkyRegion, table: SourceTable): SourceTable {
  const { raDeg, decDeg, lengthArcsec } = table;
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++)
    if (region.isReachedBy({ raDeg: raDeg[row]!, decDeg: decDeg[row]!, lengthArcsec: lengthArcsec[row]! }))
      rows.push(row);
  return selectRows(table, rows);
}

function reachingCircle(
  table: SourceTable,
  { centre, radiusDeg }: SkyCircle,
  electronsAtMagnitudeZero: number,
): SourceTable {
  const [cx, cy, cz] = toUnitVector(centre);
  const cosineAt = (angleDeg: number): number => cos((Math.min(180, angleDeg) * Math.PI) / 180);
  const least = cosineAt(radiusDeg + CATALOG_MARGIN_DEG);
  // Half of the margin for the size, half for the wings: most rows outside are passed over by two comparisons.
  const small = (CATALOG_MARGIN_DEG * 3600) / 2;
  const faint = -2.5 * log10(electronsReaching(small / ARCSEC_PER_PX) / electronsAtMagnitudeZero);
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const [x, y, z] = toUnitVector({ raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! });
    const cosine = cx * x + cy * y + cz * z;
    if (cosine >= least) {
      rows.push(row);
      continue;
    }
    const extent = extentArcsec(table, row);
    const magnitude = table.magnitude[row]!;
    if (extent < small && magnitude > faint) continue;
    const wings = reachPx(electronsAtMagnitudeZero * pow(10, -0.4 * magnitude)) * ARCSEC_PER_PX;
    if (cosine >= cosineAt(radiusDeg + (extent + wings) / 3600)) rows.push(row);
  }
  return selectRows(table, rows);
}
