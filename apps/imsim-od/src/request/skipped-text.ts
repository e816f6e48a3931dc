/** What a catalog's reader left out, in sentences with the first lines; `--json` lists more of them. */
import type { LoadedCatalog } from '@imsim-od/simulator';
import { countOf } from '../text/quantity-text.js';

/** Lines that a sentence names. */
const SAID_LINES = 5;

/** One sentence for each reason: `3 objects skipped: a field is not a finite number (stars.txt:12, stars.txt:40)`. */
export function skippedSentences(skipped: LoadedCatalog['skipped']): string[] {
  return Object.values(skipped).map(({ reason, count, firstLines }) => {
    const places = firstLines.slice(0, SAID_LINES).map(({ file, line }) => `${file}:${line}`);
    if (count > places.length) places.push('…');
    return `${countOf(count, 'object')} skipped: ${reason} (${places.join(', ')})`;
  });
}
