/** A small plot of values over evenly spaced positions, with its range in words for those who do not see it. */
import { plainNumber } from '../../page-parts/quantity.js';
import classes from './line-plot.module.css';

const WIDTH = 400;
const HEIGHT = 180;
const [LEFT, BOTTOM, TOP] = [52, 24, 8];
/** More points than this are shown by the least and greatest of each stretch. */
const MOST_POINTS = 800;

/** The plot. */
export function LinePlot({
  label,
  values,
  from,
  step,
  isLogarithmic = false,
}: {
  readonly label: string;
  readonly values: ArrayLike<number>;
  /** Position of the first value. */
  readonly from: number;
  readonly step: number;
  readonly isLogarithmic?: boolean;
}) {
  const heights = Array.from(values, (value) => (isLogarithmic ? Math.log10(1 + Math.max(0, value)) : value));
  const finite = heights.filter((height) => Number.isFinite(height));
  if (finite.length === 0) return null;
  let [low, high] = [Infinity, -Infinity];
  for (const height of finite) {
    low = Math.min(low, height);
    high = Math.max(high, height);
  }
  const span = high - low || 1;
  const x = (i: number): number => LEFT + ((WIDTH - LEFT - 4) * i) / Math.max(1, heights.length - 1);
  const y = (height: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (height - low) / span);
  const shownValue = (height: number): string => plainNumber(isLogarithmic ? 10 ** height - 1 : height);
  const last = from + step * (heights.length - 1);
  return (
    <figure className={classes['figure']}>
      <svg
        className={classes['plot']}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${label}: ${heights.length} values from ${shownValue(low)} to ${shownValue(high)}, at ${plainNumber(from)} to ${plainNumber(last)}`}
      >
        <path className={classes['axis']} d={`M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 4}`} fill="none" />
        <text className={classes['text']} x={LEFT - 6} y={TOP + 8} textAnchor="end">
          {shownValue(high)}
        </text>
        <text className={classes['text']} x={LEFT - 6} y={HEIGHT - BOTTOM} textAnchor="end">
          {shownValue(low)}
        </text>
        <text className={classes['text']} x={LEFT} y={HEIGHT - 8}>
          {plainNumber(from)}
        </text>
        <text className={classes['text']} x={WIDTH - 4} y={HEIGHT - 8} textAnchor="end">
          {plainNumber(last)}
        </text>
        <polyline className={classes['line']} points={pointsOf(heights, x, y)} />
      </svg>
      <figcaption>{label}</figcaption>
    </figure>
  );
}

function pointsOf(
  heights: readonly number[],
  x: (i: number) => number,
  y: (height: number) => number,
): string {
  const stretch = Math.max(1, Math.ceil((2 * heights.length) / MOST_POINTS));
  const points: string[] = [];
  for (let i = 0; i < heights.length; i += stretch) {
    const part = heights.slice(i, i + stretch).filter((height) => Number.isFinite(height));
    if (part.length === 0) continue;
    const [low, high] = [Math.min(...part), Math.max(...part)];
    points.push(`${x(i).toFixed(1)},${y(low).toFixed(1)}`);
    if (high !== low) points.push(`${x(i).toFixed(1)},${y(high).toFixed(1)}`);
  }
  return points.join(' ');
}
