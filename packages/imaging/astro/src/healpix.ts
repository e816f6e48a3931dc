/**
 * HEALPix in the nested scheme (Gorski et al. 2005, ApJ 622, 759): equal-area cells of the sphere, order 0..29,
 * nside = 2^order, 12 nside^2 cells. Directions are ICRS degrees. Ids are numbers up to order 24 (they stay below 2^53)
 * and bigint at order 25..29.
 *
 * A cell is a square of its base face in the face's own coordinates (fx, fy) in [0, 1), fx growing to the north-east and
 * fy to the north-west; the map to the sphere keeps areas, so uniform (fx, fy) is uniform on the sky. With portable-math
 * the same direction falls into the same cell on every engine. Near the poles cos(dec) is used instead of 1 - |sin(dec)|,
 * which keeps order 29 (0.4 mas) exact to the rounding of the direction itself.
 */
import { atan2, cos, sin } from '@imsim-od/portable-math';
import { degToRad, radToDeg, wrapDeg360 } from './angle.js';
import type { SkyPosition } from './sky-position.js';

/** The finest order: cells of 0.4 mas. */
export const MAX_HEALPIX_ORDER = 29;

/** The finest order whose ids are plain numbers. */
export const MAX_NUMBER_ORDER = 24;

/** An order, a cell id or a direction outside HEALPix's range. */
export class HealpixRangeError extends Error {
  readonly code = 'HEALPIX_RANGE';
  readonly quantity: string;
  readonly value: number | bigint;
  constructor(quantity: string, value: number | bigint, rule: string) {
    super(`HEALPix ${quantity} is ${value}; ${rule}.`);
    this.name = 'HealpixRangeError';
    this.quantity = quantity;
    this.value = value;
  }
}

/** A base face 0..11 and integer or fractional coordinates on it. */
interface FacePoint {
  readonly face: number;
  readonly x: number;
  readonly y: number;
}

/** Row of the face's southern corner in units of nside, and its longitude in units of 45 deg (Gorski et al., Fig. 4). */
const FACE_ROW = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4];
const FACE_LONGITUDE = [1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7];

/** The cell of a direction at an order of 0..24. @throws HealpixRangeError for another order or a bad direction */
export function angToPixNest(raDeg: number, decDeg: number, order: number): number {
  if (!(order <= MAX_NUMBER_ORDER)) {
    throw new HealpixRangeError('order', order, 'ids as numbers go up to 24; use angToPixNestBig');
  }
  const { face, x, y } = cellOf(raDeg, decDeg, order);
  return face * cellsPerFace(order) + interleave(x, y);
}

/** The cell of a direction at any order 0..29, as a bigint. @throws HealpixRangeError */
export function angToPixNestBig(raDeg: number, decDeg: number, order: number): bigint {
  const { face, x, y } = cellOf(raDeg, decDeg, order);
  const high = interleave(x >>> 16, y >>> 16);
  const low = interleave(x & 0xffff, y & 0xffff);
  return (BigInt(face) << BigInt(2 * order)) + ((BigInt(high) << 32n) | BigInt(low));
}

/** The cell at order 29, nested: the key `hpx29` of catalogs and truth tables. @throws HealpixRangeError */
export function hpx29(raDeg: number, decDeg: number): bigint {
  return angToPixNestBig(raDeg, decDeg, MAX_HEALPIX_ORDER);
}

/** The centre of a cell. @throws HealpixRangeError for an id outside the order */
export function pixToAngNest(pixel: number | bigint, order: number): SkyPosition {
  return pointInPixNest(pixel, order, 0.5, 0.5);
}

/** The four corners of a cell in the order south, east, north, west. @throws HealpixRangeError */
export function pixCornersNest(pixel: number | bigint, order: number): readonly SkyPosition[] {
  return [
    pointInPixNest(pixel, order, 0, 0),
    pointInPixNest(pixel, order, 1, 0),
    pointInPixNest(pixel, order, 1, 1),
    pointInPixNest(pixel, order, 0, 1),
  ];
}

/**
 * The direction at fraction (u, v) of a cell, u towards north-east, v towards north-west, each 0..1. Uniform u and v
 * give directions uniform over the cell's area. @throws HealpixRangeError
 */
export function pointInPixNest(pixel: number | bigint, order: number, u: number, v: number): SkyPosition {
  const { face, x, y } = cellFromId(pixel, order);
  const nside = powerOfTwo(order);
  return facePointToSky({ face, x: (x + u) / nside, y: (y + v) / nside });
}

/** The area of a cell in square degrees. */
export function pixelAreaDeg2(order: number): number {
  return (4 * Math.PI * (180 / Math.PI) * (180 / Math.PI)) / (12 * cellsPerFace(order));
}

/** The face and integer face coordinates of a direction. */
function cellOf(raDeg: number, decDeg: number, order: number): FacePoint {
  checkOrder(order);
  if (!Number.isFinite(raDeg)) throw new HealpixRangeError('raDeg', raDeg, 'it must be finite');
  if (!(decDeg >= -90 && decDeg <= 90)) {
    throw new HealpixRangeError('decDeg', decDeg, 'it lies between -90 and 90');
  }
  const nside = powerOfTwo(order);
  const { face, x, y } = skyToFacePoint(raDeg, decDeg, nside);
  const last = nside - 1;
  return { face, x: Math.min(last, Math.max(0, x)), y: Math.min(last, Math.max(0, y)) };
}

/** Gorski et al. eq. 1-9 turned round: face and integer coordinates (not yet clamped to the face). */
function skyToFacePoint(raDeg: number, decDeg: number, nside: number): FacePoint {
  const dec = degToRad(decDeg);
  const z = sin(dec);
  const absZ = Math.abs(z);
  const quarters = wrapDeg360(raDeg) / 90;
  if (absZ <= 2 / 3) {
    const ascending = nside * (0.5 + quarters);
    const tilt = nside * 0.75 * z;
    const jPlus = Math.floor(ascending - tilt);
    const jMinus = Math.floor(ascending + tilt);
    const facePlus = Math.floor(jPlus / nside);
    const faceMinus = Math.floor(jMinus / nside);
    const face =
      facePlus === faceMinus ? (facePlus % 4) + 4 : facePlus < faceMinus ? facePlus % 4 : (faceMinus % 4) + 8;
    return { face, x: jMinus - faceMinus * nside, y: nside - 1 - (jPlus - facePlus * nside) };
  }
  const quarter = Math.min(3, Math.floor(quarters));
  const fraction = quarters - quarter;
  const toPole = (nside * cos(dec)) / Math.sqrt((1 + absZ) / 3);
  const rising = Math.min(nside - 1, Math.floor(fraction * toPole));
  const falling = Math.min(nside - 1, Math.floor((1 - fraction) * toPole));
  return z >= 0
    ? { face: quarter, x: nside - falling - 1, y: nside - rising - 1 }
    : { face: quarter + 8, x: rising, y: falling };
}

/** The direction of a point on a face, 0 <= x, y <= 1. */
function facePointToSky({ face, x, y }: FacePoint): SkyPosition {
  const row = (FACE_ROW[face] ?? 0) - x - y;
  const longitude = FACE_LONGITUDE[face] ?? 0;
  if (row >= 1 && row <= 3) {
    const z = ((2 - row) * 2) / 3;
    return {
      raDeg: wrapDeg360(45 * (longitude + x - y)),
      decDeg: radToDeg(atan2(z, Math.sqrt((1 - z) * (1 + z)))),
    };
  }
  const fromPole = row < 1 ? row : 4 - row;
  const drop = (fromPole * fromPole) / 3;
  const z = row < 1 ? 1 - drop : drop - 1;
  const offset = fromPole > 0 ? (x - y) / fromPole : 0;
  return {
    raDeg: wrapDeg360(45 * (longitude + offset)),
    decDeg: radToDeg(atan2(z, Math.sqrt(drop * (2 - drop)))),
  };
}

/** The base face of a cell and its integer coordinates on it, 0 to nside - 1. @throws HealpixRangeError */
export function faceOfPixNest(
  pixel: number,
  order: number,
): { readonly face: number; readonly x: number; readonly y: number } {
  return cellFromId(pixel, order);
}

function cellFromId(pixel: number | bigint, order: number): FacePoint {
  checkOrder(order);
  const perFace = cellsPerFace(order);
  if (typeof pixel === 'number') {
    if (!Number.isSafeInteger(pixel) || pixel < 0 || pixel >= 12 * perFace)
      throw cellRangeError(pixel, order);
    const face = Math.floor(pixel / perFace);
    const inside = pixel - face * perFace;
    return cellOnFace(face, Math.floor(inside / 4294967296), inside >>> 0);
  }
  const faceBits = BigInt(2 * order);
  if (pixel < 0n || pixel >= 12n << faceBits) throw cellRangeError(pixel, order);
  const inside = pixel & ((1n << faceBits) - 1n);
  return cellOnFace(Number(pixel >> faceBits), Number(inside >> 32n), Number(inside & 0xffffffffn));
}

function cellOnFace(face: number, high: number, low: number): FacePoint {
  return {
    face,
    x: compact(low) + 0x10000 * compact(high),
    y: compact(low >>> 1) + 0x10000 * compact(high >>> 1),
  };
}

function cellRangeError(pixel: number | bigint, order: number): HealpixRangeError {
  const last = (12n << BigInt(2 * order)) - 1n;
  return new HealpixRangeError('cell', pixel, `order ${order} has the whole ids 0 to ${last}`);
}

function checkOrder(order: number): void {
  if (!Number.isInteger(order) || order < 0 || order > MAX_HEALPIX_ORDER) {
    throw new HealpixRangeError('order', order, 'it is a whole number from 0 to 29');
  }
}

/** 2^order, exact. */
function powerOfTwo(order: number): number {
  return 1 << order;
}

/** 4^order, exact. */
function cellsPerFace(order: number): number {
  return powerOfTwo(order) * powerOfTwo(order);
}

/** Bits of x at even and of y at odd places; exact below 2^53, so x and y up to 26 bits. */
function interleave(x: number, y: number): number {
  const low = (spread(x & 0xffff) | (spread(y & 0xffff) << 1)) >>> 0;
  const high = (spread(x >>> 16) | (spread(y >>> 16) << 1)) >>> 0;
  return high * 4294967296 + low;
}

/** Spreads 16 bits to the even places of 32. */
function spread(bits: number): number {
  let b = bits & 0xffff;
  b = (b | (b << 8)) & 0x00ff00ff;
  b = (b | (b << 4)) & 0x0f0f0f0f;
  b = (b | (b << 2)) & 0x33333333;
  return (b | (b << 1)) & 0x55555555;
}

/** Gathers the 16 even bits of a 32-bit word. */
function compact(bits: number): number {
  let b = bits & 0x55555555;
  b = (b | (b >>> 1)) & 0x33333333;
  b = (b | (b >>> 2)) & 0x0f0f0f0f;
  b = (b | (b >>> 4)) & 0x00ff00ff;
  return (b | (b >>> 8)) & 0x0000ffff;
}
