/** Outlines of parts of the sky in the map, by marching squares: a lattice over the map, and borders found between its points. */
import type { SkyPosition } from '@imsim-od/astro';
import { fromMap, type MapPoint } from './hammer.js';

/** Between the points of the lattice, in units of the map's half-height: 1.8° in the middle. */
const STEP = 0.02;
const COLUMNS = 205;
const ROWS = 103;
/** Halvings of a step until a border is found: 0.03°. */
const HALVINGS = 6;

/** A ring of points; where rings lie in each other, what is inside takes turns (the rule `evenodd`). */
export type Ring = readonly MapPoint[];

/**
 * The outlines of where a rank is at least 1, at least 2, and so on: drawn one over the other they leave no gaps.
 * @param rankAt of each direction, from 0; @param ranks how many there are above 0
 */
export function outlinesOf(
  rankAt: (position: SkyPosition) => number,
  ranks: number,
): readonly (readonly Ring[])[] {
  const rankOf = (point: MapPoint): number => {
    const position = fromMap(point);
    return position === undefined ? 0 : rankAt(position);
  };
  const lattice = new Uint8Array(COLUMNS * ROWS);
  for (let index = 0; index < lattice.length; index++) lattice[index] = rankOf(pointOf(index));
  // Cells with more than one rank, by their first corner: borders are in these alone.
  const mixed: number[] = [];
  for (let first = 0; first < lattice.length - COLUMNS - 1; first++)
    if (cornersOf(first).some((corner) => lattice[corner] !== lattice[first])) mixed.push(first);
  return Array.from({ length: ranks }, (_, k) =>
    ringsOf(
      mixed,
      (index) => (lattice[index] ?? 0) > k,
      (point) => rankOf(point) > k,
    ),
  );
}

/** The corners of a cell, counter-clockwise. */
function cornersOf(first: number): readonly number[] {
  return [first, first + 1, first + COLUMNS + 1, first + COLUMNS];
}

function pointOf(index: number): MapPoint {
  return {
    x: ((index % COLUMNS) - (COLUMNS - 1) / 2) * STEP,
    y: (Math.floor(index / COLUMNS) - (ROWS - 1) / 2) * STEP,
  };
}

/** Rings around what is inside. The lattice ends outside of the sky, so that all are closed. */
function ringsOf(
  cells: readonly number[],
  isInside: (index: number) => boolean,
  isInsideAt: (point: MapPoint) => boolean,
): Ring[] {
  // From the edge of a cell where the outline enters it to the edge where it leaves, the inside at its left.
  const next = new Map<number, number>();
  for (const first of cells) {
    const corners = cornersOf(first).map(isInside);
    for (let from = 0; from < 4; from++) {
      if (corners[from] !== true || corners[(from + 1) % 4] === true) continue;
      let to = from;
      while (corners[to] === true) to = (to + 3) % 4;
      next.set(edgeOf(first, from), edgeOf(first, to));
    }
  }
  const rings: Ring[] = [];
  for (const start of next.keys()) {
    const ring: MapPoint[] = [];
    for (let edge = start, to = next.get(edge); to !== undefined; edge = to, to = next.get(edge)) {
      ring.push(borderOn(edge, isInsideAt));
      next.delete(edge);
    }
    rings.push(ring);
  }
  return rings;
}

/** The number of an edge of a cell, the same for the cell beyond it: twice its lower left point, and one more where it goes up. */
function edgeOf(first: number, side: number): number {
  if (side === 0) return 2 * first;
  if (side === 1) return 2 * (first + 1) + 1;
  return side === 2 ? 2 * (first + COLUMNS) : 2 * first + 1;
}

function borderOn(edge: number, isInsideAt: (point: MapPoint) => boolean): MapPoint {
  const index = edge >> 1;
  let [inside, outside] = [pointOf(index), pointOf(edge % 2 === 0 ? index + 1 : index + COLUMNS)];
  if (!isInsideAt(inside)) [inside, outside] = [outside, inside];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = { x: (inside.x + outside.x) / 2, y: (inside.y + outside.y) / 2 };
    if (isInsideAt(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}
