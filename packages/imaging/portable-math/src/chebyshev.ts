/** Value at t in -1..1 of the Chebyshev series with these coefficients (the first one whole), by Clenshaw's recurrence. */
export function chebyshevSum(coefficients: readonly number[], t: number): number {
  const twice = 2 * t;
  let b = 0;
  let bNext = 0;
  for (let i = coefficients.length - 1; i > 0; i--) {
    const bHere = coefficients[i]! + twice * b - bNext;
    bNext = b;
    b = bHere;
  }
  return coefficients[0]! + t * b - bNext;
}
