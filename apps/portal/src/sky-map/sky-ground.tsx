/** The ground of a map of the whole sky: its edge, grid, survey, Galaxy and ecliptic, and the way from places to directions. */
import type { SkyPosition } from '@imsim-od/astro';
import type { MouseEvent } from 'react';
import { fromMap, linesOf, type MapPoint, toMap } from './hammer.js';
import { outlinesOf } from './outlines.js';
import { around, ecliptic, galactic, meridian, parallel } from './sky-curves.js';
import classes from './sky-map.module.css';
import { surveyRegionAt } from './survey-regions.js';
import { SURVEY_PARTS, surveyPartOf, visitsText } from './survey-words.js';

/** Half the height of the map in its units. */
const HALF = 150;
const MARGIN = 14;
/** Size of the map in its units. */
export const SKY_WIDTH = 4 * HALF + 2 * MARGIN;
export const SKY_HEIGHT = 2 * HALF + 2 * MARGIN;

/** Where a point of the projection lies in the map. */
export const placeOf = ({ x, y }: MapPoint): readonly [number, number] => [
  MARGIN + HALF * (2 + x),
  MARGIN + HALF * (1 - y),
];

const pathOf = (line: readonly MapPoint[]): string =>
  line
    .map(
      (point, i) =>
        `${i === 0 ? 'M' : 'L'}${placeOf(point)
          .map((v) => v.toFixed(1))
          .join(' ')}`,
    )
    .join('');

/** Lines through directions as a path of the map. */
export const curve = (directions: readonly SkyPosition[]): string => linesOf(directions).map(pathOf).join('');

const EDGE = [...meridian(180, 90, -90), ...meridian(180.001, -90, 90)].map(toMap);
const GRID = [
  ...[-60, -30, 0, 30, 60].map((decDeg) => curve(parallel(decDeg))),
  ...[0, 60, 120, 240, 300].map((raDeg) => curve(meridian(raDeg, 90, -90))),
].join('');
const PLANE = curve(around((angle) => galactic(angle, 0)));
const ECLIPTIC = curve(around(ecliptic));

/** The survey's parts as paths, each with all that are drawn over it. */
const surveyPaths = once(() =>
  outlinesOf((position) => {
    const region = surveyRegionAt(position);
    return region === undefined ? 0 : 1 + SURVEY_PARTS.indexOf(surveyPartOf(region));
  }, SURVEY_PARTS.length).map((rings) => rings.map((ring) => `${pathOf(ring)}Z`).join('')),
);

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Where the pointer is, in the map's units. */
export function mapPlaceOf(event: MouseEvent<SVGSVGElement>): readonly [number, number] {
  const box = event.currentTarget.getBoundingClientRect();
  return [
    ((event.clientX - box.left) / box.width) * SKY_WIDTH,
    ((event.clientY - box.top) / box.height) * SKY_HEIGHT,
  ];
}

/** The direction at a place of the map; undefined outside of the sky. */
export function directionAt([x, y]: readonly [number, number]): SkyPosition | undefined {
  return fromMap({ x: (x - MARGIN) / HALF - 2, y: 1 - (y - MARGIN) / HALF });
}

/** The direction under the pointer; undefined outside of the sky. */
export function positionAt(event: MouseEvent<SVGSVGElement>): SkyPosition | undefined {
  return directionAt(mapPlaceOf(event));
}

/** The drawing, for the inside of a map's `svg`. */
export function SkyGround() {
  return (
    <>
      <path className={classes['sky']} d={`${pathOf(EDGE)}Z`} />
      {SURVEY_PARTS.map((part, i) => (
        <path key={part.name} className={classes['part']} data-part={part.name} d={surveyPaths()[i]}>
          <title>{`${part.label}: ${visitsText(part)}`}</title>
        </path>
      ))}
      <path className={classes['grid']} d={GRID} />
      <path className={classes['galaxy']} d={PLANE} />
      <path className={classes['ecliptic']} d={ECLIPTIC} />
    </>
  );
}
