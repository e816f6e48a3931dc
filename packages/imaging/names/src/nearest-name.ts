/** The nearest known name to a misspelt one, by Damerau–Levenshtein distance without case. */

/** Names shorter than this abbreviate nothing. */
const LEAST_ABBREVIATION = 3;

/**
 * Returns the candidate nearest to `name`, or undefined when none is near enough to be meant: half of its letters wrong
 * at most, or two. A name that is the beginning of a candidate, or nearly, is nearer to it than any slip; one that goes on after
 * a candidate is one step from it. The first of equals wins.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length * 0.5)) + 1;
  for (const candidate of candidates) {
    const distance = distanceBetween(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The distance, or any number from `limit` on where it is no less. */
function distanceBetween(wanted: string, known: string, limit: number): number {
  // Each letter too many is a step: a long text that cannot be meant is not compared letter by letter.
  const isNear = Math.abs(wanted.length - known.length) < limit;
  const whole = isNear ? editDistance(wanted, known) : Infinity;
  const short = Math.min(wanted.length, known.length);
  if (short < LEAST_ABBREVIATION) return whole;
  const beginning = editDistance(wanted.slice(0, short), known.slice(0, short));
  // A short beginning has to be right; of a longer one a fifth may be mistyped.
  if (beginning > short / 5) return whole;
  return Math.min(whole, beginning + (wanted.length < known.length ? 0.5 : 1));
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, substituted);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
