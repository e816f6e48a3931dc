/** What stands twice in the sky of a run, counted over all its detectors, in sentences. */
import type { DuplicateCounts } from '@imsim-od/simulator';
import { countOf } from '../text/quantity-text.js';

/** One sentence for each pair of entries with objects in common, and for each entry with repeated identifiers. */
export function duplicateNotes(detectors: readonly DuplicateCounts[]): string[] {
  const pairs = new Map<string, { later: number; earlier: number; objects: number }>();
  const repeats = new Map<number, { rows: number; firstId: string }>();
  for (const { betweenEntries, repeatedIds } of detectors) {
    for (const { later, earlier, objects } of betweenEntries) {
      const pair = pairs.get(`${later} ${earlier}`) ?? { later, earlier, objects: 0 };
      pairs.set(`${later} ${earlier}`, { ...pair, objects: pair.objects + objects });
    }
    for (const { entry, rows, firstId } of repeatedIds) {
      const repeat = repeats.get(entry) ?? { rows: 0, firstId };
      repeats.set(entry, { ...repeat, rows: repeat.rows + rows });
    }
  }
  return [
    ...[...pairs.values()].map(
      ({ later, earlier, objects }) =>
        `${countOf(objects, 'object')} of sky.${later} ${objects === 1 ? 'stands' : 'stand'} in sky.${earlier}, too: in the same place, and as bright ` +
        '(drawn twice unless duplicates.drop is true)',
    ),
    ...[...repeats].map(
      ([entry, { rows, firstId }]) =>
        `${countOf(rows, 'row')} of sky.${entry} ${rows === 1 ? 'repeats' : 'repeat'} the identifier and component of another, such as ${firstId}; all are drawn`,
    ),
  ];
}
