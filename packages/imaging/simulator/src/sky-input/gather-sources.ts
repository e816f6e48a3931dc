/** The sources near a detector, from all entries of a recipe's sky. */
import { type SkyPosition, toUnitVector } from '@imsim-od/astro';
import { cos } from '@imsim-od/portable-math';
import { type SourceTable, concatenate, drawSyntheticSky, selectRows } from '@imsim-od/sky';
import type { Recipe } from '../recipe/recipe.js';
import type { LoadedSources } from './loaded-sources.js';

/** A circle on the sky. */
export interface SkyCircle {
  readonly centre: SkyPosition;
  readonly radiusDeg: number;
}

/**
 * Joins the sky entries' sources inside a circle. The `catalog` column holds the entry's index in the recipe's sky;
 * `catalogs` are the recipe's instance catalogs and tables in order.
 */
export function gatherSources(
  recipe: Recipe,
  catalogs: readonly LoadedSources[],
  circle: SkyCircle,
): SourceTable {
  let nextCatalog = 0;
  const tables = recipe.sky.map((entry, index) => {
    if (entry.type === 'synthetic') {
      const { type: _synthetic, ...population } = entry;
      const table = drawSyntheticSky({ band: recipe.visit.band, ...circle, ...population });
      table.catalog.fill(index);
      return table;
    }
    const catalog = catalogs[nextCatalog++];
    if (!catalog) throw new TypeError(`gatherSources: the recipe's sky entry ${index} has no loaded catalog`);
    const table = insideCircle(catalog.sources, circle);
    table.catalog.fill(index);
    return table;
  });
  return concatenate(tables);
}

function insideCircle(table: SourceTable, { centre, radiusDeg }: SkyCircle): SourceTable {
  const [cx, cy, cz] = toUnitVector(centre);
  const least = cos((radiusDeg * Math.PI) / 180);
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const [x, y, z] = toUnitVector({ raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! });
    if (cx * x + cy * y + cz * z >= least) rows.push(row);
  }
  return selectRows(table, rows);
}
