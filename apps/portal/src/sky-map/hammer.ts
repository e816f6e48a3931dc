/** The Hammer projection of the whole sky: equal areas, East to the left as one sees it, right ascension 0 in the middle. */
import type { SkyPosition } from '@imsim-od/astro';

/** A place in the map, in units of its half-height: x from -2 to 2, y from -1 (South) to 1. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
}

const DEG = Math.PI / 180;

/** Where a direction lies in the map. */
export function toMap({ raDeg, decDeg }: SkyPosition): MapPoint {
  const half = (aroundZero(raDeg) * DEG) / 2;
  const dec = decDeg * DEG;
  const z = Math.sqrt(1 + Math.cos(dec) * Math.cos(half));
  return { x: (-2 * Math.cos(dec) * Math.sin(half)) / z, y: Math.sin(dec) / z };
}

/** The direction at a place of the map; undefined outside of the sky. */
export function fromMap({ x, y }: MapPoint): SkyPosition | undefined {
  if ((x * x) / 4 + y * y > 1) return undefined;
  const z = Math.sqrt(1 - (x * x) / 8 - (y * y) / 2);
  const lon = 2 * Math.atan2(Math.SQRT2 * z * x, 2 * (2 * z * z - 1));
  const raDeg = -lon / DEG;
  return { raDeg: ((raDeg % 360) + 360) % 360, decDeg: Math.asin(clamp(Math.SQRT2 * y * z)) / DEG };
}

/** Lines through directions in order, cut where they leave the map at one side and come in at the other. */
export function linesOf(directions: readonly SkyPosition[]): readonly (readonly MapPoint[])[] {
  const lines: MapPoint[][] = [[]];
  let before: number | undefined;
  for (const direction of directions) {
    const lon = aroundZero(direction.raDeg);
    if (before !== undefined && Math.abs(lon - before) > 180) lines.push([]);
    lines.at(-1)?.push(toMap(direction));
    before = lon;
  }
  return lines.filter((line) => line.length > 1);
}

function aroundZero(raDeg: number): number {
  const turned = ((raDeg % 360) + 360) % 360;
  return turned > 180 ? turned - 360 : turned;
}

function clamp(sine: number): number {
  return Math.max(-1, Math.min(1, sine));
}
