/** The whole sky as a map to choose a pointing on: survey, Galaxy, ecliptic, and the Sun and the Moon of the date. */
import { moonAt, type SkyPosition, sunAt } from '@imsim-od/astro';
import { type MouseEvent, useMemo } from 'react';
import { toMap } from './hammer.js';
import { KNOWN_FIELDS } from './known-fields.js';
import { circle } from './sky-curves.js';
import { curve, placeOf, positionAt, SKY_HEIGHT, SKY_WIDTH, SkyGround } from './sky-ground.js';
import classes from './sky-map.module.css';

/** Radius of the field of view. */
const FIELD_RADIUS_DEG = 1.75;

/** The map. @param mjdTai date of the Sun and the Moon; absent: they are not drawn */
export function SkyMap({
  pointing,
  mjdTai,
  onPick,
}: {
  readonly pointing: SkyPosition | undefined;
  readonly mjdTai: number | undefined;
  readonly onPick: (position: SkyPosition) => void;
}) {
  const bodies = useMemo(
    () => (mjdTai === undefined ? undefined : { sun: sunAt(mjdTai), moon: moonAt(mjdTai) }),
    [mjdTai],
  );
  const pick = (event: MouseEvent<SVGSVGElement>): void => {
    const position = positionAt(event);
    if (position !== undefined) onPick(position);
  };
  const at = pointing === undefined ? undefined : placeOf(toMap(pointing));
  return (
    <svg
      className={classes['map']}
      viewBox={`0 0 ${SKY_WIDTH} ${SKY_HEIGHT}`}
      role="img"
      aria-label="Map of the sky, East to the left; press to point there"
      onClick={pick}
    >
      <SkyGround />
      {KNOWN_FIELDS.map((field) => {
        const [x, y] = placeOf(toMap(field));
        return (
          <g key={field.name}>
            <circle className={classes['field']} cx={x} cy={y} r={3} />
            {!field.name.endsWith(' b') && (
              <text className={classes['name']} x={x + 9} y={y - 5}>
                {field.name.replace(' a', '')}
              </text>
            )}
          </g>
        );
      })}
      {bodies !== undefined && (
        <>
          <Body position={bodies.sun.position} name="Sun" kind="sun" />
          <Body
            position={bodies.moon.position}
            name={`Moon ${Math.round(bodies.moon.illuminatedPercent)} %`}
            kind="moon"
          />
        </>
      )}
      {pointing !== undefined && at !== undefined && (
        <g>
          <path className={classes['pointing']} d={curve(circle(pointing, FIELD_RADIUS_DEG))} />
          <path
            className={classes['pointing']}
            d={`M${at[0] - 14} ${at[1]}H${at[0] - 6}M${at[0] + 6} ${at[1]}H${at[0] + 14}M${at[0]} ${at[1] - 14}V${at[1] - 6}M${at[0]} ${at[1] + 6}V${at[1] + 14}`}
          />
        </g>
      )}
    </svg>
  );
}

function Body({
  position,
  name,
  kind,
}: {
  readonly position: SkyPosition;
  readonly name: string;
  readonly kind: 'sun' | 'moon';
}) {
  const [x, y] = placeOf(toMap(position));
  const isRight = x > SKY_WIDTH - 90;
  return (
    <g>
      <circle className={classes[kind]} cx={x} cy={y} r={6} />
      <text
        className={classes['name']}
        x={isRight ? x - 9 : x + 9}
        y={y + 3}
        textAnchor={isRight ? 'end' : 'start'}
      >
        {name}
      </text>
    </g>
  );
}

/** What the lines of the map mean. */
export function SkyMapLegend() {
  return (
    <ul className={classes['legend']}>
      {(
        [
          ['survey', 'wide survey, by declination'],
          ['galaxy', 'Galactic plane, ±10° dashed'],
          ['ecliptic', 'ecliptic'],
          ['field', 'deep fields'],
        ] as const
      ).map(([kind, label]) => (
        <li key={kind}>
          <svg width={18} height={12} aria-hidden="true">
            {kind === 'survey' ? (
              <rect className={classes['survey']} x={1} y={1} width={16} height={10} />
            ) : kind === 'field' ? (
              <circle className={classes['field']} cx={9} cy={6} r={3} />
            ) : (
              <path className={classes[kind]} d="M1 6H17" />
            )}
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
