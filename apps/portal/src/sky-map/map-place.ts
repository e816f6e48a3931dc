/** Where the directions of the sky lie in the drawing of its map, and what lies under the pointer. */
import type { SkyPosition } from '@imsim-od/astro';
import type { MouseEvent } from 'react';
import { fromMap, linesOf, type MapPoint } from './hammer.js';

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

/** A line of the projection as a path of the map. */
export const pathOf = (line: readonly MapPoint[]): string =>
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
