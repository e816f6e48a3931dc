/** Straight lines through tabulated points, the shape of most small tables of this package. */

/** An abscissa and its value. */
export type TablePoint = readonly [x: number, y: number];

/** The value at x of the lines through points of ascending abscissa; beyond the ends the end's value; 0 without points. */
export function interpolatePoints(points: readonly TablePoint[], x: number): number {
  let [x0, y0] = points[0] ?? [0, 0];
  if (x <= x0) return y0;
  for (const [x1, y1] of points) {
    if (x <= x1) return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
    [x0, y0] = [x1, y1];
  }
  return y0;
}
