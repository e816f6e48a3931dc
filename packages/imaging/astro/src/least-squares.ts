/**
 * Linear least squares by Householder reflections: the x that makes |A x - b| least, for several right-hand sides at
 * once. Columns are scaled to unit length first, which keeps polynomial fits far from the origin well behaved. Only
 * + - * / sqrt, in a fixed order.
 */

/** The columns of a least-squares problem depend on each other, or there are fewer rows than columns. */
export class RankDeficientError extends Error {
  readonly code = 'LEAST_SQUARES_RANK';
  readonly column: number;
  constructor(column: number) {
    super(
      `Column ${column} of a least-squares problem depends on the ones before it; give more or better spread points.`,
    );
    this.name = 'RankDeficientError';
    this.column = column;
  }
}

/**
 * Solves min |A x - b| for each right-hand side.
 * @param columns A by columns, each of the same length m; not changed
 * @param rightSides vectors of length m; not changed
 * @returns one solution (a value per column) for each right-hand side
 * @throws RankDeficientError
 */
export function solveLeastSquares(
  columns: readonly Float64Array[],
  rightSides: readonly Float64Array[],
): Float64Array[] {
  const n = columns.length;
  const m = columns[0]?.length ?? 0;
  if (m < n) throw new RankDeficientError(m);
  const scales = columns.map((column) => norm(column, 0));
  const a = columns.map((column, j) => column.map((value) => value / (scales[j] || 1)));
  const b = rightSides.map((side) => side.slice());
  const diagonal = new Float64Array(n);

  a.forEach((column, j) => {
    const length = norm(column, j);
    if (!(length > 1e-14)) throw new RankDeficientError(j);
    const head = column[j] ?? 0;
    const pivot = head > 0 ? -length : length;
    diagonal[j] = pivot;
    column[j] = head - pivot;
    const half = -pivot * (head - pivot);
    for (let k = j + 1; k < n; k++) reflect(column, a[k], j, half);
    for (const side of b) reflect(column, side, j, half);
  });

  return b.map((side) => {
    const x = new Float64Array(n);
    for (let j = n - 1; j >= 0; j--) {
      let sum = side[j] ?? 0;
      for (let k = j + 1; k < n; k++) sum -= (a[k]?.[j] ?? 0) * (x[k] ?? 0);
      x[j] = sum / (diagonal[j] ?? 1);
    }
    return x.map((value, j) => value / (scales[j] || 1));
  });
}

function norm(column: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < column.length; i++) sum += (column[i] ?? 0) * (column[i] ?? 0);
  return Math.sqrt(sum);
}

/** target -= v (v.target) / half, over rows from `from`. */
function reflect(v: Float64Array, target: Float64Array | undefined, from: number, half: number): void {
  if (!target) return;
  let dot = 0;
  for (let i = from; i < v.length; i++) dot += (v[i] ?? 0) * (target[i] ?? 0);
  const factor = dot / half;
  for (let i = from; i < v.length; i++) target[i] = (target[i] ?? 0) - factor * (v[i] ?? 0);
}
