/** Pointings of a scheduler's database on the sky, coloured by band or airmass: press one to choose it, drag a box to ask for a part of the sky. */
import type { SurveyFacets } from '@imsim-od/api';
import { SegmentedControl, Stack, Text } from '@mantine/core';
import { type PointerEvent, useMemo, useRef, useState } from 'react';
import { toMap } from '../../sky-map/hammer.js';
import { directionAt, mapPlaceOf, placeOf, SKY_HEIGHT, SKY_WIDTH } from '../../sky-map/map-place.js';
import { SkyGround } from '../../sky-map/sky-ground.js';
import map from '../../sky-map/sky-map.module.css';
import { boxAround, type SkyBox } from './visit-condition.js';
import classes from './visits.module.css';

type Place = SurveyFacets['places'][number];
type Point = readonly [number, number];

/** A drag shorter than this, in the map's units, is a press. */
const LEAST_DRAG = 5;
/** How near to a pointing a press must be, in the map's units. */
const REACH = 9;
/** Steps along each edge of a dragged box, whose sides are no circles of the sky. */
const EDGE_STEPS = 12;
const AIRMASSES = [1.1, 1.2, 1.4, 1.7] as const;
const AIRMASS_LABELS = ['below 1.1', '1.1–1.2', '1.2–1.4', '1.4–1.7', 'above 1.7'] as const;

/** The map. */
export function VisitMap({
  places,
  matching,
  chosen,
  onToggle,
  onBox,
}: {
  readonly places: readonly Place[];
  readonly matching: number;
  readonly chosen: ReadonlySet<number>;
  readonly onToggle: (visitId: number) => void;
  readonly onBox: (box: SkyBox | null) => void;
}) {
  const [colour, setColour] = useState('band');
  const [box, setBox] = useState<readonly [Point, Point] | null>(null);
  const start = useRef<Point | null>(null);
  const drawn = useMemo(
    () =>
      places.flatMap((place) =>
        place.raDeg === null || place.decDeg === null
          ? []
          : [{ ...place, at: placeOf(toMap({ raDeg: place.raDeg, decDeg: place.decDeg })) }],
      ),
    [places],
  );
  const kindOf = (place: Place): string =>
    colour === 'band' ? (place.band ?? 'none') : `airmass${airmassBin(place.airmass)}`;
  const kinds = [...new Set(drawn.map(kindOf))];
  const pathOf = (points: readonly { readonly at: Point }[]): string =>
    points.map(({ at: [x, y] }) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join('');

  const begin = (event: PointerEvent<SVGSVGElement>): void => {
    start.current = mapPlaceOf(event);
    if (event.pointerType !== 'touch') event.currentTarget.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    if (start.current === null || event.pointerType === 'touch') return;
    setBox([start.current, mapPlaceOf(event)]);
  };
  const end = (event: PointerEvent<SVGSVGElement>): void => {
    const from = start.current;
    const to = mapPlaceOf(event);
    start.current = null;
    setBox(null);
    if (from === null) return;
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) >= LEAST_DRAG) return onBox(boxBetween(from, to));
    const nearest = drawn.reduce<{ readonly away: number; readonly visitId: number | null }>(
      (best, { at, visitId }) => {
        const away = Math.hypot(at[0] - to[0], at[1] - to[1]);
        return away < best.away ? { away, visitId } : best;
      },
      { away: REACH, visitId: null },
    );
    if (nearest.visitId !== null) onToggle(nearest.visitId);
  };

  return (
    <Stack gap={4}>
      <svg
        className={map['map']}
        viewBox={`0 0 ${SKY_WIDTH} ${SKY_HEIGHT}`}
        role="img"
        aria-label={`Map of the sky with ${drawn.length} pointings, East to the left; the table lists them`}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
      >
        <SkyGround />
        {kinds.map((kind) => (
          <path
            key={kind}
            className={classes['pointings']}
            data-kind={kind}
            d={pathOf(drawn.filter((place) => kindOf(place) === kind))}
          />
        ))}
        <path
          className={classes['chosen']}
          d={drawn
            .filter(({ visitId }) => visitId !== null && chosen.has(visitId))
            .map(({ at: [x, y] }) => `M${x - 6} ${y}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0`)
            .join('')}
        />
        {box !== null && (
          <rect
            className={classes['box']}
            x={Math.min(box[0][0], box[1][0])}
            y={Math.min(box[0][1], box[1][1])}
            width={Math.abs(box[0][0] - box[1][0])}
            height={Math.abs(box[0][1] - box[1][1])}
          />
        )}
      </svg>
      <div className={classes['legend']}>
        <SegmentedControl
          size="xs"
          aria-label="Colour of the pointings"
          data={[
            { value: 'band', label: 'by band' },
            { value: 'airmass', label: 'by airmass' },
          ]}
          value={colour}
          onChange={setColour}
        />
        <ul>
          {(colour === 'band' ? ['u', 'g', 'r', 'i', 'z', 'y'] : AIRMASS_LABELS).map((label, index) => (
            <li key={label}>
              <svg width={12} height={12} aria-hidden="true">
                <path
                  className={classes['pointings']}
                  data-kind={colour === 'band' ? label : `airmass${index}`}
                  d="M6 6h0"
                />
              </svg>
              {label}
            </li>
          ))}
        </ul>
      </div>
      <Text size="xs" c="dimmed">
        {drawn.length < matching ? `${drawn.length} of ${matching} pointings, evenly chosen. ` : ''}
        Press a pointing to choose its visit; drag a box for a part of the sky, which can also be typed.
      </Text>
    </Stack>
  );
}

function airmassBin(airmass: number | null): number | string {
  if (airmass === null) return 'none';
  const bin = AIRMASSES.findIndex((edge) => airmass < edge);
  return bin === -1 ? AIRMASSES.length : bin;
}

/** The part of the sky under a box of the map. */
function boxBetween([x0, y0]: Point, [x1, y1]: Point): SkyBox | null {
  const steps = Array.from({ length: EDGE_STEPS + 1 }, (_, k) => k / EDGE_STEPS);
  const along = (a: number, b: number, t: number): number => a + (b - a) * t;
  const directions = steps.flatMap((t) =>
    steps.flatMap((u) => directionAt([along(x0, x1, t), along(y0, y1, u)]) ?? []),
  );
  return boxAround(directions);
}
