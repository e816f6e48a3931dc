/** Axes of a plot: a range that holds all values, and round numbers along it. */

/** An axis. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  /** Round numbers within the range, ascending. */
  readonly ticks: readonly number[];
}

/** The axis of some values, about so many ticks; values that are no numbers are left out. */
export function axisOf(values: readonly number[], wanted = 6): Axis {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const step = roundStep((high - low) / wanted);
  const from = Math.ceil(low / step);
  const to = Math.floor(high / step);
  const ticks = Array.from({ length: to - from + 1 }, (_, k) => Number(((from + k) * step).toPrecision(12)));
  const margin = (high - low) * 0.03;
  return { low: low - margin, high: high + margin, ticks };
}

/** 1, 2 or 5 times a power of ten, not less than a step. */
function roundStep(step: number): number {
  const power = Math.pow(10, Math.floor(Math.log10(step)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= step * 0.999999) ?? 10;
  return factor * power;
}

/** Whether two columns are right ascension across and declination up: East is to the left then, as on the sky. */
export const isSkyMap = (xName: string, yName: string): boolean =>
  /^(alpha|ra)(_?deg)?$/i.test(xName) && /^(delta|dec)(_?deg)?$/i.test(yName);
