/** The sources near a detector, from all entries of a recipe's sky. */
import { type SkyPosition, toUnitVector } from '@imsim-od/astro';
import { cos, log10, pow } from '@imsim-od/portable-math';
import { type SkyRegion, type SourceTable, concatenate, drawSyntheticSky, selectRows } from '@imsim-od/sky';
import type { SourcePhotometry } from '../detector/place-sources.js';
import { electronsReaching, extentArcsec, reachPx } from '../detector/source-reach.js';
import type { Recipe } from '../recipe/recipe.js';
import type { LoadedSources } from './loaded-sources.js';
import { recipeRegion } from './wanted-region.js';

/** A circle on the sky. */
export interface SkyCircle {
  readonly centre: SkyPosition;
  readonly radiusDeg: number;
}

/** Scale of a pixel over which reaches in pixels become angles. */
const ARCSEC_PER_PX = 0.2;
/** Nothing of a synthetic galaxy shows beyond this, and most stars' wings end before it. */
const LEAST_SYNTHETIC_MARGIN_DEG = 0.03;
/** By how much a star may be brighter in the band than in i, which the synthetic limits speak of. */
const BRIGHTER_THAN_I_MAG = 0.5;
/** Rows of a catalog within this distance of the circle need no closer look. */
const CATALOG_MARGIN_DEG = 0.12;

/**
 * Joins the sky entries' sources whose light may fall into a circle: each by its own extent on the sky and the reach of its
 * wings. The `catalog` column holds the entry's index in the recipe's sky; `catalogs` are the recipe's instance catalogs and
 * tables in order.
 */
export function gatherSources(
  recipe: Recipe,
  catalogs: readonly LoadedSources[],
  circle: SkyCircle,
  { electronsAtMagnitudeZero }: Pick<SourcePhotometry, 'electronsAtMagnitudeZero'>,
): SourceTable {
  let nextCatalog = 0;
  const tables = recipe.sky.map((entry, index) => {
    if (entry.type === 'synthetic') {
      const { type: _synthetic, ...population } = entry;
      const brightest = electronsAtMagnitudeZero * pow(10, -0.4 * (entry.brightestMag - BRIGHTER_THAN_I_MAG));
      const margin = Math.max(LEAST_SYNTHETIC_MARGIN_DEG, (reachPx(brightest) * ARCSEC_PER_PX) / 3600);
      const cone = { centre: circle.centre, radiusDeg: circle.radiusDeg + margin };
      const table = drawSyntheticSky({ band: recipe.visit.band, ...cone, ...population });
      table.catalog.fill(index);
      return table;
    }
    const catalog = catalogs[nextCatalog++];
    if (!catalog) throw new TypeError(`gatherSources: the recipe's sky entry ${index} has no loaded catalog`);
    // A table may have been read for one detector or for many: what counts is the same in both cases.
    const sources = catalog.bySnap?.[recipe.visit.snap] ?? catalog.sources;
    const near = entry.type === 'instanceCatalog' ? sources : heldBy(recipeRegion(recipe), sources);
    const table = reachingCircle(near, circle, electronsAtMagnitudeZero);
    table.catalog.fill(index);
    return table;
  });
  return concatenate(tables);
}

function heldBy(region: SkyRegion, table: SourceTable): SourceTable {
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++)
    if (region.holds(table.raDeg[row]!, table.decDeg[row]!)) rows.push(row);
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
