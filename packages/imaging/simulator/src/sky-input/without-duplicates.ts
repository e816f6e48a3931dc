/** Objects that stand twice in a sky: counted, and left out where the recipe says so. */
import { type DuplicatesFound, type SourceTable, findDuplicates, selectRows } from '@imsim-od/sky';
import type { Recipe } from '../recipe/recipe.js';

/** When two objects count as one where the request does not say. */
const USUAL_LIMITS = { withinArcsec: 0.5, withinMag: 0.5 };

/** How much of a sky stands twice: numbers of objects, and of rows. */
export type DuplicateCounts = Omit<DuplicatesFound, 'rows'>;

/**
 * The table, without the later ones of objects that stand in two entries where the recipe drops them, and how many there
 * were where `counted` is true: found when it is asked for, where nothing is dropped.
 */
export function withoutDuplicates(
  table: SourceTable,
  { sky, duplicates }: Pick<Recipe, 'sky' | 'duplicates'>,
  counted: (raDeg: number, decDeg: number) => boolean,
): { readonly table: SourceTable; readonly duplicates: () => DuplicateCounts } {
  const uniqueIds = new Set(sky.flatMap(({ type }, index) => (type === 'synthetic' ? [index] : [])));
  const find = () => {
    const { rows, ...counts } = findDuplicates(table, duplicates ?? USUAL_LIMITS, uniqueIds, counted);
    return { rows, counts };
  };
  if (duplicates?.drop !== true) return { table, duplicates: () => find().counts };
  const { rows, counts } = find();
  if (rows.length === 0) return { table, duplicates: () => counts };
  const dropped = new Set(rows);
  const kept = Array.from({ length: table.length }, (_, row) => row).filter((row) => !dropped.has(row));
  return { table: selectRows(table, kept), duplicates: () => counts };
}
