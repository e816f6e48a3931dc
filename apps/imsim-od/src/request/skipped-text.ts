/** What a catalog's reader left out, in sentences with the first lines; `--json` lists more of them. */
import type { LoadedSources } from '@imsim-od/simulator';
import { countOf } from '../text/quantity-text.js';

/** Lines that a sentence names. */
const SAID_LINES = 5;

/** One sentence for each reason: `3 objects skipped: a field is not a finite number (stars.txt:12, stars.txt:40)`. */
export function skippedSentences(skipped: LoadedSources['skipped']): string[] {
  return Object.values(skipped).flatMap((entry) => {
    if (entry === undefined) return [];
    const { reason, count, firstLines } = entry;
    const places = firstLines
      .slice(0, SAID_LINES)
      .map(({ file, ...place }) =>
        place.line === undefined && 'row' in place ? `${file} row ${place.row}` : `${file}:${place.line}`,
      );
    if (count > places.length) places.push('…');
    return [`${countOf(count, 'object')} skipped: ${reason} (${places.join(', ')})`];
  });
}

/** The notes of an input, of its catalogs and tables, and what these left out. */
export function spokenNotes(input: {
  readonly notes: readonly string[];
  readonly catalogs: readonly Pick<LoadedSources, 'notes' | 'skipped'>[];
}): string[] {
  return [
    ...input.notes,
    ...input.catalogs.flatMap(({ notes, skipped }) => [...notes, ...skippedSentences(skipped)]),
  ];
}
