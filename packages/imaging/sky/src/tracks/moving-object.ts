/**
 * Where an object that moves stands in the middle of an exposure, and the streak that it leaves. Between two points of its track the
 * way is a cubic in the tangent plane that keeps the rates of both (Hermite), without rates a straight line; outside of a track, or
 * with a single point, the rate carries it on, up to half a day.
 */
import {
  degToRad,
  fromVector,
  radToDeg,
  type SkyPosition,
  toUnitVector,
  type Vector3,
} from '@imsim-od/astro';
import { atan2, cos, log10, pow, sin } from '@imsim-od/portable-math';
import { MODEL, type SourceRow } from '../source-table.js';

/** A point of a track. */
export interface TrackPoint extends SkyPosition {
  readonly mjdTai: number;
  /** Rate in right ascension times cos(declination), degrees per day; NaN where it is unknown. */
  readonly rateRaCosDecDegPerDay: number;
  readonly rateDecDegPerDay: number;
  /** AB magnitude in the band. */
  readonly magnitude: number;
}

/** Where an object is, and how fast. */
export interface MoverState extends SkyPosition {
  readonly rateRaCosDecDegPerDay: number;
  readonly rateDecDegPerDay: number;
  readonly magnitude: number;
}

/** Days over which a rate carries an object on. */
const MAX_EXTRAPOLATION_DAYS = 0.5;
const SECONDS_PER_DAY = 86_400;
/** Streaks shorter than this are points: no PSF of the site shows them. */
const LEAST_STREAK_ARCSEC = 0.01;
/** Width of a streak: nothing. */
const STREAK_WIDTH_ARCSEC = 0;

/** The state of an object at a time; undefined where its track does not reach there. */
export function moverAt(track: readonly TrackPoint[], mjdTai: number): MoverState | undefined {
  let before: TrackPoint | undefined;
  let after: TrackPoint | undefined;
  for (const point of track) {
    if (point.mjdTai <= mjdTai && (before === undefined || point.mjdTai > before.mjdTai)) before = point;
    if (point.mjdTai > mjdTai && (after === undefined || point.mjdTai < after.mjdTai)) after = point;
  }
  if (before !== undefined && after !== undefined) return between(before, after, mjdTai);
  const only = before ?? after;
  if (only === undefined) return undefined;
  const days = mjdTai - only.mjdTai;
  if (days === 0 && Number.isNaN(only.rateRaCosDecDegPerDay)) return withRates(only, only, 0, 0);
  if (Number.isNaN(only.rateRaCosDecDegPerDay) || Number.isNaN(only.rateDecDegPerDay)) return undefined;
  if (Math.abs(days) > MAX_EXTRAPOLATION_DAYS) return undefined;
  const frame = tangentFrame(only);
  const position = fromPlane(frame, only.rateRaCosDecDegPerDay * days, only.rateDecDegPerDay * days);
  return withRates(position, only, only.rateRaCosDecDegPerDay, only.rateDecDegPerDay);
}

/** The source that an object is in an exposure: a streak centred on its place at the middle; undefined where it is not there. */
export function placeOfMover(
  objectId: string,
  track: readonly TrackPoint[],
  { midMjdTai, exposureS }: { readonly midMjdTai: number; readonly exposureS: number },
): SourceRow | undefined {
  const state = moverAt(track, midMjdTai);
  if (state === undefined || !(state.magnitude < 50)) return undefined;
  const east = (state.rateRaCosDecDegPerDay * exposureS * 3600) / SECONDS_PER_DAY;
  const north = (state.rateDecDegPerDay * exposureS * 3600) / SECONDS_PER_DAY;
  const lengthArcsec = Math.sqrt(east * east + north * north);
  const source = { objectId, raDeg: state.raDeg, decDeg: state.decDeg, magnitude: state.magnitude };
  if (!(lengthArcsec >= LEAST_STREAK_ARCSEC)) return { ...source, model: MODEL.point };
  // +u is West: an object that goes East goes along -u.
  return {
    ...source,
    model: MODEL.streak,
    lengthArcsec,
    widthArcsec: STREAK_WIDTH_ARCSEC,
    orientationRad: atan2(north, -east),
  };
}

function between(before: TrackPoint, after: TrackPoint, mjdTai: number): MoverState {
  const days = after.mjdTai - before.mjdTai;
  const t = (mjdTai - before.mjdTai) / days;
  const frame = tangentFrame(before);
  const [x1, y1] = toPlane(frame, after);
  const rates = [before, after].map(({ rateRaCosDecDegPerDay, rateDecDegPerDay }) => [
    rateRaCosDecDegPerDay * days,
    rateDecDegPerDay * days,
  ]);
  const known = rates.every((pair) => pair.every((rate) => Number.isFinite(rate)));
  // East turns by the convergence of the meridians on the way from one point to the other.
  const turn = degToRad(
    (((after.raDeg - before.raDeg + 540) % 360) - 180) * sin(degToRad((before.decDeg + after.decDeg) / 2)),
  );
  const [vx0, vy0] = known ? [rates[0]![0]!, rates[0]![1]!] : [x1, y1];
  const [east1, north1] = [rates[1]![0]!, rates[1]![1]!];
  const [vx1, vy1] = known
    ? [east1 * cos(turn) - north1 * sin(turn), east1 * sin(turn) + north1 * cos(turn)]
    : [x1, y1];
  const h10 = t * (1 - t) * (1 - t);
  const h01 = t * t * (3 - 2 * t);
  const h11 = t * t * (t - 1);
  const x = h10 * vx0 + h01 * x1 + h11 * vx1;
  const y = h10 * vy0 + h01 * y1 + h11 * vy1;
  const d10 = (1 - t) * (1 - 3 * t);
  const d01 = 6 * t * (1 - t);
  const d11 = t * (3 * t - 2);
  const position = fromPlane(frame, x, y);
  const magnitude =
    before.magnitude === after.magnitude
      ? before.magnitude
      : -2.5 * log10((1 - t) * pow(10, -0.4 * before.magnitude) + t * pow(10, -0.4 * after.magnitude));
  return {
    ...position,
    magnitude,
    rateRaCosDecDegPerDay: (d10 * vx0 + d01 * x1 + d11 * vx1) / days,
    rateDecDegPerDay: (d10 * vy0 + d01 * y1 + d11 * vy1) / days,
  };
}

function withRates(
  position: SkyPosition,
  { magnitude }: TrackPoint,
  east: number,
  north: number,
): MoverState {
  const { raDeg, decDeg } = position;
  return { raDeg, decDeg, magnitude, rateRaCosDecDegPerDay: east, rateDecDegPerDay: north };
}

/** A point and the unit vectors East and North at it. */
interface TangentFrame {
  readonly point: Vector3;
  readonly east: Vector3;
  readonly north: Vector3;
}

function tangentFrame(position: SkyPosition): TangentFrame {
  const ra = degToRad(position.raDeg);
  const dec = degToRad(position.decDeg);
  return {
    point: toUnitVector(position),
    east: [-sin(ra), cos(ra), 0],
    north: [-sin(dec) * cos(ra), -sin(dec) * sin(ra), cos(dec)],
  };
}

/** Degrees East and North of the point, at the true distance along the great circle. */
function toPlane({ point, east, north }: TangentFrame, position: SkyPosition): [number, number] {
  const vector = toUnitVector(position);
  const [along, x, y] = [dot(vector, point), dot(vector, east), dot(vector, north)];
  const off = Math.sqrt(x * x + y * y);
  if (off === 0) return [0, 0];
  const distance = radToDeg(atan2(off, along));
  return [(x / off) * distance, (y / off) * distance];
}

function fromPlane({ point, east, north }: TangentFrame, x: number, y: number): SkyPosition {
  const distance = degToRad(Math.sqrt(x * x + y * y));
  if (distance === 0) return fromVector(point);
  const [s, c] = [sin(distance), cos(distance)];
  const [ex, ny] = [degToRad(x) / distance, degToRad(y) / distance];
  const along = (k: 0 | 1 | 2): number => c * point[k] + s * (ex * east[k] + ny * north[k]);
  return fromVector([along(0), along(1), along(2)]);
}

function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
