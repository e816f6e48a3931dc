/** Where datasets lie on the sky: one mark for each place that has any, larger where there are more. */
import type { Dataset } from '@imsim-od/api';
import { Text } from '@mantine/core';
import { countText } from '../page-parts/quantity.js';
import { toMap } from '../sky-map/hammer.js';
import classes from './data-table.module.css';

/** Half the height of the map. */
const HALF_HEIGHT_PX = 212;
const MERIDIANS = [-150, -120, -90, -60, -30, 0, 30, 60, 90, 120, 150];
const PARALLELS = [-60, -30, 0, 30, 60];
/** Places closer than this are one mark. */
const CELL_DEG = 0.5;

interface Place {
  readonly raDeg: number;
  readonly decDeg: number;
  readonly files: number;
}

/** The map. */
export function DataSky({ datasets }: { readonly datasets: readonly Dataset[] }) {
  const places = placesOf(datasets);
  const h = HALF_HEIGHT_PX;
  const w = 2 * h;
  const at = (raDeg: number, decDeg: number) => {
    const { x, y } = toMap({ raDeg, decDeg });
    return { x: h * x, y: -h * y };
  };
  const path = (points: readonly (readonly [number, number])[]): string =>
    points
      .map(([raDeg, decDeg], index) => {
        const { x, y } = at(raDeg, decDeg);
        return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  const steps = Array.from({ length: 61 }, (_, k) => k);
  const without = datasets.filter(({ raDeg }) => raDeg === null).length;
  return (
    <figure>
      <svg
        className={classes['sky']}
        viewBox={`${-w - 8} ${-h - 8} ${2 * w + 16} ${2 * h + 16}`}
        role="img"
        aria-label={`Sky map of ${datasets.length} files at ${places.length} places; the table lists them`}
      >
        <ellipse className={classes['outline']} rx={w} ry={h} />
        {MERIDIANS.map((ra) => (
          <path key={ra} className={classes['grid']} d={path(steps.map((k) => [ra, -90 + 3 * k] as const))} />
        ))}
        {PARALLELS.map((dec) => (
          <path
            key={dec}
            className={classes['grid']}
            d={path(steps.map((k) => [-179.99 + k * 5.9996, dec] as const))}
          />
        ))}
        {[0, 90, 270].map((ra) => {
          const { x, y } = at(ra, 0);
          return (
            <text key={ra} className={classes['label']} x={x + 3} y={y - 3}>
              {ra}°
            </text>
          );
        })}
        {places.map(({ raDeg, decDeg, files }) => {
          const { x, y } = at(raDeg, decDeg);
          return (
            <circle
              key={`${raDeg} ${decDeg}`}
              className={classes['field']}
              cx={x}
              cy={y}
              r={Math.min(12, 3.5 + Math.log2(files))}
            >
              <title>{`${countText(files)} files near RA ${raDeg.toFixed(2)}°, Dec ${decDeg.toFixed(2)}°`}</title>
            </circle>
          );
        })}
      </svg>
      <Text component="figcaption" size="sm" c="dimmed">
        ICRS, equal area, right ascension growing to the left. {countText(datasets.length)} files are drawn
        {without > 0 ? `; ${countText(without)} of them have no place on the sky` : ''}.
      </Text>
    </figure>
  );
}

function placesOf(datasets: readonly Dataset[]): readonly Place[] {
  const cells = new Map<string, { raDeg: number; decDeg: number; files: number }>();
  for (const { raDeg, decDeg } of datasets) {
    if (raDeg === null || decDeg === null) continue;
    const key = `${Math.round(raDeg / CELL_DEG)} ${Math.round(decDeg / CELL_DEG)}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { raDeg, decDeg, files: 1 });
    else cell.files++;
  }
  return [...cells.values()];
}
