/** What is asked of a scheduler's database by pressing and dragging, as one condition that the command line knows, too. */

/** A part of the sky by its edges in degrees; where `west` is larger than `east`, it holds right ascension 0. */
export interface SkyBox {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** What is asked. */
export interface VisitAsk {
  readonly bands: readonly string[];
  /** By column: from, to, both included. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  readonly box: SkyBox | null;
  /** A condition in the user's own words. */
  readonly expression: string;
}

/** Everything. */
export const EVERYTHING: VisitAsk = { bands: [], ranges: {}, box: null, expression: '' };

/** The condition; empty: every visit. */
export function conditionText({ bands, ranges, box, expression }: VisitAsk): string {
  const parts = [
    ...(bands.length === 0
      ? []
      : bands.length === 1
        ? [`band = '${bands[0] ?? ''}'`]
        : [`band in (${bands.map((band) => `'${band}'`).join(', ')})`]),
    ...Object.entries(ranges).map(([column, [low, high]]) => `${column} between ${low} and ${high}`),
    ...(box === null ? [] : [boxText(box)]),
  ];
  const own = expression.trim();
  if (own !== '') parts.push(parts.length > 0 && /\bor\b/i.test(own) ? `(${own})` : own);
  return parts.join(' and ');
}

function boxText({ west, east, south, north }: SkyBox): string {
  const ra = west <= east ? `raDeg between ${west} and ${east}` : `(raDeg >= ${west} or raDeg <= ${east})`;
  return `${ra} and decDeg between ${south} and ${north}`;
}

/** The box around directions, to a tenth of a degree outwards; right ascension goes the shorter way around. */
export function boxAround(
  directions: readonly { readonly raDeg: number; readonly decDeg: number }[],
): SkyBox | null {
  const [first] = directions;
  if (first === undefined) return null;
  const turns = directions.map(({ raDeg }) => ((raDeg - first.raDeg + 540) % 360) - 180);
  const decs = directions.map(({ decDeg }) => decDeg);
  const outwards = (value: number, isUp: boolean): number =>
    (isUp ? Math.ceil(value * 10) : Math.floor(value * 10)) / 10;
  const around = (raDeg: number): number => Math.round((((raDeg % 360) + 360) % 360) * 10) / 10;
  return {
    west: around(outwards(first.raDeg + Math.min(...turns), false)),
    east: around(outwards(first.raDeg + Math.max(...turns), true)),
    south: Math.max(-90, outwards(Math.min(...decs), false)),
    north: Math.min(90, outwards(Math.max(...decs), true)),
  };
}
