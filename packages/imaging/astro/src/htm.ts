/**
 * The Hierarchical Triangular Mesh (Kunszt, Szalay & Thakar 2001, in Mining the Sky, p. 631): eight spherical triangles,
 * each split into four again and again. Reference catalogs of Rubin come in one file for each triangle of level 7 (0.7 deg).
 */
import { cos } from '@imsim-od/portable-math';
import { degToRad } from './angle.js';
import { separationDeg, type SkyPosition, toUnitVector, type Vector3, fromVector } from './sky-position.js';

/** A level or radius outside what the mesh is used for. */
export class HtmRangeError extends Error {
  readonly code = 'HTM_RANGE';
  readonly quantity: string;
  readonly value: number;
  constructor(quantity: string, value: number, rule: string) {
    super(`HTM ${quantity} is ${value}; ${rule}.`);
    this.name = 'HtmRangeError';
    this.quantity = quantity;
    this.value = value;
  }
}

/** The finest level whose ids are asked for: triangles of 0.3 arcsec. */
export const MAX_HTM_LEVEL = 20;

const X: Vector3 = [1, 0, 0];
const Y: Vector3 = [0, 1, 0];
const Z: Vector3 = [0, 0, 1];
const MX: Vector3 = [-1, 0, 0];
const MY: Vector3 = [0, -1, 0];
const MZ: Vector3 = [0, 0, -1];

type Triangle = readonly [Vector3, Vector3, Vector3];

/** The corners of triangles 8 to 15: S0 to S3, N0 to N3. */
const ROOTS: readonly Triangle[] = [
  [X, MZ, Y],
  [Y, MZ, MX],
  [MX, MZ, MY],
  [MY, MZ, X],
  [X, Z, MY],
  [MY, Z, MX],
  [MX, Z, Y],
  [Y, Z, X],
];

/**
 * The ids of the triangles of a level that a cone may touch, ascending: all that it overlaps, and some that only come near.
 * @throws HtmRangeError
 */
export function htmCone(centre: SkyPosition, radiusDeg: number, level: number): number[] {
  if (!Number.isInteger(level) || level < 0 || level > MAX_HTM_LEVEL)
    throw new HtmRangeError('level', level, `it is a whole number from 0 to ${MAX_HTM_LEVEL}`);
  if (!(radiusDeg >= 0 && radiusDeg <= 180))
    throw new HtmRangeError('radiusDeg', radiusDeg, 'it lies between 0 and 180');
  const axis = toUnitVector(centre);
  const found: number[] = [];
  const visit = (id: number, triangle: Triangle, depth: number): void => {
    if (!mayTouch(triangle, axis, radiusDeg)) return;
    if (depth === level) found.push(id);
    else children(triangle).forEach((child, index) => visit(4 * id + index, child, depth + 1));
  };
  ROOTS.forEach((root, index) => visit(8 + index, root, 0));
  return found;
}

function children([a, b, c]: Triangle): readonly Triangle[] {
  const ab = middle(a, b);
  const bc = middle(b, c);
  const ca = middle(c, a);
  return [
    [a, ab, ca],
    [b, bc, ab],
    [c, ca, bc],
    [bc, ca, ab],
  ];
}

function middle(a: Vector3, b: Vector3): Vector3 {
  return unit([a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
}

/** Whether the circle through the corners meets the cone: triangles lie within it. */
function mayTouch([a, b, c]: Triangle, axis: Vector3, radiusDeg: number): boolean {
  const centre = fromVector([a[0] + b[0] + c[0], a[1] + b[1] + c[1], a[2] + b[2] + c[2]]);
  const reach = Math.max(...[a, b, c].map((corner) => separationDeg(centre, fromVector(corner))));
  const sum = radiusDeg + reach;
  if (sum >= 180) return true;
  const [x, y, z] = toUnitVector(centre);
  return x * axis[0] + y * axis[1] + z * axis[2] >= cos(degToRad(sum)) - 1e-12;
}

function unit([x, y, z]: Vector3): Vector3 {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}
