/** Which of the files that were read stay in memory for the next request. */

/** Catalogs, tables and maps that are kept, and rows of all of them, where the latest request does not use more. */
const MOST_KEPT = 8;
const MOST_KEPT_ROWS = 1_500_000;

/**
 * What stays: all that the latest request uses, however much that is, as it is in memory anyway; then what was kept before, the
 * latest first, as far as it fits in beside that. What does not fit in leaves its room to the others.
 * @param rowsOf counts the rows of one
 */
export function keptAfter<Kept>(
  used: readonly Kept[],
  before: readonly Kept[],
  rowsOf: (kept: Kept) => number,
): readonly Kept[] {
  const kept = [...new Set(used)];
  let rows = kept.reduce((sum, one) => sum + rowsOf(one), 0);
  for (const one of before) {
    if (kept.length >= MOST_KEPT) break;
    if (kept.includes(one) || rows + rowsOf(one) > MOST_KEPT_ROWS) continue;
    kept.push(one);
    rows += rowsOf(one);
  }
  return kept;
}
