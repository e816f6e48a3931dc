/** What a catalog's reader left out, in sentences with the first lines. */
import type { LoadedCatalog } from '@imsim-od/simulator';
import { countOf } from '../text/quantity-text.js';

/** One sentence for each reason: `3 objects skipped: a field is not a finite number (stars.txt:12, stars.txt:40)`. */
export function skippedSentences(skipped: LoadedCatalog['skipped']): string[] {
  return Object.values(skipped).map(({ reason, count, firstLines }) => {
    const places = firstLines.map(({ file, line }) => `${file}:${line}`);
    if (count > places.length) places.push('…');
    return `${countOf(count, 'object')} skipped: ${reason} (${places.join(', ')})`;
  });
}
