/**
 * How much light of a profile lies outside a radius, a square or a sheared square: read backwards from its radius table.
 *
 * The outer half of a radius table (floats 2048 ..) holds r = a + b t for a tail probability t / 2^32, in bins of 1/32
 * octave of t. r falls with t, so a bin is found by bisection and t by solving the line.
 */
import { cos, sin } from '@imsim-od/portable-math';
import { binStart } from './float-bins.js';

const OUTER_BINS = 992; // t from 1 to 2^31

/** Fraction of the light outside the radius, exact to the table (about 1e-4 of itself); 1 where it is above one half. */
export function lightOutsideRadius(radiusTable: Float32Array, radius: number): number {
  const at = (bin: number, t: number): number =>
    (radiusTable[2048 + 2 * bin] ?? 0) + (radiusTable[2049 + 2 * bin] ?? 0) * t;
  if (radius > at(0, 1)) return 0;
  if (radius < at(OUTER_BINS - 1, 2147483648)) return 1;
  let low = 0;
  let high = OUTER_BINS;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(middle, binStart(0, middle)) >= radius) low = middle;
    else high = middle;
  }
  const slope = radiusTable[2049 + 2 * low] ?? 0;
  const first = binStart(0, low);
  const t = slope === 0 ? first : (radius - (radiusTable[2048 + 2 * low] ?? 0)) / slope;
  return Math.min(Math.max(t, first), binStart(0, low + 1)) / 4294967296;
}

/** Unit vectors in the middle of each of `count` equal parts of an angle [rad]. */
function directionsOver(angle: number, count: number): readonly { readonly x: number; readonly y: number }[] {
  return Array.from({ length: count }, (_, i) => {
    const phi = ((i + 0.5) * angle) / count;
    return { x: cos(phi), y: sin(phi) };
  });
}

const PI = 3.141592653589793;
const ANGLES = 16;
const AROUND = 48;
/** Directions of half a turn, and of a whole one; made when first asked for. */
let halfTurn: ReturnType<typeof directionsOver> | undefined;
let wholeTurn: ReturnType<typeof directionsOver> | undefined;

/** A 2 x 2 matrix from circular coordinates of unit half-light radius to pixels, rows first. */
export type Matrix = readonly [a11: number, a12: number, a21: number, a22: number];

/** Fraction of the light of a sheared profile outside the square |x|, |y| < half, from 16 directions. */
export function lightOutsideSquare(radiusTable: Float32Array, a: Matrix, half: number): number {
  let sum = 0;
  for (const { x, y } of (halfTurn ??= directionsOver(PI, ANGLES))) {
    const reach = Math.max(Math.abs(a[0] * x + a[1] * y), Math.abs(a[2] * x + a[3] * y));
    sum += reach > 0 ? lightOutsideRadius(radiusTable, half / reach) : 0;
  }
  return sum / ANGLES;
}

/** Distances [px] from a place to the edges of a rectangle around it, all above 0. */
export interface EdgeDistances {
  readonly left: number;
  readonly right: number;
  readonly below: number;
  readonly above: number;
}

/** Fraction of the light of a sheared profile outside a rectangle, from 48 directions; too high where it is above a tenth. */
export function lightOutsideRectangle(radiusTable: Float32Array, a: Matrix, edges: EdgeDistances): number {
  let sum = 0;
  for (const { x, y } of (wholeTurn ??= directionsOver(2 * PI, AROUND))) {
    const dx = a[0] * x + a[1] * y;
    const dy = a[2] * x + a[3] * y;
    const alongX = dx > 0 ? edges.right / dx : dx < 0 ? -edges.left / dx : Infinity;
    const alongY = dy > 0 ? edges.above / dy : dy < 0 ? -edges.below / dy : Infinity;
    sum += lightOutsideRadius(radiusTable, Math.min(alongX, alongY));
  }
  return sum / AROUND;
}

/** An upper bound of the light of a sheared profile farther than `radius` [px], by one look at its table. */
export function mostLightOutside(radiusTable: Float32Array, a: Matrix, radius: number): number {
  const largest = Math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2] + a[3] * a[3]);
  return largest === 0 ? 0 : lightOutsideRadius(radiusTable, radius / largest);
}
