/** How the files of one type of objects divide the sky, and which of them a region needs. */
import { htmCone, orderOfNside, queryCone, ringOfNest } from '@imsim-od/astro';
import type { RegionCircle } from '../tables/sky-region.js';

/** Cells of a division of the sky; files carry their numbers. */
export type Partition =
  | { readonly type: 'healpix'; readonly nside: number; readonly ordering: 'ring' | 'nested' }
  | { readonly type: 'htm'; readonly level: number };

/** What cosmoDC2, OpenUniverse and the operations rehearsals use: cells of 3.36 square degrees. */
export const USUAL_PARTITION: Partition = { type: 'healpix', nside: 32, ordering: 'ring' };

/** Cells are asked for this far around a region: objects may have moved out of the cell of their file since its epoch. */
const MOVED_DEG = 0.1;

/** The cells that circles on the sky touch, ascending. Throws astro's range errors for sides and levels that do not exist. */
export function cellsOf(partition: Partition, circles: readonly RegionCircle[]): number[] {
  const cells = new Set<number>();
  for (const { centre, radiusDeg } of circles) {
    const radius = Math.min(180, radiusDeg + MOVED_DEG);
    if (partition.type === 'htm') {
      for (const id of htmCone(centre, radius, partition.level)) cells.add(id);
      continue;
    }
    const order = orderOfNside(partition.nside);
    for (const id of queryCone(centre.raDeg, centre.decDeg, radius, order))
      cells.add(partition.ordering === 'ring' ? ringOfNest(id, order) : id);
  }
  return [...cells].sort((a, b) => a - b);
}
