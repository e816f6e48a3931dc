/** The whole sky as a map to choose a pointing on: survey, Galaxy, ecliptic, deep fields, and the Sun and the Moon of the date. */
import { moonAt, type SkyPosition, sunAt } from '@imsim-od/astro';
import { type KeyboardEvent, type MouseEvent, useId, useMemo } from 'react';
import { toMap } from './hammer.js';
import { FIELD_RADIUS_DEG, KNOWN_FIELDS } from './known-fields.js';
import { circle } from './sky-curves.js';
import { SkyGround } from './sky-ground.js';
import { curve, placeOf, positionAt, SKY_HEIGHT, SKY_WIDTH } from './map-place.js';
import classes from './sky-map.module.css';
import { SurveyNotes } from './survey-notes.js';

/** How far an arrow key moves, alone and with Shift. */
const STEP_DEG = 1;
const LONG_STEP_DEG = 10;
/** Where the arrow keys begin without a pointing. */
const START: SkyPosition = { raDeg: 0, decDeg: -30 };
/** Steps East and North of the arrow keys: East is to the left. */
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** The map, and below it what it means. @param mjdTai date of the Sun and the Moon */
export function SkyMap({
  pointing,
  mjdTai,
  onPick,
}: {
  readonly pointing: SkyPosition | undefined;
  readonly mjdTai: number;
  readonly onPick: (position: SkyPosition) => void;
}) {
  const words = useId();
  const { sun, moon } = useMemo(() => ({ sun: sunAt(mjdTai), moon: moonAt(mjdTai) }), [mjdTai]);
  const pick = (event: MouseEvent<SVGSVGElement>): void => {
    const position = positionAt(event);
    if (position !== undefined) onPick(position);
  };
  const move = (event: KeyboardEvent): void => {
    const arrow = ARROWS[event.key];
    if (arrow === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    onPick(moved(pointing ?? START, arrow, event.shiftKey ? LONG_STEP_DEG : STEP_DEG));
  };
  const at = pointing === undefined ? undefined : placeOf(toMap(pointing));
  return (
    <>
      <svg
        className={classes['map']}
        viewBox={`0 0 ${SKY_WIDTH} ${SKY_HEIGHT}`}
        role="application"
        aria-label="Map of the sky, East to the left; press to point there, or move by arrow keys, with Shift by 10°"
        aria-describedby={words}
        tabIndex={0}
        onClick={pick}
        onKeyDown={move}
      >
        <SkyGround />
        {KNOWN_FIELDS.map((field) => {
          const [x, y] = placeOf(toMap(field));
          return (
            <g key={field.name}>
              <path className={classes['field']} d={`${curve(circle(field, FIELD_RADIUS_DEG))}Z`}>
                <title>{`${field.name} deep field`}</title>
              </path>
              {!field.name.endsWith(' b') && (
                <text className={classes['name']} x={x + 9} y={y - 5}>
                  {field.name.replace(' a', '')}
                </text>
              )}
            </g>
          );
        })}
        <Body position={sun.position} name="Sun" kind="sun" />
        <Body position={moon.position} name={`Moon ${Math.round(moon.illuminatedPercent)} %`} kind="moon" />
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
      <SurveyNotes pointing={pointing} id={words} />
    </>
  );
}

/** A direction so many degrees on, along its parallel or its meridian; over a pole it does not go. */
function moved(
  { raDeg, decDeg }: SkyPosition,
  [east, north]: readonly [number, number],
  stepDeg: number,
): SkyPosition {
  const perDegree = 1 / Math.max(0.05, Math.cos((decDeg * Math.PI) / 180));
  return {
    raDeg: (((raDeg + east * stepDeg * perDegree) % 360) + 360) % 360,
    decDeg: Math.max(-90, Math.min(90, decDeg + north * stepDeg)),
  };
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
